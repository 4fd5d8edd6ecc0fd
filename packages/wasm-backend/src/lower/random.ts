import { float32 } from '@sconce/tensor';
import { randomOps } from '@sconce/tensor/internal';
import { pointer, type Engine } from '../engine.js';
import { buildRandom, STATE_BYTES, WORDS } from '../kernels/random.js';
import type { Lowering } from './index.js';
import { orElse } from './or-else.js';

/** Numbers of a block that is transformed at a time. */
const BLOCK = 16;
/** What a normal number costs, in multiply-adds. */
const COST = 40;

/** Normal numbers of float32: words drawn to where the numbers are to be, and transformed there. */
export const lowerRandom: Lowering = (engine) => [[randomOps.normal as never, orElse(randomOps.normal, (_, [out], { mean, std, generator }) => {
  const { layout: { numel, isContiguous }, dtype } = out;
  if (dtype !== float32 || !isContiguous || numel < BLOCK || !(std >= 0)) return false;
  const normal = engine.functions(buildRandom)[std === 1 ? 'unitNormal' : 'normal'], numbers = [Math.fround(mean), Math.fround(std)], last = numel - BLOCK;
  const words = new Uint32Array(engine.heap.memory.buffer, pointer(out), numel);
  generator.draw(words, numel);
  engine.launch(normal, Math.floor(numel / BLOCK), COST * numel, pointer(out), ...numbers);
  if (numel % BLOCK === 0) return true;
  // an incomplete block is drawn anew, with numbers of the one before it
  generator.draw(words.subarray(last), BLOCK);
  normal(0, 1, pointer(out) + 4 * last, ...numbers);
  return true;
})]];

/** Words that are drawn at a time for what lies elsewhere: whole states, so that the next one to come stays the same. */
const PART = 32 * WORDS;

/**
 * Draws words as a generator of the host would, `count` of them from word `next` of its state on. No memory is taken meanwhile: a memory that
 * is not shared has another buffer when it has grown, and what the caller has a view of would be lost.
 */
export function drawer(engine: Engine): (state: Uint32Array, next: number, into: Uint32Array, count: number) => void {
  const address = engine.reserve(STATE_BYTES + 4 * PART), part = address + STATE_BYTES;
  const words = (at: number, count: number): Uint32Array => new Uint32Array(engine.heap.memory.buffer, at, count);
  return (state, next, into, count) => {
    const { draw } = engine.functions(buildRandom), isInside = into.buffer === engine.heap.memory.buffer;
    words(address, WORDS).set(state);
    if (isInside) draw(address, next, into.byteOffset, count);
    else for (let done = 0; done < count; done += PART) {
      const some = Math.min(PART, count - done);
      draw(address, next, part, some);
      into.set(words(part, some), done);
    }
    state.set(words(address, WORDS));
  };
}
