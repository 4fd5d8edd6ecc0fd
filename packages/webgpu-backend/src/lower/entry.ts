import type { Kernel, Op, StructuredOp, View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';

export type Entry = readonly [Op<never>, Kernel];

/** Kernels by op, made for one engine. */
export type Lowering = (engine: Engine) => readonly Entry[];

/** A record and its kernel. */
export const entry = <A>(
  op: StructuredOp<A>, kernel: (inputs: readonly View[], outputs: readonly View[], attrs: A) => void,
): Entry => [op as Op<never>, kernel as Kernel];
