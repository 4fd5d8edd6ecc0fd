import { COLUMNS, WEBGPU_COLUMNS } from './columns.mjs';

const fastest = (values) => {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? Math.min(...known) : null;
};
const ratio = (a, b) => (a === null || b === null ? null : a / b);

/**
 * What a table shows: times by column, ratios of them, and other figures of a row.
 * @typedef {object} Table
 * @property {Readonly<Record<string, string>>} columns titles by key
 * @property {Readonly<Record<string, { title: string, of: (us: any) => number | null }>>} ratios
 * @property {Readonly<Record<string, string>>} [figures] titles by key
 */

/** @param {readonly string[]} keys @param {readonly string[]} titles */
const titled = (keys, titles) => Object.fromEntries(keys.map((key, i) => [key, titles[i]]));

/** @type {Table} */
export const CPU_TABLE = {
  columns: titled(COLUMNS, ['Sconce 1', 'Sconce 2', 'PyTorch 1', 'PyTorch 2', 'tfjs', 'jax-js']),
  ratios: {
    vsTorch1: { title: '1 ÷ torch 1', of: (us) => ratio(us.sconce1, us.torch1) },
    vsTorch2: { title: '2 ÷ torch', of: (us) => ratio(us.sconce2, fastest([us.torch1, us.torch2])) },
    vsBestPeer: { title: '÷ peer', of: (us) => ratio(fastest([us.sconce1, us.sconce2]), fastest([us.tfjs, us.jaxjs])) },
  },
};

/** @type {Table} */
export const WEBGPU_TABLE = {
  columns: titled(WEBGPU_COLUMNS, ['Sconce', 'tfjs', 'jax-js', 'PyTorch CUDA']),
  ratios: { vsBestPeer: { title: '÷ peer', of: (us) => ratio(us.sconce, fastest([us.tfjs, us.jaxjs])) } },
  figures: { dispatches: 'dispatches' },
};

/**
 * A row of the result: microseconds by column, the ratios of Sconce's to the others', and other figures; null for what
 * could not run.
 * @param {string} name
 * @param {ReadonlyMap<string, number>} times by contender
 * @param {readonly { name: string, column: string }[]} entrants
 * @param {Table} [table]
 * @param {Readonly<Record<string, number>>} [known] figures that are known
 */
export function resultRow(name, times, entrants, table = CPU_TABLE, known = {}) {
  const timesOf = (column) => entrants.filter((e) => e.column === column).map((e) => times.get(e.name) ?? null);
  const us = Object.fromEntries(Object.keys(table.columns).map((column) => [column, fastest(timesOf(column))]));
  const ratios = Object.entries(table.ratios).map(([key, { of }]) => [key, of(us)]);
  const figures = Object.keys(table.figures ?? {}).map((key) => [key, known[key] ?? null]);
  return { name, us, ...Object.fromEntries([...ratios, ...figures]) };
}

/** Three digits with a unit that fits. */
export function duration(us) {
  if (us === null) return '–';
  const [value, unit] = us < 1000 ? [us, 'µs'] : us < 1e6 ? [us / 1000, 'ms'] : [us / 1e6, 's'];
  return `${Number(value.toPrecision(3))} ${unit}`;
}

const factor = (value) => (value === null ? '–' : value < 0.01 ? value.toPrecision(1) : value.toFixed(2));

const titlesOf = ({ columns, ratios, figures = {} }) =>
  ['row', ...Object.values(columns), ...Object.values(ratios).map(({ title }) => title), ...Object.values(figures)];

function line(table, cells) {
  const widths = titlesOf(table).map((title, i) => (i === 0 ? 16 : Math.max(title.length, 9)));
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ');
}

/** @param {Table} [table] */
export const tableHead = (table = CPU_TABLE) => line(table, titlesOf(table));

/** @param {any} row @param {Table} [table] */
export const tableLine = (row, table = CPU_TABLE) => line(table, [
  row.name,
  ...Object.keys(table.columns).map((column) => duration(row.us[column])),
  ...Object.keys(table.ratios).map((key) => factor(row[key])),
  ...Object.keys(table.figures ?? {}).map((key) => String(row[key] ?? '–')),
]);
