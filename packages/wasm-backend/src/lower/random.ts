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
  // before a view of the memory is made, which may have to grow for it
  stateOf(engine);
  const words = new Uint32Array(engine.heap.memory.buffer, pointer(out), numel);
  generator.draw(words, numel);
  engine.launch(normal, Math.floor(numel / BLOCK), COST * numel, pointer(out), ...numbers);
  if (numel % BLOCK === 0) return true;
  // an incomplete block is drawn anew, with numbers of the one before it
  generator.draw(words.subarray(last), BLOCK);
  normal(0, 1, pointer(out) + 4 * last, ...numbers);
  return true;
})]];

/** Where each engine's memory holds a generator's state while words are drawn. */
const states = new WeakMap<Engine, number>();

function stateOf(engine: Engine): number {
  let address = states.get(engine);
  if (address === undefined) states.set(engine, (address = engine.reserve(STATE_BYTES)));
  return address;
}

/** Draws words as a generator of the host would, `count` of them from word `next` of its state on. */
export function drawer(engine: Engine): (state: Uint32Array, next: number, into: Uint32Array, count: number) => void {
  // anew each time: a memory that is not shared has another buffer when it has grown
  const words = (address: number, count: number): Uint32Array => new Uint32Array(engine.heap.memory.buffer, address, count);
  return (state, next, into, count) => {
    const { draw } = engine.functions(buildRandom), address = stateOf(engine);
    const drawTo = (out: number): void => {
      words(address, WORDS).set(state);
      draw(address, next, out, count);
      state.set(words(address, WORDS));
    };
    if (into.buffer === engine.heap.memory.buffer) drawTo(into.byteOffset);
    else engine.scratch(4 * count, (out) => {
      drawTo(out);
      into.set(words(out, count));
    });
  };
}
