import { addressOf, type Block } from '../heap.js';
import type { Engine } from '../engine.js';

/** Calls `fn` with the address of 32-bit integers. */
export function withIntegers<T>(engine: Engine, values: readonly number[], fn: (address: number) => T): T {
  return engine.scratch(values.length * 4, (address) => {
    new Int32Array(engine.heap.memory.buffer, address, values.length).set(values);
    return fn(address);
  });
}

/** Offsets in bytes of a kernel's elements, channel by channel, row by row: `start` and a step for each axis. */
export interface Steps {
  readonly start: number;
  readonly channels: number;
  readonly channel: number;
  readonly rows: number;
  readonly row: number;
  readonly columns: number;
  readonly column: number;
}

interface Table extends Steps { readonly block: Block }

/** So many tables are kept: a network has a few for each of its convolutions. */
const KEPT = 128;
const tables = new WeakMap<Engine, Table[]>();

const isSame = (a: Steps, b: Steps): boolean =>
  a.start === b.start && a.channels === b.channels && a.channel === b.channel && a.rows === b.rows && a.row === b.row &&
  a.columns === b.columns && a.column === b.column;

/** The address of a table of offsets, valid until other tables are asked for. */
export function offsetTable(engine: Engine, steps: Steps): number {
  let kept = tables.get(engine);
  if (!kept) tables.set(engine, (kept = []));
  for (let i = 0; i < kept.length; i++) if (isSame(kept[i], steps)) return addressOf(kept[i].block);
  const { start, channels, channel, rows, row, columns, column } = steps;
  const block = engine.heap.allocate(4 * channels * rows * columns), address = addressOf(block);
  const list = new Int32Array(engine.heap.memory.buffer, address, channels * rows * columns);
  let at = 0;
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) list[at++] = start + c * channel + y * row + x * column;
    }
  }
  if (kept.length === KEPT) engine.heap.release(kept.shift()!.block);
  kept.push({ ...steps, block });
  return address;
}
