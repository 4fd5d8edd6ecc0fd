import type { View } from '../backend.js';
import type { TypedArray } from '../dtype.js';
import type { Layout } from '../layout.js';
import { memoryOrder } from '../memory-order.js';
import { randomOps } from '../ops/random-records.js';
import {
  fillBernoulli, fillBernoulliFrom, fillCauchy, fillExponential, fillGeometric, fillLogNormal, fillNormal,
  fillNormalOneByOne, fillPoisson, fillRandom, fillRandomRange, fillRandperm, fillUniform, multinomial, type FloatArray,
} from '../random/index.js';
import { contiguousNumbers, contiguousValues, storeNumbers, storeRaw, type NumberArray } from './host.js';
import { kernelFor, type KernelEntry } from './kernel-entry.js';

/** The kernels of random numbers: they draw in the order in which the elements lie in memory, as PyTorch's do. */
export const randomKernels = (): KernelEntry[] => [
  kernelFor(randomOps.uniform, (_, [out], { from, to, generator }) =>
    draw(out!, (data) => fillUniform(data as FloatArray, out!.dtype, from, to, generator))),
  kernelFor(randomOps.normal, (_, [out], { mean, std, generator }) => {
    // blocks of sixteen are made in contiguous tensors only
    const fill = out!.layout.isContiguous ? fillNormal : fillNormalOneByOne;
    draw(out!, (data) => fill(data as FloatArray, out!.dtype, mean, std, generator));
  }),
  kernelFor(randomOps.logNormal, (_, [out], { mean, std, generator }) =>
    draw(out!, (data) => fillLogNormal(data as FloatArray, out!.dtype, mean, std, generator))),
  kernelFor(randomOps.exponential, (_, [out], { lambd, generator }) =>
    draw(out!, (data) => fillExponential(data as FloatArray, out!.dtype, lambd, generator))),
  kernelFor(randomOps.cauchy, (_, [out], { median, sigma, generator }) =>
    draw(out!, (data) => fillCauchy(data as FloatArray, out!.dtype, median, sigma, generator))),
  kernelFor(randomOps.geometric, (_, [out], { p, generator }) =>
    draw(out!, (data) => fillGeometric(data, out!.dtype, p, generator))),
  kernelFor(randomOps.random, (_, [out], { generator }) => draw(out!, (data) => fillRandom(data, out!.dtype, generator))),
  kernelFor(randomOps.randomRange, (_, [out], { from, to, generator }) =>
    draw(out!, (data) => fillRandomRange(data, out!.dtype, from, to, generator))),
  kernelFor(randomOps.bernoulli, (_, [out], { p, generator }) =>
    draw(out!, (data) => fillBernoulli(data, out!.dtype, p, generator))),
  kernelFor(randomOps.bernoulliTensor, ([, p], [out], { generator }) => bernoulliFrom(p!, out!, generator)),
  kernelFor(randomOps.bernoulliOf, ([p], [out], { generator }) => bernoulliFrom(p!, out!, generator)),
  kernelFor(randomOps.randperm, (_, [out], { generator }) =>
    draw(out!, (data) => fillRandperm(data, out!.dtype, generator))),
  kernelFor(randomOps.poisson, ([rates], [out], { generator }) => {
    const numbers = floats(rates!);
    draw(out!, (data) => fillPoisson(data as FloatArray, out!.dtype, numbers, generator));
  }),
  kernelFor(randomOps.rreluNoise, ([x], [out], { lower, upper, generator }) => {
    const values = contiguousNumbers(x!);
    storeNumbers(out!, Float64Array.from(values, (v) => (v <= 0 ? lower + (upper - lower) * generator.uniform53() : 1)));
  }),
  kernelFor(randomOps.multinomial, ([p], [out], { numSamples, replacement, generator }) => {
    const { shape } = p!.layout, categories = shape[shape.length - 1];
    const rows = shape.length === 2 ? shape[0] : 1;
    storeRaw(out!, multinomial(floats(p!), p!.dtype, rows, categories, numSamples, replacement, generator));
  }),
];

function bernoulliFrom(p: View, out: View, generator: Parameters<typeof fillBernoulli>[3]): void {
  const probabilities = floats(inMemoryOrder(p, out.layout));
  draw(out, (data) => fillBernoulliFrom(data, out.dtype, probabilities, p.dtype, generator));
}

/** Numbers as floats, whatever their dtype. */
function floats(view: View): FloatArray {
  const values: NumberArray = contiguousNumbers(view);
  return values instanceof Float64Array || values instanceof Float32Array ? values : Float32Array.from(values);
}

/** A view with its dimensions in the order in which those of a layout lie in memory. */
function inMemoryOrder(view: View, of: Layout): View {
  if (of.isContiguous) return view;
  return { storage: view.storage, dtype: view.dtype, layout: view.layout.permute(memoryOrder(of.shape, [of.strides]).reverse()) };
}

/** Has an array filled, in the order of the output's memory, and stores it there. */
function draw(out: View, fill: (data: TypedArray) => void): void {
  const target = inMemoryOrder(out, out.layout);
  const half = out.dtype.isFloatingPoint && out.dtype.itemsize === 2;
  if (!half && target.layout.isContiguous) return fill(contiguousValues(target));
  const data = half ? new Float32Array(out.layout.numel) : new out.dtype.Array(out.layout.numel);
  fill(data);
  if (half) storeNumbers(target, data as Float32Array);
  else storeRaw(target, data);
}
