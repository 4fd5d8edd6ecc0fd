import type { Generator } from '@sconce/tensor';
import type { View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import type { Bytes } from '../values.js';
import { launch, type Job } from './job.js';

/**
 * Philox 4×32-10: four random words from a counter and a key, the same on every device.
 * @see J. K. Salmon et al., Parallel random numbers: as easy as 1, 2, 3 (SC 2011)
 */
const PHILOX = `
fn wide(a: u32, b: u32) -> vec2<u32> {
  let al = a & 0xffffu;
  let ah = a >> 16u;
  let bl = b & 0xffffu;
  let bh = b >> 16u;
  let low = al * bl;
  let m1 = ah * bl + (low >> 16u);
  let m2 = al * bh + (m1 & 0xffffu);
  return vec2<u32>(ah * bh + (m1 >> 16u) + (m2 >> 16u), (m2 << 16u) | (low & 0xffffu));
}
fn philox(index: u32, block: u32) -> vec4<u32> {
  var c = vec4<u32>(index, block, p.stream_low, p.stream_high);
  var key = vec2<u32>(p.seed_low, p.seed_high);
  for (var r = 0; r < 10; r++) {
    let a = wide(0xd2511f53u, c.x);
    let b = wide(0xcd9e8d57u, c.z);
    c = vec4<u32>(b.x ^ c.y ^ key.x, b.y, a.x ^ c.w ^ key.y, a.y);
    key += vec2<u32>(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}
// of [0, 1), and of (0, 1]
fn unit(x: u32) -> f32 { return f32(x >> 8u) * 5.9604644775390625e-8; }
fn positive(x: u32) -> f32 { return (f32(x >> 8u) + 1.0) * 5.9604644775390625e-8; }
fn gauss(x: vec4<u32>) -> f32 { return sqrt(-2.0 * log_(positive(x.x))) * cos_(6.283185307179586 * unit(x.y)); }`;

/** How many draws each generator has given here since it was seeded. */
const known = new WeakMap<Generator, { beginnings: number; draws: bigint }>();

/** Which numbers are next. */
function next(generator: Generator): Record<string, number> {
  const seed = BigInt.asUintN(64, BigInt(generator.initialSeed())), { beginnings } = generator;
  let stream = known.get(generator);
  if (stream?.beginnings !== beginnings) known.set(generator, (stream = { beginnings, draws: 0n }));
  const draw = stream.draws++;
  return { seed_low: low(seed), seed_high: low(seed >> 32n), stream_low: low(draw), stream_high: low(draw >> 32n) };
}

const low = (x: bigint): number => Number(x & 0xffffffffn);

/** Random numbers: every element of a draw has a counter of its own, so their order does not matter. */
export const drawing = (engine: Engine) => (name: string, out: View | Bytes, generator: Generator, job: Omit<Job, 'name' | 'outputs'>): void => launch(engine, {
  ...job, name: `random ${name}`, outputs: { out }, params: { ...next(generator), ...job.params },
  declarations: `${PHILOX}\n${job.declarations ?? ''}`,
});
