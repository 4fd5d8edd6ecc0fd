import { tapsOf, type UpsampleAttrs } from '@sconce/tensor/internal';
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

const keyOf = ({ mode, alignCorners, antialias, scales, inputSize, outputSize }: UpsampleAttrs, ...others: readonly unknown[]): string =>
  [mode, alignCorners, antialias, scales, inputSize, outputSize, others].join(';');

/** The attributes as they are for a dimension alone. */
const along = (attrs: UpsampleAttrs, d: number): UpsampleAttrs =>
  ({ ...attrs, scales: [attrs.scales[d]], inputSize: [attrs.inputSize[d]], outputSize: [attrs.outputSize[d]] });

/** The taps along a dimension, or with `adjoint` of the way back; elements lie `unit` bytes apart. */
export function tapsTable(engine: Engine, attrs: UpsampleAttrs, d: number, adjoint: boolean, unit: number): Table {
  const one = along(attrs, d), [n] = one.inputSize, [m] = one.outputSize;
  return keptTable(engine, keyOf(one, adjoint, unit), () => {
    const lists: (readonly [place: number, weight: number])[][] = Array.from({ length: adjoint ? n : m }, () => []);
    for (let i = 0; i < m; i++) {
      const { places, weights } = tapsOf(one, 0, i, Math.fround);
      places.forEach((place, k) => lists[adjoint ? place : i].push([adjoint ? i : place, weights[k]]));
    }
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

/** Where nearest neighbours lie: of each row of the output that of the input, then of each column, in bytes. */
export function nearestTable(engine: Engine, attrs: UpsampleAttrs): Table {
  return keptTable(engine, keyOf(attrs), () => {
    const places = attrs.outputSize.map((m, d) => Array.from({ length: m }, (_, i) => tapsOf(attrs, d, i, Math.fround).places[0]));
    const columns = places.pop()!, rows = places.reduce((list, next, d) => list.flatMap((at) => next.map((i) => at * attrs.inputSize[d] + i)), [0]);
    const words = Int32Array.from([...rows.map((row) => row * attrs.inputSize.at(-1)!), ...columns], (place) => 4 * place);
    return { words, taps: words.length };
  });
}
