import * as torch from '@sconce/tensor';
import { padBorder, padBorderBackward, upsample, upsampleBackward, type UpsampleAttrs, type UpsampleMode } from '@sconce/tensor/internal';
import { property } from './support/property.js';
import type { Draws } from './support/draws.js';

const { float16, float32, float64 } = torch;
const INFINITIES = [Infinity, -Infinity, NaN];

/** Sizes below and above the input's, or the same, with scales that are given as such or not. */
function resampling(r: Draws, mode: UpsampleMode, dims: number, largest: number): UpsampleAttrs {
  const inputSize = Array.from({ length: dims }, () => r.size(largest, 0)), isGiven = r.chance(0.5);
  const factors = inputSize.map(() => r.pick([1, 2, 3, 0.5, 0.2 + 3 * r.uniform()])), outputSize = inputSize.map((n, d) => Math.max(Math.floor(n * factors[d]), 1));
  return {
    mode, inputSize, outputSize, scales: factors.map((x) => (isGiven ? x : null)), alignCorners: (mode === 'linear' || mode === 'cubic') && r.chance(0.4),
    antialias: dims === 2 && (mode === 'linear' || mode === 'cubic') && r.chance(0.2),
  };
}

for (const [dims, largest, modes] of [
  [1, 130, ['nearest', 'nearest-exact', 'linear']], [2, 33, ['nearest', 'nearest-exact', 'linear', 'cubic']], [3, 9, ['nearest', 'nearest-exact', 'linear']],
] as const) {
  property(`resampling in ${dims}d and back`, 120, (r) => {
    const attrs = resampling(r, r.pick(modes), dims, largest), outer = [r.size(3), r.size(5)], dtype = r.pick([float32, float32, float32, float64, float16]);
    const special = r.chance(0.3) && dtype !== float16 && INFINITIES;
    const x = r.input(dtype, [...outer, ...attrs.inputSize], { special }), g = r.input(dtype, [...outer, ...attrs.outputSize], { special });
    // 0 added: a sum that begins with zero has lost the sign of zeros
    return { run: () => [upsample(x(), attrs).add(0), upsampleBackward(g(), attrs).add(0)], rtol: 1e-6, atol: 1e-5, note: { ...attrs, outer, dtype: dtype.name } };
  });
}

property('padding with what is there, and back', 120, (r) => {
  const mode = r.pick(['reflect', 'replicate', 'circular'] as const), size = Array.from({ length: r.integer(1, 3) }, () => r.size(17, 0)), outer = [r.size(3), r.size(3)].slice(r.integer(0, 1));
  const pads = size.toReversed().flatMap((n) => [0, 1].map(() => r.integer(-Math.floor((n - 1) / 2), mode === 'replicate' ? 9 : n - (mode === 'reflect' ? 1 : 0))));
  const padded = size.map((n, d) => n + pads[2 * (size.length - 1 - d)] + pads[2 * (size.length - 1 - d) + 1]), shape = [...outer, ...size];
  const x = r.input(r.pick([float32, float32, float64]), shape, { special: true }), g = r.input(float32, [...outer, ...padded], { special: r.chance(0.3) && INFINITIES });
  return { run: () => [padBorder(x(), { pads, mode }), padBorderBackward(g(), { pads, mode }, shape).add(0)], rtol: 1e-6, atol: 1e-4, note: { shape, pads, mode } };
});
