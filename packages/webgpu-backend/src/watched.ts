import { int64 } from '@sconce/tensor';
import type { Expr } from '@sconce/tensor/internal';
import { nodesOf } from './expressions.js';
import type { Fault, Faults } from './faults.js';
import type { Arguments } from './fused.js';

// An int64 is held in 32 bits, and what does not fit is an error. Uploads look at every value; sums, differences, products and
// conversions of floats are watched by the kernel that computes them. Only what an op gives is: steps on the way to it may wrap.

type Watched = Expr & { readonly watched?: true };

const KINDS: ReadonlySet<string> = new Set(['add', 'sub', 'mul']);
const BEYOND: Fault = {
  op: 'int64 arithmetic', type: 'RuntimeError',
  words: "a value that is NaN or beyond 32 bits does not fit into torch.int64 on device 'webgpu', which holds integers in 32 bits",
};

/** The result of an op, to be watched where it can leave 32 bits. */
export function watched(e: Expr): Expr {
  if (e.dtype !== int64 || !(KINDS.has(e.kind) || (e.kind === 'cast' && e.args[0].dtype.kind === 'float'))) return e;
  return { ...e, watched: true } as Watched;
}

export const isWatched = (e: Expr): boolean => (e as Watched).watched === true;

/** Whether some part of expressions is watched. */
export const anyWatched = (roots: readonly Expr[]): boolean => Array.from(nodesOf(roots)).some(isWatched);

/** Gives a kernel with watched parts the memory for notes. */
export function watch(faults: Faults, args: Arguments): void {
  args.output('faults', faults.use(), 'atomic<u32>');
  args.param('beyond', 'u32', faults.numberOf(BEYOND));
}
