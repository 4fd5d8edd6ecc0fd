import { expect, test } from 'vitest';
import { loaderContenders, loaderRows } from '../src/loaders.mjs';

const names = (kind: string, torch: boolean) =>
  loaderContenders({ kind }, { python: 'python3', torch, data: '/data' }).map(({ name }) => name);

test('who takes part in the rows of loaders', () => {
  expect(loaderRows.map(({ kind }) => names(kind, true))).toEqual([
    ['Sconce 0', 'PyTorch 0'], ['Sconce 0', 'Sconce 1', 'Sconce 2', 'PyTorch 0', 'PyTorch 2'],
  ]);
  expect(names('pictures', false)).toEqual(['Sconce 0', 'Sconce 1', 'Sconce 2']);
});

test('PyTorch is told its workers and bound to one thread', () => {
  const torch2 = loaderContenders({ kind: 'pictures' }, { python: 'python3', torch: true, data: '/data' }).at(-1);
  expect(torch2?.environment).toEqual({ OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', SCONCE_BENCH_WORKERS: '2' });
  expect(torch2?.command.slice(-2)).toEqual(['1', '/data']);
});
