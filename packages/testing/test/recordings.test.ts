import { expect, test } from 'vitest';
import { keyOf, recordings, samples } from '../src/index.js';

const rows = Object.values(samples).flat();

test('every row with a Python text is recorded as it stands, and nothing else is', () => {
  const wanted = rows.filter((r) => r.python !== null).map(keyOf);
  expect(Object.keys(recordings).toSorted()).toEqual(wanted.toSorted());
});

test('a row stands in one place only', () => {
  const keys = rows.map(keyOf);
  expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
});

test('a row names a node of its own only where it differs from PyTorch\'s', () => {
  expect(rows.filter((r) => r.node !== undefined && r.node === recordings[keyOf(r)].node).map(keyOf)).toEqual([]);
});
