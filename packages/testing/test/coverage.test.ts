import { derivativeOf } from '@sconce/autograd';
import { device, float64 } from '@sconce/tensor';
import { ops, type Op } from '@sconce/tensor/internal';
import { expect, test } from 'vitest';
import { isDifferentiable, opsInGraph, runRow, samples } from '../src/index.js';

const names = (list: readonly Op<never>[]): string[] => list.map((op) => `${op.kind} ${op.name} #${op.id}`);

test('every op is differentiable or said not to be', () => {
  expect(names(ops().filter((op) => derivativeOf(op) === undefined))).toEqual([]);
});

test('every differentiable op is met in the graph of some row, forward or backward', () => {
  const met = new Set<Op<never>>();
  for (const r of Object.values(samples).flat().filter(isDifferentiable)) {
    const { outputs, grads } = runRow(r, { device: device('cpu'), dtype: float64 }, { createGraph: true });
    const gradients = Object.values(grads).filter((g) => g !== null);
    for (const op of opsInGraph([...outputs, ...gradients])) met.add(op);
  }
  expect(names(ops().filter((op) => derivativeOf(op) !== 'none' && !met.has(op)))).toEqual([]);
});
