import type { Taps } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { addressOf, type Block } from '../heap.js';
import { TAP_BYTES } from '../kernels/upsample.js';

/** What a resampling kernel reads. */
export interface Table {
  readonly block: Block;
  readonly address: number;
  /** how many taps there are */
  readonly taps: number;
}

/** So many tables are kept: a network that resamples has a few for each size. */
const KEPT = 64;
const tables = new WeakMap<Engine, Map<string, Table>>();

/** The table of a key, valid until other tables are asked for; made of the 32-bit words that `make` gives where it is new. */
function keptTable(engine: Engine, key: string, make: () => { readonly words: Int32Array; readonly taps: number }): Table {
  let kept = tables.get(engine);
  if (!kept) tables.set(engine, (kept = new Map()));
  const known = kept.get(key);
  if (known) return known;
  const { words, taps } = make(), block = engine.heap.allocate(4 * words.length), address = addressOf(block), table = { block, address, taps };
  new Int32Array(engine.heap.memory.buffer, address, words.length).set(words);
  const [oldest] = kept;
  if (kept.size === KEPT) {
    engine.heap.release(oldest[1].block);
    kept.delete(oldest[0]);
  }
  kept.set(key, table);
  return table;
}

/** A way to make elements of others, dimension by dimension. */
export interface Resampling {
  /** what tells it from others */
  readonly key: string;
  readonly inputSize: readonly number[];
  readonly outputSize: readonly number[];
  /** for each index along a dimension of the output */
  taps(d: number): readonly Taps[];
}

/** The taps along a dimension, or with `adjoint` of the way back; elements lie `unit` bytes apart. */
export function tapsTable(engine: Engine, r: Resampling, d: number, adjoint: boolean, unit: number): Table {
  return keptTable(engine, `${r.key};${d};${adjoint};${unit}`, () => {
    const lists: (readonly [place: number, weight: number])[][] = Array.from({ length: (adjoint ? r.inputSize : r.outputSize)[d] }, () => []);
    r.taps(d).forEach(({ places, weights }, i) =>
      places.forEach((place, k) => lists[adjoint ? place : i].push([adjoint ? i : place, weights[k]])));
    const taps = lists.flat(), words = new Int32Array(lists.length + 1 + 2 * taps.length), floats = new Float32Array(words.buffer);
    let at = lists.length + 1;
    lists.forEach((list, i) => {
      words[i] = 4 * at;
      at += list.length * TAP_BYTES / 4;
    });
    words[lists.length] = 4 * at;
    at = lists.length + 1;
    for (const [place, weight] of taps) {
      words[at++] = place * unit;
      floats[at++] = weight;
    }
    return { words, taps: taps.length };
  });
}

/** Where the elements are of which copies are made: for each row of the output that of the input, then for each column, in bytes. */
export function copiesTable(engine: Engine, r: Resampling): Table {
  return keptTable(engine, r.key, () => {
    const places = r.inputSize.map((_, d) => r.taps(d).map((tap) => tap.places[0])), columns = places.pop()!;
    const rows = places.reduce((list, next, d) => list.flatMap((at) => next.map((i) => at * r.inputSize[d] + i)), [0]);
    const words = Int32Array.from([...rows.map((row) => row * r.inputSize.at(-1)!), ...columns], (place) => 4 * place);
    return { words, taps: words.length };
  });
}
