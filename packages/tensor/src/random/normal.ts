import { bfloat16, float16, float32, float64, type DType } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { boxMuller16 } from './box-muller-float32.js';
import { defaultGenerator, type Generator } from './generator.js';
import { checkFloat, cppDouble, drawPieces, fma, roundTo, type FloatArray } from './support.js';
import { fillUniform } from './uniform.js';

const BLOCK = 16;

/**
 * Fills `out` with normal numbers, as `Tensor.normal_` on a contiguous tensor. Sixteen numbers or more are made in
 * blocks of sixteen, an incomplete last block by drawing the last sixteen anew; fewer are drawn as by
 * `fillNormalOneByOne`. float16 and bfloat16 numbers come as float32, still to be rounded.
 * @throws RuntimeError if `std` is negative or not a number
 */
export function fillNormal(
  out: FloatArray, dtype: DType, mean = 0, std = 1, generator: Generator = defaultGenerator,
): void {
  if (out.length < BLOCK) return fillNormalOneByOne(out, dtype, mean, std, generator);
  checkNormal(dtype, std);
  if (dtype === float32) fillBlocksFloat32(out as Float32Array, Math.fround(mean), Math.fround(std), generator);
  else fillBlocks(out, dtype, roundTo(dtype, mean), roundTo(dtype, std), generator);
}

/**
 * Fills `out` with normal numbers drawn in pairs of doubles, as `Tensor.normal_` on fewer than sixteen numbers or on a
 * tensor that is not contiguous. The second half of a pair waits in the generator for the next draw.
 * @throws RuntimeError if `std` is negative or not a number
 */
export function fillNormalOneByOne(
  out: FloatArray, dtype: DType, mean = 0, std = 1, generator: Generator = defaultGenerator,
): void {
  checkNormal(dtype, std);
  for (let i = 0; i < out.length; i++) out[i] = normal(mean, std, generator);
}

/**
 * Fills `out` with the exponentials of normal numbers, as `Tensor.log_normal_`.
 * @throws RuntimeError unless `std` is positive
 */
export function fillLogNormal(
  out: FloatArray, dtype: DType, mean = 1, std = 2, generator: Generator = defaultGenerator,
): void {
  if (!(std > 0)) throw new RuntimeError(`log_normal_ expects std > 0.0, but found std=${cppDouble(std)}`);
  checkFloat(dtype, 'log_normal_cpu');
  for (let i = 0; i < out.length; i++) out[i] = Math.exp(normal(mean, std, generator));
}

function checkNormal(dtype: DType, std: number): void {
  if (!(std >= 0)) throw new RuntimeError(`normal expects std >= 0.0, but found std ${cppDouble(std)}`);
  checkFloat(dtype, 'normal_kernel_cpu');
}

/** One normal number by the Box-Muller transform, in double precision. */
function normal(mean: number, std: number, generator: Generator): number {
  let z = generator.nextNormal;
  if (z === undefined) {
    const theta = 2 * Math.PI * generator.uniform53();
    const radius = Math.sqrt(-2 * Math.log(1 - generator.uniform53()));
    z = radius * Math.cos(theta);
    generator.nextNormal = radius * Math.sin(theta);
  } else {
    generator.nextNormal = undefined;
  }
  return z * std + mean;
}

function fillBlocksFloat32(out: Float32Array, mean: number, std: number, generator: Generator): void {
  const n = out.length;
  // an incomplete block is drawn before PyTorch starts anew, though nothing of it stays
  drawPieces(generator, n, 1, (words, at, count) => {
    for (let j = 0; j <= count - BLOCK; j += BLOCK) boxMuller16(words, j, out, at + j, mean, std);
  });
  if (n % BLOCK === 0) return;
  drawPieces(generator, BLOCK, 1, (words) => boxMuller16(words, 0, out, n - BLOCK, mean, std));
}

/** The same for the other dtypes, with every intermediate result rounded to the dtype as the compiled kernel does. */
function fillBlocks(out: FloatArray, dtype: DType, mean: number, std: number, generator: Generator): void {
  const n = out.length;
  const transform = dtype === float64 ? pairFloat64 : dtype === float16 ? pairFloat16 : pairBfloat16;
  const block = (offset: number): void => {
    for (let j = offset; j < offset + 8; j++) transform(out, j, mean, std);
  };
  fillUniform(out, dtype, 0, 1, generator);
  for (let offset = 0; offset <= n - BLOCK; offset += BLOCK) block(offset);
  if (n % BLOCK === 0) return;
  fillUniform(out.subarray(n - BLOCK), dtype, 0, 1, generator);
  block(n - BLOCK);
}

function pairFloat64(data: FloatArray, j: number, mean: number, std: number): void {
  const radius = Math.sqrt(-2 * Math.log(1 - data[j]));
  const theta = 2 * Math.PI * data[j + 8];
  data[j] = fma(radius * Math.cos(theta), std, mean);
  data[j + 8] = fma(radius * Math.sin(theta), std, mean);
}

function pairFloat16(data: FloatArray, j: number, mean: number, std: number): void {
  const f = Math.fround;
  const radius = roundTo(float16, f(Math.sqrt(f(-2 * f(Math.log(1 - data[j]))))));
  const theta = roundTo(float16, 2 * Math.PI * data[j + 8]);
  data[j] = f(radius * f(Math.cos(theta))) * std + mean;
  data[j + 8] = f(radius * f(Math.sin(theta))) * std + mean;
}

function pairBfloat16(data: FloatArray, j: number, mean: number, std: number): void {
  const b = (x: number): number => roundTo(bfloat16, x);
  const radius = b(Math.sqrt(b(-2 * b(Math.log(b(1 - data[j]))))));
  const theta = b(2 * Math.PI * data[j + 8]);
  data[j] = b(b(radius * b(Math.cos(theta))) * std) + mean;
  data[j + 8] = b(b(radius * b(Math.sin(theta))) * std) + mean;
}
