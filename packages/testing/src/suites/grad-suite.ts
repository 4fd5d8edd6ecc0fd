import { gradcheck, gradgradcheck } from '@sconce/autograd';
import { device, float64, type Tensor } from '@sconce/tensor';
import { describe } from 'vitest';
import { isDifferentiated } from '../draws.js';
import { drawInputs, isDifferentiable, outputsOf, type Row } from '../row.js';
import { samples as allSamples } from '../samples/index.js';
import { testRows, type SuiteOptions } from './op-suite.js';

/** A row as a function of the inputs that are differentiated, which gives the outputs that have gradients. */
function asFunction(r: Row): { fn: (...inputs: Tensor[]) => Tensor[]; inputs: Tensor[] } {
  const options = { device: device('cpu'), dtype: float64 };
  const drawn = drawInputs(r, options);
  const names = Object.keys(drawn).filter((name) => isDifferentiated(r.inputs[name]));
  const rooted = outputsOf(r, drawn, options).map((y) => y.requiresGrad);
  const fn = (...xs: Tensor[]): Tensor[] => {
    const inputs = { ...drawn, ...Object.fromEntries(names.map((name, i) => [name, xs[i]])) };
    return outputsOf(r, inputs, options).filter((_, i) => rooted[i]);
  };
  return { fn, inputs: names.map((name) => drawn[name]) };
}

/** @throws Error where the first derivatives of a row are not those that differences show */
export function checkGradient(r: Row): void {
  const { fn, inputs } = asFunction(r);
  gradcheck(fn, inputs, { fastMode: r.fastMode });
}

/** @throws Error where the second derivatives of a row are not those that differences show */
export function checkSecondGradient(r: Row): void {
  const { fn, inputs } = asFunction(r);
  gradgradcheck(fn, inputs, { fastMode: r.fastMode });
}

/** Tests of the first and second derivatives of every differentiable row against differences, in float64 on the CPU. */
export function gradSuite({ samples = allSamples }: Pick<SuiteOptions, 'samples'> = {}): void {
  const select = (keep: (r: Row) => boolean) => Object.fromEntries(
    Object.entries(samples).map(([family, rows]) => [family, rows.filter((r) => isDifferentiable(r) && keep(r))]));
  describe('gradcheck', () => testRows(select((r) => r.gradcheck !== false), 'cpu', checkGradient));
  describe('gradgradcheck', () => testRows(select((r) => r.gradcheck !== false && r.gradgrad !== false), 'cpu', checkSecondGradient));
}
