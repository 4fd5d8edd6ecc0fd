import { expect, test } from 'vitest';
import { digest, parametersOf, transposed, uniform } from '../src/numbers.mjs';
import { rows, webgpuRows } from '../src/rows.mjs';
import { duration, resultRow, tableHead, tableLine, WEBGPU_TABLE } from '../src/table.mjs';

const entrants = [
  { name: 'Sconce 1', column: 'sconce1' }, { name: 'Sconce 2', column: 'sconce2' },
  { name: 'PyTorch 1', column: 'torch1' }, { name: 'PyTorch 2', column: 'torch2' },
  { name: 'tfjs cpu', column: 'tfjs' }, { name: 'tfjs wasm', column: 'tfjs' }, { name: 'jax-js wasm', column: 'jaxjs' },
];

test('a row has a time per column, the faster where two share one, and the ratios', () => {
  const times = new Map(Object.entries({
    'Sconce 1': 100, 'Sconce 2': 60, 'PyTorch 1': 80, 'PyTorch 2': 120, 'tfjs cpu': 900, 'tfjs wasm': 600, 'jax-js wasm': 300,
  }));
  expect(resultRow('mlp-b32', times, entrants)).toEqual({
    name: 'mlp-b32',
    us: { sconce1: 100, sconce2: 60, torch1: 80, torch2: 120, tfjs: 600, jaxjs: 300 },
    vsTorch1: 1.25, vsTorch2: 0.75, vsBestPeer: 0.2,
  });
});

test('what could not run is null, and so is a ratio to it', () => {
  const row = resultRow('add-3', new Map([['Sconce 2', 4], ['PyTorch 2', 8], ['tfjs cpu', 16]]), entrants);
  expect(row).toEqual({
    name: 'add-3',
    us: { sconce1: null, sconce2: 4, torch1: null, torch2: 8, tfjs: 16, jaxjs: null },
    vsTorch1: null, vsTorch2: 0.5, vsBestPeer: 0.25,
  });
  expect(tableLine(row).split(/ {2,}/)).toEqual(['add-3', '–', '4 µs', '–', '8 µs', '16 µs', '–', '–', '0.50', '0.25']);
  expect(tableLine(row)).toHaveLength(tableHead().length);
});

test('a row of WebGPU has the dispatches of a step', () => {
  const gpu = [{ name: 'Sconce', column: 'sconce' }, { name: 'tfjs webgpu', column: 'tfjs' }, { name: 'jax-js webgpu', column: 'jaxjs' }];
  const times = new Map(Object.entries({ Sconce: 100, 'tfjs webgpu': 400, 'jax-js webgpu': 200 }));
  const row = resultRow('mlp-b32', times, gpu, WEBGPU_TABLE, { dispatches: 12 });
  expect(row).toEqual({
    name: 'mlp-b32', us: { sconce: 100, tfjs: 400, jaxjs: 200, torchCuda: null }, vsBestPeer: 0.5, dispatches: 12,
  });
  expect(tableLine(row, WEBGPU_TABLE).split(/ {2,}/)).toEqual(['mlp-b32', '100 µs', '400 µs', '200 µs', '–', '0.50', '12']);
  expect(tableLine(row, WEBGPU_TABLE)).toHaveLength(tableHead(WEBGPU_TABLE).length);
  expect(resultRow('add-1m', new Map(), gpu, WEBGPU_TABLE)).toMatchObject({ vsBestPeer: null, dispatches: null });
});

test('durations have three digits', () => {
  expect([0.4237, 999, 1234.5, 2_345_678].map(duration)).toEqual(['0.424 µs', '999 µs', '1.23 ms', '2.35 s']);
});

test('the rows have names of their own', () => {
  for (const table of [rows, webgpuRows]) expect(new Set(table.map(({ name }) => name)).size).toBe(table.length);
});

// Recorded from contenders/pytorch.py.
test('numbers are those that PyTorch is given', () => {
  expect([...uniform(1, 5)]).toEqual(
    [-0.7704246044158936, -0.5064201354980469, -0.9533886909484863, -0.5307918787002563, 0.07268452644348145]);
  expect([...uniform(103, 1_000_000, -5, 5).subarray(-2)]).toEqual([-0.7762783765792847, -2.6966090202331543]);
  expect(digest(uniform(1, 20))).toBeCloseTo(1.6371212661266328, 12);
  const parameters = parametersOf([{ conv: [3, 6, 5] }, 'relu', 'flatten', { linear: [24, 10] }]);
  expect(parameters.map(({ shape }) => shape)).toEqual([[6, 3, 5, 5], [6], [10, 24], [10]]);
  const sums = [0.7869268639042275, -0.30800576228648424, -1.15841654840915, 0.8169809458777308];
  parameters.forEach(({ data }, i) => expect(data.reduce((a, b) => a + b, 0)).toBeCloseTo(sums[i]!, 5));
});

test('a rearranged array is the transposed one', () => {
  const data = Float32Array.from({ length: 24 }, (_, i) => i), axes = [2, 0, 1];
  const out = transposed(data, [2, 3, 4], axes);
  for (let a = 0; a < 2; a++) for (let b = 0; b < 3; b++) for (let c = 0; c < 4; c++) {
    expect(out[(c * 2 + a) * 3 + b]).toBe(data[(a * 3 + b) * 4 + c]);
  }
});
