import * as torch from '@sconce/tensor';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { grad } from '../src/index.js';

interface Row {
  readonly shape: readonly number[];
  /** a method, its arguments, and which of several results goes on */
  readonly steps: readonly (readonly [string, readonly unknown[], number?])[];
  readonly error?: readonly [string, string];
  readonly result: readonly number[];
  readonly values: number[];
  readonly grad: number[];
}
// recorded by tooling/oracle/views.py
const rows = JSON.parse(readFileSync(new URL('fixtures/views.json', import.meta.url), 'utf8')) as Row[];

const ramp = (shape: readonly number[], start: number): torch.Tensor => {
  const n = shape.reduce((a, b) => a * b, 1);
  return torch.tensor(Array.from({ length: n }, (_, i) => i + start), { dtype: torch.float64 }).reshape(shape).detach();
};
const flat = (x: torch.Tensor): number[] => Array.from(x.detach().contiguous().numpy(), Number);
const camel = (name: string): string => name.replace('squeeze_dim', 'squeeze').replace(/_(.)/g, (_, c: string) => c.toUpperCase());

function run(x: torch.Tensor, steps: Row['steps']): torch.Tensor {
  return steps.reduce((y, [name, args, part]) => {
    const method = y[camel(name) as keyof torch.Tensor] as (...args: readonly unknown[]) => torch.Tensor | torch.Tensor[];
    const result = method.apply(y, args as unknown[]);
    return Array.isArray(result) ? result[part!] : result;
  }, x);
}

test.each(rows.map((row, i) => [i, JSON.stringify([row.shape, row.steps]), row] as const))('%i: %s', (_i, _text, row) => {
  const x = ramp(row.shape, 0).requiresGrad_();
  if (row.error) {
    let error: unknown;
    try {
      run(x, row.steps);
    } catch (e) {
      error = [(e as Error).name, (e as Error).message];
    }
    expect(error).toEqual(row.error);
    return;
  }
  const y = run(x, row.steps);
  const [g] = grad(y, x, ramp(y.shape, 1), { allowUnused: true });
  expect({ result: y.shape, values: flat(y), grad: flat(g ?? x.mul(0)) })
    .toEqual({ result: row.result, values: row.values, grad: row.grad });
});
