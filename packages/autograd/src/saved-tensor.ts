import { RuntimeError, Tensor, type GradFn } from '@sconce/tensor';
import { describe, hold, letGo, thenLeave, type Storage } from '@sconce/tensor/internal';
import { isAnomalyEnabled } from './anomaly.js';
import { accumulatorOf, metaOf } from './edges.js';
import { noGrad } from './grad-mode.js';
import type { AccumulateGrad, Edge } from './node.js';

interface Hooks { pack(x: Tensor): unknown; unpack(packed: never): Tensor }

const hooks: (Hooks | string)[] = [];

/** What PyTorch names after its class in C++. */
const IN_CPP: ReadonlySet<string> = new Set(['CopySlices', 'CopyBackwards']);

/**
 * Calls `fn`, which may be async, and has everything that its ops keep for backward go through two functions: `pack` gives what is kept in a
 * tensor's place, `unpack` gives the tensor back. Of several pairs the innermost is used.
 * @throws RuntimeError where `pack` writes to what it is given; TypeError where `unpack` gives anything but a tensor
 * @see https://pytorch.org/docs/stable/autograd.html#torch.autograd.graph.saved_tensors_hooks
 * @example
 * // half the memory between the passes
 * const y = savedTensorsHooks((x) => x.half(), (x) => x.float(), () => net(x));
 */
export function savedTensorsHooks<T, P>(pack: (x: Tensor) => P, unpack: (packed: P) => Tensor, fn: () => T): T {
  if (typeof pack !== 'function' || typeof unpack !== 'function' || typeof fn !== 'function') {
    throw new TypeError(`savedTensorsHooks(): expected three functions, but got ${[pack, unpack, fn].map(describe).join(', ')}`);
  }
  const refused = hooks.at(-1);
  if (typeof refused === 'string') throw new RuntimeError(refused);
  return entered({ pack, unpack } as Hooks, fn);
}

/**
 * Calls `fn`, which may be async, and refuses `savedTensorsHooks` inside of it.
 * @see https://pytorch.org/docs/stable/autograd.html#torch.autograd.graph.disable_saved_tensors_hooks
 */
export const disableSavedTensorsHooks = <T>(message: string, fn: () => T): T => entered(message, fn);

function entered<T>(entry: Hooks | string, fn: () => T): T {
  hooks.push(entry);
  return thenLeave(fn, () => { hooks.splice(hooks.lastIndexOf(entry), 1); });
}

/** A tensor kept for backward, and the version that it had then. */
export class SavedTensor {
  private readonly version: number;
  private readonly shape: readonly number[];
  private readonly tensor: Tensor | null;
  private readonly restore: (() => Tensor) | null = null;

  /**
   * @param source the node that keeps its own output; messages name it even when the output was written to since
   * @throws RuntimeError for a tensor of inference mode
   */
  constructor(tensor: Tensor, private readonly source: Edge | null = null) {
    if (tensor.isInference()) {
      throw new RuntimeError('Inference tensors cannot be saved for backward. To work around you can make a clone to get a normal tensor and use it in autograd.');
    }
    this.version = tensor.storage.version;
    this.shape = tensor.shape;
    hold(tensor);
    const now = hooks.at(-1);
    this.tensor = typeof now === 'object' ? null : tensor;
    if (typeof now === 'object') this.restore = packed(tensor, source, now);
  }

  /** Gives the tensor up. What hooks have seen they may hold. */
  release(): void {
    if (this.tensor) letGo(this.tensor);
  }

  /** Whether the tensor is kept in this memory. */
  isIn(storage: Storage): boolean { return this.tensor === null || this.tensor.storage === storage; }

  /** The tensor. @throws RuntimeError if it was written to since */
  unpack(): Tensor {
    const { tensor } = this;
    if (tensor === null) return this.restore!();
    if (tensor.storage.version !== this.version) {
      const { node, outputNr } = this.source ?? { node: tensor.gradFn, outputNr: tensor.outputNr };
      const name = node && IN_CPP.has(node.name) ? `torch::autograd::${node.name}` : node?.name;
      const origin = node ? `, which is output ${outputNr} of ${name},` : '';
      throw new RuntimeError(
        `one of the variables needed for gradient computation has been modified by an inplace operation: ` +
        `[torch.${tensor.dtype.scalarType}Tensor [${(this.source ? this.shape : tensor.shape).join(', ')}]]${origin} is at version ${tensor.storage.version}; ` +
        `expected version ${this.version} instead. Hint: ${isAnomalyEnabled()
          ? 'the backtrace further above shows the operation that failed to compute its gradient. The variable in ' +
            'question was changed in there or anywhere later. Good luck!'
          : 'enable anomaly detection to find the operation that failed to compute its gradient, with ' +
            'torch.autograd.set_detect_anomaly(True).'}`);
    }
    return tensor;
  }
}

/** Has a tensor packed; gives what unpacks it, with the history that it had. */
function packed(tensor: Tensor, source: Edge | null, { pack, unpack }: Hooks): () => Tensor {
  const { version } = tensor.storage;
  const kept = noGrad(() => pack(tensor));
  if (tensor.storage.version !== version) {
    throw new RuntimeError('A saved tensor pack hook is modifying its input in place. Tensors provided as input to pack hook can not be modified ' +
      'by in-place operations as this can lead to unexpected side-effects. Please open an issue if you need to perform in-place operations on ' +
      'the input to a pack hook.');
  }
  const node: GradFn | null = source?.node ?? tensor.gradFn, outputNr = source?.outputNr ?? tensor.outputNr;
  const accumulator: AccumulateGrad | null = !node && tensor.isMarkedLeaf ? accumulatorOf(tensor) : null;
  return () => {
    const x = unpack(kept as never) as unknown;
    if (!(x instanceof Tensor)) {
      throw new TypeError(`Output of saved tensor unpack_hook expected to be a Tensor but got result of type ${describe(x)}`);
    }
    const restored = x.detach();
    if (node) restored.setGradFn(node, outputNr);
    else if (accumulator) {
      metaOf(restored).accumulator = accumulator;
      restored.markLeaf(true);
    }
    return restored;
  };
}

export const freedError = (): RuntimeError => new RuntimeError(
  'Trying to backward through the graph a second time (or directly access saved tensors after they have already been ' +
  'freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify ' +
  'retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors ' +
  'after calling backward.');
