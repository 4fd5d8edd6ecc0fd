import { Tensor } from '@sconce/tensor';
import type { Node } from './node.js';
import { freedError, SavedTensor } from './saved-tensor.js';

/** What `forward` of a custom function leaves for its `backward`. Other values may be set on it as attributes. */
export class FunctionContext {
  [attribute: string]: unknown;
  private toSave: readonly (Tensor | null)[] = [];
  private saved: readonly (SavedTensor | null)[] | null = [];
  /** @internal */
  readonly dirty = new Set<Tensor>();
  /** @internal */
  readonly nonDifferentiable = new Set<Tensor>();
  /** @internal */
  materializesGrads = true;

  /** @internal */
  constructor(
    /** for each argument of `forward` whether its gradient is wanted */
    readonly needsInputGrad: readonly boolean[],
  ) {}

  /**
   * Keeps inputs or outputs, so that writing to them before backward is noticed.
   * @throws TypeError for anything but tensors and null
   */
  saveForBackward(...tensors: (Tensor | null)[]): void {
    tensors.forEach((x, i) => {
      if (x !== null && !(x instanceof Tensor)) {
        throw new TypeError(`save_for_backward can only save variables, but argument ${i} is of type ${typeof x}`);
      }
    });
    this.toSave = tensors;
  }

  /**
   * What was kept, in the same order.
   * @throws RuntimeError where it was written to since, and after a backward that did not retain the graph
   */
  get savedTensors(): readonly Tensor[] {
    if (this.saved === null) throw freedError();
    return this.saved.map((s) => s?.unpack() ?? null) as readonly Tensor[];
  }

  /** Says which inputs `forward` has written to; it must return them. */
  markDirty(...inputs: Tensor[]): void { for (const x of inputs) this.dirty.add(x); }

  /** Says which outputs have no gradient. */
  markNonDifferentiable(...outputs: Tensor[]): void { for (const x of outputs) this.nonDifferentiable.add(x); }

  /** Whether `backward` is given zeros for outputs that have no gradient, instead of null; default true. */
  setMaterializeGrads(value: boolean): void { this.materializesGrads = value; }

  /** @internal after forward: from here on writes to what was saved are noticed */
  keep(node: Node, outputs: readonly unknown[]): void {
    this.saved = this.toSave.map((x) => {
      if (x === null) return null;
      const outputNr = outputs.indexOf(x);
      return new SavedTensor(x, outputNr < 0 ? null : { node, outputNr });
    });
    this.toSave = [];
  }

  /** @internal */
  release(): void { this.saved = null; }
}
