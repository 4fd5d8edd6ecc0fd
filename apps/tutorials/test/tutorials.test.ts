import { readFileSync } from 'node:fs';
import { format } from 'node:util';
import { expect, it } from 'vitest';
import { autogradBasics } from '../src/autograd-basics.js';
import { autogradMechanics } from '../src/autograd-mechanics.js';
import { customFunction } from '../src/custom-function.js';
import { lenet } from '../src/lenet.js';
import { linearRegression } from '../src/linear-regression.js';
import { mnistTable } from '../src/mnist-table.js';
import { perSampleGradients } from '../src/per-sample-gradients.js';
import type { Print } from '../src/print.js';
import { shapes } from '../src/shapes.js';
import { tensorBasics } from '../src/tensor-basics.js';
import { twoLayerArrays } from '../src/two-layer-arrays.js';
import { twoLayerAutograd } from '../src/two-layer-autograd.js';
import { twoLayerTensors } from '../src/two-layer-tensors.js';

/** What a script prints, as console.log shows it. */
async function printed(script: (print: Print) => void | Promise<void>): Promise<string> {
  const lines: string[] = [];
  await script((...values) => { lines.push(format(...values)); });
  return `${lines.join('\n')}\n`;
}

/** What its Python original printed; see tooling/oracle/record_tutorials.py. */
const recorded = (name: string): string => readFileSync(new URL(`expected/${name}.txt`, import.meta.url), 'utf8');

const NUMBER = /-?\d+(?:\.\d+)?(?:e[-+]?\d+)?/g;
const numbersOf = (text: string): number[] => (text.match(NUMBER) ?? []).map(Number);

/** The same text, and the same numbers but for rounding: sums in another order differ in their last digits. */
function expectClose(actual: string, expected: string, relative: number): void {
  expect(actual.replace(NUMBER, '#')).toBe(expected.replace(NUMBER, '#'));
  const numbers = numbersOf(actual);
  numbersOf(expected).forEach((x, i) => {
    const off = Math.abs(numbers[i] - x);
    expect(off, `${numbers[i]} against ${x}`).toBeLessThanOrEqual(relative * Math.abs(x) + 1e-6);
  });
}

it.each([
  ['tensor-basics', tensorBasics],
  ['shapes', shapes],
  ['autograd-basics', autogradBasics],
  ['autograd-mechanics', autogradMechanics],
  ['lenet', lenet],
  ['per-sample-gradients', perSampleGradients],
])('%s prints what PyTorch prints', async (name, script) => {
  expect(await printed(script)).toBe(recorded(name));
});

it.each([
  ['two-layer-arrays', twoLayerArrays, 1e-9],
  ['two-layer-tensors', twoLayerTensors, 1e-4],
  ['two-layer-autograd', twoLayerAutograd, 1e-4],
] as const)('%s begins with the losses of PyTorch', async (name, script, relative) => {
  expectClose(await printed((print) => script(print, { steps: 20, every: 5 })), recorded(`${name}-start`), relative);
});

it('two-layer-autograd ends with the losses of PyTorch', async () => {
  // after 500 steps a loss of 1e-5 is left, a difference of float32 numbers around 1
  expectClose(await printed(twoLayerAutograd), recorded('two-layer-autograd'), 0.05);
});

it('custom-function fits a sine as PyTorch does', async () => {
  expectClose(await printed(customFunction), recorded('custom-function'), 1e-4);
});

it('linear-regression finds the line that PyTorch finds', async () => {
  expectClose(await printed(linearRegression), recorded('linear-regression'), 1e-4);
});

it('mnist-table prints the table of PyTorch, on digits drawn by code where MNIST is not there', async () => {
  const lines = await printed((print) => mnistTable(print, { limit: 320, epochs: 3, data: 'nowhere' }));
  const [head, ...table] = lines.split('\n');
  expect(head).toBe('synthetic digits (no MNIST found; SCONCE_DATA names its folder): 320 to train on, 320 to test');
  expectClose(table.join('\n'), recorded('mnist-table'), 1e-4);
});
