import { bfloat16, float16, float32, float64, type DType } from '../dtype.js';
import { RuntimeError } from '../errors.js';
import { defaultGenerator, type Generator } from './generator.js';
import { checkFloat, cppDouble, cppTypeName, drawPieces, fma, roundTo, uniform53, type FloatArray } from './support.js';

/** By dtype: the random bits in a uniform number, and the largest finite value. */
const LIMITS: ReadonlyMap<DType, readonly [bits: number, max: number]> = /* @__PURE__ */ new Map([
  [float16, [11, 65504]],
  [bfloat16, [8, 3.3895313892515355e38]],
  [float32, [24, 3.4028234663852886e38]],
  [float64, [53, Number.MAX_VALUE]],
]);

/**
 * Fills `out` with numbers of [from, to), as `Tensor.uniform_`. float16 and bfloat16 numbers come as float32, still to
 * be rounded.
 * @throws RuntimeError if the bounds are in the wrong order or do not fit the dtype
 */
export function fillUniform(
  out: FloatArray, dtype: DType, from = 0, to = 1, generator: Generator = defaultGenerator,
): void {
  checkFloat(dtype, 'check_uniform_bounds');
  const [bits, max] = LIMITS.get(dtype)!;
  checkBounds(dtype, from, to, max);
  const low = roundTo(dtype, from);
  const range = roundTo(dtype, roundTo(dtype, to) - low);
  if (dtype === float64) {
    return drawPieces(generator, out.length, 2, (words, at, count) => {
      fillPiece53(words, count, out, at, range, low);
    });
  }
  const mask = 2 ** bits - 1;
  // the product is exact in a double, so that a single rounding is left, as in PyTorch's fused multiply-add
  const unit = range * 2 ** -bits;
  drawPieces(generator, out.length, 1, (words, at, count) => {
    fillPiece(words, count, out, at, mask, unit, low);
  });
}

function fillPiece(
  words: Uint32Array, count: number, out: FloatArray, at: number, mask: number, unit: number, low: number,
): void {
  for (let i = 0; i < count; i++) out[at + i] = (words[i] & mask) * unit + low;
}

function fillPiece53(words: Uint32Array, count: number, out: FloatArray, at: number, range: number, low: number): void {
  for (let i = 0; i < count; i++) out[at + i] = fma(uniform53(words[2 * i], words[2 * i + 1]), range, low);
}

function checkBounds(dtype: DType, from: number, to: number, max: number): void {
  const type = cppTypeName(dtype);
  if (!(Math.abs(from) <= max)) throw new RuntimeError(`from is out of bounds for ${type}`);
  if (!(Math.abs(to) <= max)) throw new RuntimeError(`to is out of bounds for ${type}`);
  if (from > to) {
    throw new RuntimeError('uniform_ expects to return a [from, to) range, ' +
      `but found from=${cppDouble(from)} > to=${cppDouble(to)}`);
  }
  if (to - from > max) {
    throw new RuntimeError(`uniform_ expects to-from <= std::numeric_limits<${dtype.scalarType}>::max(), but found ` +
      `to=${cppDouble(to)} and from=${cppDouble(from)} which result in to-from to exceed the limit`);
  }
}
