import { NotImplementedError, Tensor, tensor as makeTensor, type Device, type DType, type Operand, type ScalarLike } from '@sconce/tensor';
import { hold, Scalar, sameShape, type Layout, type Op, type Storage, type View } from '@sconce/tensor/internal';
import { derivativeOf, type Context, type Rule, type Saved } from './derivatives/define.js';
import { edgeOf } from './edges.js';
import { Node, type Edge } from './node.js';
import { freedError, SavedTensor } from './saved-tensor.js';
import { sumToSize } from './sum-to-size.js';

/** The node of an op with a declared derivative. */
export class OpNode extends Node implements Context {
  readonly edges: readonly (Edge | null)[];
  private readonly layouts: readonly Layout[];
  readonly dtypes: readonly DType[];
  readonly device: Device;
  grads: readonly (Tensor | null)[] = [];
  private readonly rules: readonly (Rule | null)[];
  private saved: (SavedTensor | Scalar | undefined)[] | null;
  private savedResults: (SavedTensor | undefined)[] | null = null;
  private keptResults: Saved[] | null = null;
  private released = false;
  private readonly outputs: readonly { readonly shape: readonly number[]; readonly dtype: DType }[];

  /** @param outputs computed or not: only shapes and dtypes are read */
  constructor(readonly op: Op<never>, inputs: readonly View[], outputs: readonly Tensor[], readonly attrs: unknown) {
    super();
    const derivative = derivativeOf(op);
    this.rules = derivative === undefined || derivative === 'none' ? [] : derivative.rules;
    this.edges = inputs.map((x) => (x instanceof Tensor ? edgeOf(x) : null));
    this.layouts = inputs.map((x) => x.layout);
    this.dtypes = inputs.map((x) => x.dtype);
    this.outputs = outputs.map(({ shape, dtype }) => ({ shape, dtype }));
    this.device = outputs[0].device;
    let saved: (SavedTensor | Scalar | undefined)[] | null = null;
    this.edges.forEach((edge, i) => {
      for (const what of (edge && this.rule(i)?.saves) ?? []) {
        if (typeof what === 'string') this.keptResults = [...this.keptResults ?? [], what];
        else (saved ??= new Array<SavedTensor | undefined>(inputs.length))[what] ??= keep(inputs[what]);
      }
    });
    this.saved = saved;
  }

  /** Keeps the outputs where a rule reads them; to be called once they are computed. */
  saveResults(outputs: readonly Tensor[]): void {
    const kept = this.keptResults;
    if (!kept) return;
    this.savedResults = outputs.map((x, i) =>
      (kept.includes('result') || kept.includes(`result${i}` as Saved) ? new SavedTensor(x, { node: this, outputNr: i }) : undefined));
  }

  get shapes(): readonly (readonly number[])[] { return this.layouts.map((l) => l.shape); }
  get strides(): readonly (readonly number[])[] { return this.layouts.map((l) => l.strides); }

  get name(): string { return nodeName(this.op); }

  private rule(i: number): Rule | null { return this.rules[Math.min(i, this.rules.length - 1)] ?? null; }

  /**
   * Of complex numbers the conjugates: the gradient of what is differentiable in the complex sense is the incoming one times the
   * conjugate of the derivative, and a rule that reads conjugates computes just that.
   * @see https://pytorch.org/docs/stable/notes/autograd.html#autograd-for-complex-numbers
   */
  private read(saved: SavedTensor | undefined): Tensor {
    const x = saved?.unpack() as Tensor;
    return x?.dtype.isComplex && this.outputs[0].dtype.isComplex ? x.conj() : x;
  }

  get inputs(): readonly Tensor[] {
    if (this.released) throw freedError();
    return this.layouts.map((_, i) => this.unpack(this.saved?.[i]) as Tensor);
  }
  operand(input: number): Operand {
    if (this.released) throw freedError();
    const saved = this.saved?.[input];
    return saved instanceof Scalar ? conjugate(saved.value) : this.read(saved);
  }
  get results(): readonly Tensor[] {
    if (!this.savedResults) throw this.released ? freedError() : new Error(`'${this.op.name}' saved no result`);
    return this.savedResults.map((s) => this.read(s));
  }
  get result(): Tensor { return this.results[0]; }

  /** What is kept for backward, as PyTorch's `_saved_…` attributes: inputs, then results. */
  override get savedTensors(): readonly Tensor[] {
    if (this.released) throw freedError();
    const saved = [...(this.saved ?? []), ...(this.savedResults ?? [])].filter((s) => s instanceof SavedTensor).map((s) => s.unpack());
    for (const x of saved) hold(x); // who has asked may keep them
    return saved;
  }

  private unpack(saved: SavedTensor | Scalar | undefined): Tensor | undefined {
    if (saved instanceof Scalar) return makeTensor(conjugate(saved.value), { dtype: this.outputs[0].dtype, device: this.device });
    return this.read(saved);
  }

  apply(grads: readonly (Tensor | null)[], needed: ReadonlyMap<Node, boolean> | null = null): readonly (Tensor | null)[] {
    if (this.rules.length === 0) throw new NotImplementedError(`derivative for ${this.op.name} is not implemented`);
    this.grads = this.outputs.map((_, i) => grads[i] ?? null); // the engine's list ends with the last output that has one
    const { shape, dtype } = this.outputs[0];
    const first = grads[0] ?? makeTensor(0, { dtype, device: this.device }).expand(...shape);
    try {
      return this.edges.map((edge, i) => {
        const rule = edge && (needed === null || needed.has(edge.node)) ? this.rule(i) : null;
        const gradient = rule ? rule(first, this as unknown as Context<never>, i) : null;
        return gradient && this.fit(gradient, i);
      });
    } finally {
      this.grads = [];
    }
  }

  /** A gradient in the shape and dtype of its input: what was broadcast is summed. */
  private fit(gradient: Tensor, i: number): Tensor {
    const { shape } = this.layouts[i], dtype = this.dtypes[i];
    const summed = sameShape(gradient.shape, shape) ? gradient : sumToSize(gradient, shape);
    if (summed.dtype === dtype) return summed;
    return (summed.dtype.isComplex && !dtype.isComplex ? summed.real : summed).to(dtype);
  }

  override holds({ storage }: Tensor): boolean {
    return sharesMemory(this.saved, storage) || sharesMemory(this.savedResults, storage);
  }

  override release(): void {
    if (!this.saved && !this.savedResults) return;
    if (this.saved) for (const s of this.saved) if (s instanceof SavedTensor) s.release();
    if (this.savedResults) for (const s of this.savedResults) s?.release();
    this.saved = this.savedResults = null;
    this.released = true;
  }
}

const conjugate = (x: ScalarLike): ScalarLike => (typeof x === 'object' ? { re: x.re, im: -x.im } : x);

const keep = (x: View): SavedTensor | Scalar => (x instanceof Scalar ? x : new SavedTensor(x as Tensor));

function sharesMemory(saved: readonly (SavedTensor | Scalar | undefined)[] | null, storage: Storage): boolean {
  if (saved) for (const s of saved) if (s instanceof SavedTensor && s.isIn(storage)) return true;
  return false;
}

/** PyTorch's name of an op's node: 'AddBackward0'. */
export function nodeName(op: Op<never>): string {
  if (op.gradName?.includes('Backward')) return op.gradName;
  const name = op.gradName ?? op.name;
  return `${name[0].toUpperCase()}${name.slice(1)}Backward0`;
}
