import { COLUMNS } from './columns.mjs';

const fastest = (values) => {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? Math.min(...known) : null;
};
const ratio = (a, b) => (a === null || b === null ? null : a / b);

/**
 * A row of the result: microseconds by column, and the ratios of Sconce's to the others'; null for what could not run.
 * @param {string} name
 * @param {ReadonlyMap<string, number>} times by contender
 * @param {readonly { name: string, column: string }[]} entrants
 */
export function resultRow(name, times, entrants) {
  const timesOf = (column) => entrants.filter((e) => e.column === column).map((e) => times.get(e.name) ?? null);
  const us = Object.fromEntries(COLUMNS.map((column) => [column, fastest(timesOf(column))]));
  return {
    name,
    us,
    vsTorch1: ratio(us.sconce1, us.torch1),
    vsTorch2: ratio(us.sconce2, fastest([us.torch1, us.torch2])),
    vsBestPeer: ratio(fastest([us.sconce1, us.sconce2]), fastest([us.tfjs, us.jaxjs])),
  };
}

/** Three digits with a unit that fits. */
export function duration(us) {
  if (us === null) return '–';
  const [value, unit] = us < 1000 ? [us, 'µs'] : us < 1e6 ? [us / 1000, 'ms'] : [us / 1e6, 's'];
  return `${Number(value.toPrecision(3))} ${unit}`;
}

const factor = (value) => (value === null ? '–' : value < 0.01 ? value.toPrecision(1) : value.toFixed(2));

const HEAD = ['row', 'Sconce 1', 'Sconce 2', 'PyTorch 1', 'PyTorch 2', 'tfjs', 'jax-js', '1 ÷ torch 1', '2 ÷ torch', '÷ peer'];
const WIDTHS = HEAD.map((title, i) => (i === 0 ? 16 : Math.max(title.length, 9)));

const line = (cells) => cells.map((cell, i) => (i === 0 ? cell.padEnd(WIDTHS[i]) : cell.padStart(WIDTHS[i]))).join('  ');

export const tableHead = () => line(HEAD);

export const tableLine = ({ name, us, vsTorch1, vsTorch2, vsBestPeer }) =>
  line([name, ...COLUMNS.map((column) => duration(us[column])), ...[vsTorch1, vsTorch2, vsBestPeer].map(factor)]);
