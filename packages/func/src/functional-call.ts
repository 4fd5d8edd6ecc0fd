import { utils, type Module, type StateDict } from '@sconce/nn';
import { RuntimeError, stack, type Tensor } from '@sconce/tensor';

/**
 * Calls a module with other tensors in the place of its parameters and buffers.
 * @param state tensors by the names of parameters and buffers, or a list of such
 * @param args the arguments of the call; one that is no list stands for a list of itself
 * @see https://pytorch.org/docs/stable/generated/torch.func.functional_call.html
 * @example
 * const params = Object.fromEntries(net.namedParameters());
 * const loss = (params, x, y) => F.crossEntropy(func.functionalCall(net, params, [x]), y);
 * func.grad(loss)(params, x, y) // gradients by the parameters' names
 */
export const functionalCall = <M extends Module>(
  module: M, state: StateDict | readonly StateDict[], args: Parameters<M['forward']> | Parameters<M['forward']>[0],
): ReturnType<M['forward']> =>
  utils.stateless.functionalCall(module, Array.isArray(state) ? Object.assign({}, ...state) as StateDict : state as StateDict, args);

/**
 * Parameters and buffers of several modules of one kind, each stacked: what `vmap` of `functionalCall` takes for an ensemble.
 * @throws RuntimeError for no modules, for some of other classes, or in other modes
 * @see https://pytorch.org/docs/stable/generated/torch.func.stack_module_state.html
 * @example
 * const [params, buffers] = func.stackModuleState(models);
 * func.vmap((p, b, x) => func.functionalCall(models[0], [p, b], [x]), { inDims: [0, 0, null] })(params, buffers, x)
 */
export function stackModuleState(models: readonly Module[]): [params: Record<string, Tensor>, buffers: Record<string, Tensor>] {
  const refuse = (what: string): RuntimeError => new RuntimeError(`stack_module_state: Expected ${what}`);
  if (models.length === 0) throw refuse('at least one model, got 0.');
  const [first] = models;
  if (models.some(({ training }) => training !== first.training)) throw refuse('all models to have the same training/eval mode.');
  if (models.some(({ constructor }) => constructor !== first.constructor)) throw refuse('all models to be of the same class.');
  const params = models.map((m) => Object.fromEntries(m.namedParameters())), buffers = models.map((m) => Object.fromEntries(m.namedBuffers()));
  return [stacked(params), stacked(buffers)];
}

const stacked = (states: readonly Readonly<Record<string, Tensor>>[]): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(states[0]).map(([name, x]) =>
    [name, stack(states.map((state) => state[name])).detach().requiresGrad_(x.requiresGrad)]));
