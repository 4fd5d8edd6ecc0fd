import { enableGrad, noGrad } from '@sconce/autograd';
import { Tensor, ValueError, viewAsComplex, viewAsReal, type Complex } from '@sconce/tensor';
import { snakeCase } from './names.js';
import { Optimizer, type BaseOptions, type ParamGroup } from './optimizer.js';

/**
 * An optimizer that updates each parameter from its own gradient and state. A subclass says what state a parameter starts
 * with (`init`) and what a step does to the two (`apply`).
 * @example
 * class Sign extends SingleTensorOptimizer {
 *   init() { return {}; }
 *   apply(param, grad, _state, { lr }) { param.add_(grad.sign(), { alpha: -lr }); }
 * }
 * const optimizer = new Sign(net.parameters(), { lr: 0.01 });
 */
export abstract class SingleTensorOptimizer<O extends BaseOptions = BaseOptions, S extends object = object> extends Optimizer<O, S> {
  /** The state of a parameter before its first step. */
  protected abstract init(param: Tensor, group: ParamGroup<O>): S;

  /** One step: changes the parameter and the state in place. Nothing is recorded; complex numbers come as pairs of real ones. */
  protected abstract apply(param: Tensor, grad: Tensor, state: S, group: ParamGroup<O>): void;

  /**
   * Updates every parameter that has a gradient.
   * @param closure computes the loss and its gradients before; a promise of it is awaited
   * @returns what the closure gave
   * @see https://pytorch.org/docs/stable/generated/torch.optim.Optimizer.step.html
   */
  step(): void;
  step<T>(closure: () => Promise<T>): Promise<T>;
  step<T>(closure: () => T): T;
  step(closure?: () => unknown): unknown {
    if (closure !== undefined && closure !== null && typeof closure !== 'function') {
      throw new TypeError('step(): expected a function that computes the loss, or nothing, but got the loss itself or something else');
    }
    this._stepCount++;
    if (!closure) return this.update();
    const loss = enableGrad(closure);
    if (loss instanceof Promise) {
      return loss.then((value: unknown) => {
        this.update();
        return value;
      });
    }
    this.update();
    return loss;
  }

  protected override checkState(state: S, param: Tensor, group: ParamGroup<O>): void {
    const missing = Object.keys(this.init(param, group)).filter((key) => !(key in state));
    if (missing.length === 0) return;
    throw new ValueError(`loaded state dict is not of ${this.constructor.name}: the state of a parameter has no ` +
      `${missing.map(snakeCase).join(', ')}, but ${Object.keys(state).map(snakeCase).join(', ')}`);
  }

  private update(): void {
    noGrad(() => {
      for (const group of this.paramGroups) {
        for (const param of group.params) {
          const { grad } = param;
          if (grad === null) continue;
          let state = this.state.get(param);
          if (!state) this.state.set(param, (state = this.init(param, group)));
          const direction = (group as { maximize?: boolean }).maximize ? grad.neg() : grad;
          if (param.dtype.isComplex) this.applyToParts(param, direction, state, group);
          else this.apply(param, direction, state, group);
        }
      }
    });
  }

  /** A complex number is optimized as two real ones; its state is complex. */
  private applyToParts(param: Tensor, grad: Tensor, state: S, group: ParamGroup<O>): void {
    const before = Object.entries(state) as [string, unknown][];
    const parts = Object.fromEntries(before.map(([key, x]) => [key, x instanceof Tensor ? viewAsReal(x) : x])) as S;
    this.apply(viewAsReal(param), viewAsReal(grad), parts, group);
    for (const [key, x] of Object.entries(parts) as [keyof S, unknown][]) {
      // what was there was changed in place
      if (!(x instanceof Tensor)) Object.assign(state, { [key]: x });
      else if (!(state[key] instanceof Tensor)) Object.assign(state, { [key]: viewAsComplex(x) });
    }
  }
}

/** A number to fill the state of a parameter with: of complex numbers both parts. */
export const inBothParts = (param: Tensor, value: number): number | Complex =>
  (param.dtype.isComplex ? { re: value, im: value } : value);
