import { addressOf, type Block } from '../heap.js';
import type { Engine } from '../engine.js';

/** Calls `fn` with the address of 32-bit integers. */
export function withIntegers<T>(engine: Engine, values: readonly number[], fn: (address: number) => T): T {
  return engine.scratch(values.length * 4, (address) => {
    new Int32Array(engine.heap.memory.buffer, address, values.length).set(values);
    return fn(address);
  });
}

/** Places along an axis: 0, `step`, 2 · `step` … bytes; taken apart by a stride, those of each rest are `apart` bytes from the rest before. */
export interface Axis { readonly count: number; readonly dilation: number; readonly step: number; readonly stride: number; readonly apart: number }

/** An axis that is not taken apart. */
export const even = (count: number, step: number): Axis => ({ count, dilation: 1, step, stride: 1, apart: 0 });

/** Offsets in bytes of a kernel's elements, channel by channel, row by row, from `start` on. */
export interface Steps { readonly start: number; readonly channels: number; readonly channel: number; readonly rows: Axis; readonly columns: Axis }

interface Table extends Steps { readonly block: Block }

/** So many tables are kept: a network has a few for each of its convolutions. */
const KEPT = 128;
const tables = new WeakMap<Engine, Table[]>();

const alike = (a: Axis, b: Axis): boolean =>
  a.count === b.count && a.step === b.step && a.dilation === b.dilation && a.stride === b.stride && a.apart === b.apart;
const isSame = (a: Steps, b: Steps): boolean =>
  a.start === b.start && a.channels === b.channels && a.channel === b.channel && alike(a.rows, b.rows) && alike(a.columns, b.columns);

const place = ({ dilation, step, stride, apart }: Axis, i: number): number => Math.floor(i * dilation / stride) * step + i * dilation % stride * apart;

/** The address of a table of offsets, valid until other tables are asked for. */
export function offsetTable(engine: Engine, steps: Steps): number {
  let kept = tables.get(engine);
  if (!kept) tables.set(engine, (kept = []));
  for (let i = 0; i < kept.length; i++) if (isSame(kept[i], steps)) return addressOf(kept[i].block);
  const { start, channels, channel, rows, columns } = steps, count = channels * rows.count * columns.count;
  const block = engine.heap.allocate(4 * count), address = addressOf(block);
  const list = new Int32Array(engine.heap.memory.buffer, address, count);
  let at = 0;
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < rows.count; y++) {
      for (let x = 0; x < columns.count; x++) list[at++] = start + c * channel + place(rows, y) + place(columns, x);
    }
  }
  if (kept.length === KEPT) engine.heap.release(kept.shift()!.block);
  kept.push({ ...steps, block });
  return address;
}
