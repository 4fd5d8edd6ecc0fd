import { derivativeOf } from '@sconce/autograd';
import { device, float64, registerBackend } from '@sconce/tensor';
import { jsBackend, ops, type Kernel, type Op } from '@sconce/tensor/internal';
import { expect, test } from 'vitest';
import { opsInGraph, runRow, samples } from '../src/index.js';

const names = (list: readonly Op<never>[]): string[] => list.map((op) => `${op.kind} ${op.name} #${op.id}`);

test('every op is differentiable or said not to be', () => {
  expect(names(ops().filter((op) => derivativeOf(op) === undefined))).toEqual([]);
});

test('every differentiable op is met in the graph of some row, forward or backward', () => {
  const met = new Set<Op<never>>();
  // outputs have a graph where a derivative is declared and not written, as in PyTorch, too
  for (const r of Object.values(samples).flat()) {
    const { outputs, grads } = runRow(r, { device: device('cpu'), dtype: float64 }, { createGraph: true });
    const gradients = Object.values(grads).filter((g) => g !== null);
    for (const op of opsInGraph([...outputs, ...gradients])) met.add(op);
  }
  const isDifferentiable = (op: Op<never>): boolean => {
    const derivative = derivativeOf(op);
    return derivative !== 'none' && !derivative?.inPlaceOnly;
  };
  expect(names(ops().filter((op) => isDifferentiable(op) && !met.has(op)))).toEqual([]);
});

test('every op with a kernel is run by some row, forward or backward', () => {
  const ran = new Set<Op<never>>();
  registerBackend({
    ...jsBackend,
    lower<A>(op: Op<A>): Kernel<A> | undefined {
      ran.add(op as Op<never>);
      return jsBackend.lower(op);
    },
  });
  for (const r of Object.values(samples).flat()) runRow(r, { device: device('cpu'), dtype: float64 }, { createGraph: true });
  registerBackend(jsBackend);
  expect(names(ops().filter((op) => op.kind !== 'view' && !op.inParts && !ran.has(op)))).toEqual([]);
});
