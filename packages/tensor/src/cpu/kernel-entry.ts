import type { Kernel } from '../backend.js';
import type { Op, StructuredOp } from '../op.js';

/** A structured op and its JavaScript kernel. */
export type KernelEntry = readonly [Op<never>, Kernel];

/** Pairs an op with its kernel, of the same attributes. */
export const kernelFor = <A>(op: StructuredOp<A>, kernel: Kernel<A>): KernelEntry =>
  [op as unknown as Op<never>, kernel as Kernel];
