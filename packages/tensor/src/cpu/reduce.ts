import type { Kernel, View } from '../backend.js';
import type { DType } from '../dtype.js';
import { cast, input } from '../expr.js';
import { Layout } from '../layout.js';
import type { ReduceAttrs, ReduceOp } from '../op.js';
import { BlockAccess } from './blocks.js';
import { forEachOffset } from './host.js';
import type { Register } from './loops.js';
import { BLOCK, compile, fill, type Program } from './program.js';

/** The kernel of a reduction: accumulates in registers, so float32 sums carry double precision. */
export function lowerReduce(op: ReduceOp): Kernel<ReduceAttrs> {
  const folds = new Map<number, Fold>();
  return ([x], [out], { dims }) => {
    const key = x!.dtype.code * 16 + out!.dtype.code;
    let fold = folds.get(key);
    if (!fold) folds.set(key, (fold = new Fold(op, x!.dtype, out!.dtype)));
    reduce(fold, x!, out!, dims);
  };
}

/** The expressions of a reduction, with accumulators that live from block to block. */
class Fold {
  private readonly initial: Program;
  private readonly convert: Program;
  private readonly combine: Program;
  private readonly finish: Program | null;
  private readonly accumulators: Register;

  constructor(op: ReduceOp, from: DType, dtype: DType) {
    this.initial = compile(op.init(dtype), 0);
    this.convert = compile(cast(input(0, from), dtype), 1);
    this.combine = compile(op.combine(input(0, dtype), input(1, dtype)), 2);
    this.finish = op.finish ? compile(op.finish(input(0, dtype), input(1, dtype)), 2) : null;
    this.accumulators = dtype.name === 'int64' ? new BigInt64Array(BLOCK) : new Float64Array(BLOCK);
  }

  start(n: number): void {
    this.initial.prepare(n);
    this.initial.run(n);
    copy(this.accumulators, this.initial.result, 0, n);
  }

  /** Folds n elements into the first n accumulators. */
  add(access: BlockAccess, start: number, n: number): void {
    access.load(start, n, this.convert.inputs[0]!);
    this.convert.run(n);
    this.step(this.convert.result, 0, n);
  }

  /** Folds the first n accumulators into the first one. */
  collapse(n: number): void {
    while (n > 1) {
      const half = n >> 1;
      this.step(this.accumulators, n - half, half);
      n -= half;
    }
  }

  end(n: number, count: number, target: BlockAccess, at: number): void {
    if (!this.finish) return target.store(at, n, this.accumulators);
    this.finish.prepare(n);
    copy(this.finish.inputs[0]!, this.accumulators, 0, n);
    if (this.finish.inputs[1]) fill(this.finish.inputs[1], count, n);
    this.finish.run(n);
    target.store(at, n, this.finish.result);
  }

  private step(x: Register, from: number, n: number): void {
    const { inputs, result } = this.combine;
    this.combine.prepare(n);
    // x may lie in the register of the first input: it moves first
    copy(inputs[1]!, x, from, n);
    copy(inputs[0]!, this.accumulators, 0, n);
    this.combine.run(n);
    copy(this.accumulators, result, 0, n);
  }
}

function copy(to: Register, from: Register, at: number, n: number): void {
  const a = to as Float64Array, b = from as Float64Array;
  for (let i = 0; i < n; i++) a[i] = b[at + i];
}

function reduce(fold: Fold, x: View, out: View, dims: readonly number[]): void {
  const { shape, strides, offset } = x.layout;
  const kept = shape.map((_, i) => i).filter((i) => !dims.includes(i));
  const part = (at: readonly number[], from: number): Layout =>
    new Layout(at.map((i) => shape[i]), at.map((i) => strides[i]), from);
  const outputs = part(kept, 0), reduced = part(dims, 0);
  const n = outputs.numel, count = reduced.numel;
  const target = new BlockAccess(out, out.layout);

  if (n >= 64 || count < 64) {
    // many outputs: a block of them side by side, one reduced position after the other
    for (let start = 0; start < n; start += BLOCK) {
      const width = Math.min(BLOCK, n - start);
      fold.start(width);
      forEachOffset(reduced, (o) => fold.add(new BlockAccess(x, part(kept, offset + o)), start, width));
      fold.end(width, count, target, start);
    }
    return;
  }
  // few outputs: each folds its elements into many lanes, then the lanes by halves (which also sums pairwise)
  let k = 0;
  forEachOffset(outputs, (o) => {
    const access = new BlockAccess(x, part(dims, offset + o));
    const lanes = Math.min(BLOCK, count);
    fold.start(lanes);
    for (let start = 0; start < count; start += BLOCK) fold.add(access, start, Math.min(BLOCK, count - start));
    fold.collapse(lanes);
    fold.end(1, count, target, k++);
  });
}
