import * as torch from '@sconce/tensor';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { grad } from '../src/index.js';

type Item =
  | readonly ['int', number] | readonly ['bool', boolean] | readonly ['none' | 'dots', null]
  | readonly ['slice', readonly [number | null, number | null, number | null]]
  | readonly ['mask' | 'index', readonly [number[], number[]]];
interface Row {
  readonly shape: readonly number[];
  readonly items: readonly Item[];
  readonly error?: readonly [string, string];
  readonly get: { readonly shape: readonly number[]; readonly values: number[]; readonly view: boolean; readonly grads: number[][] };
  readonly value: readonly number[] | null;
  readonly setError?: readonly [string, string];
  readonly set: { readonly values: number[]; readonly grads: number[][] };
}
// recorded by tooling/oracle/indexing.py
const rows = JSON.parse(readFileSync(new URL('fixtures/indexing.json', import.meta.url), 'utf8')) as Row[];

const ramp = (shape: readonly number[], start: number): torch.Tensor => {
  const n = shape.reduce((a, b) => a * b, 1);
  return torch.tensor(Array.from({ length: n }, (_, i) => i + start), { dtype: torch.float64 }).reshape(shape).detach();
};
const flat = (x: torch.Tensor): number[] => Array.from(x.detach().contiguous().numpy(), Number);
const gradients = (y: torch.Tensor, leaves: torch.Tensor[]): number[][] =>
  grad(y, leaves, ramp(y.shape, 1), { allowUnused: true }).map((g, i) => flat(g ?? leaves[i].mul(0)));

function itemOf([kind, v]: Item): torch.IndexItem {
  switch (kind) {
    case 'slice': return `${v[0] ?? ''}:${v[1] ?? ''}${v[2] === null ? '' : `:${v[2]}`}`;
    case 'dots': return '...';
    case 'mask': return torch.tensor(v[1], { dtype: torch.bool }).reshape(v[0]);
    case 'index': return torch.tensor(v[1], { dtype: torch.int64 }).reshape(v[0]);
    default: return v;
  }
}

function errorOf(run: () => unknown): [string, string] | undefined {
  try {
    run();
    return undefined;
  } catch (e) {
    const { name, message } = e as Error;
    return [name, message.split('; in TypeScript')[0]];
  }
}

test.each(rows.map((row, i) => [i, JSON.stringify([row.shape, row.items]), row] as const))('%i: %s', (_i, _text, row) => {
  const x = ramp(row.shape, 0).requiresGrad_(), items = row.items.map(itemOf);
  if (row.error) {
    expect(errorOf(() => x.index(...items))).toEqual(row.error);
    return;
  }
  const y = x.mul(1).index(...items);
  expect({ shape: y.shape, values: flat(y), view: y.base !== null, grads: gradients(y, [x]) }).toEqual(row.get);

  const v = row.value && ramp(row.value, 100).requiresGrad_();
  const write = (): torch.Tensor => x.mul(1).indexPut_(items, v ?? 7);
  if (row.setError) {
    expect(errorOf(write)).toEqual(row.setError);
    return;
  }
  const z = write();
  expect({ values: flat(z), grads: gradients(z, v ? [x, v] : [x]) }).toEqual(row.set);
});
