import { Prototypes, takeEscapes } from './surroundings.mjs';
import { mutated, random } from './mutate.mjs';
import { checkValue } from './values.mjs';

/** What an input may take beyond what it is itself. */
const ALLOWANCE = 64 * 2 ** 20;
const SLOW_MS = 1000;
/** An input that was slow has to be so again: the machine may have been busy. */
const TRIES = 3;
/** Of values that were read, one in so many is written and read again. */
const REWRITTEN = 8;
/** All prototypes are looked at, and dropped memory can be given back, once in so many inputs. */
const PAUSE = 32;
/** How many defects of a kind are enough. */
const ENOUGH = 5;

/**
 * @typedef {object} Defect
 * @property {string} kind
 * @property {number} input its number: the same for the same seed
 * @property {string} why
 * @property {Uint8Array} bytes
 *
 * @typedef {object} Tally
 * @property {string} kind
 * @property {number} inputs
 * @property {number} valid how many were read
 * @property {number} milliseconds
 * @property {number} slowest milliseconds of one input
 * @property {number} largest bytes that one input took
 * @property {Defect[]} defects
 */

const textOf = (error) => (error instanceof Error ? error.message : String(error));
const stackOf = (error) => (error instanceof Error ? error.stack : String(error));

/** How many of so many inputs each kind gets. @param {readonly import('./kinds.mjs').Kind[]} kinds @param {number} inputs */
export function sharesOf(kinds, inputs) {
  const all = kinds.reduce((sum, { share }) => sum + share, 0);
  const counts = kinds.map(({ share }) => Math.floor(inputs * share / all));
  counts[0] += inputs - counts.reduce((sum, count) => sum + count, 0);
  return counts;
}

/**
 * Input number `n` of a kind, and the chances that go with it.
 * @param {import('./kinds.mjs').Kind} kind
 * @param {number} seed
 * @param {number} n
 */
export function inputOf({ name, originals, wrap }, seed, n) {
  const salt = [...name].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), 7);
  const draw = random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca6b) ^ Math.imul(n, 0xc2b2ae35));
  const part = mutated(originals[draw(originals.length)], draw, originals);
  return { bytes: wrap ? wrap(part, draw) : part, draw };
}

/** A file that is whole. @param {import('./kinds.mjs').Kind} kind @param {number} i */
const wholeOf = ({ originals, wrap }, i) => (wrap ? wrap(originals[i], () => 1) : originals[i]);

/**
 * Reads what was not changed, which has to succeed; then compilers and codecs run before anything is measured.
 * @param {import('./kinds.mjs').Kind} kind
 */
export async function readWhole(kind) {
  for (const i of kind.originals.keys()) {
    try {
      await kind.read(wholeOf(kind, i));
    } catch (error) {
      throw new Error(`${kind.name}: original ${i} cannot be read: ${textOf(error)}`, { cause: error });
    }
  }
}

/**
 * Gives broken files of one kind to its reader and holds it to what it promises: a value, or one of its own errors, within
 * a second, in little memory, the same each time, and nothing else happens.
 * @param {typeof import('sconce')} torch
 * @param {import('./kinds.mjs').Kind} kind
 * @param {{ seed: number, from?: number, to: number, meter: import('./memory.mjs').Meter, onInput?: (n: number) => void }} options
 * @returns {Promise<Tally>}
 */
export async function fuzz(torch, kind, { seed, from = 0, to, meter, onInput }) {
  const prototypes = new Prototypes(), begun = performance.now();
  const tally = { kind: kind.name, inputs: 0, valid: 0, milliseconds: 0, slowest: 0, largest: 0, defects: /** @type {Defect[]} */ ([]) };
  takeEscapes();
  for (let n = from; n < to && tally.defects.length < ENOUGH; n++) {
    onInput?.(n);
    const { bytes, draw } = inputOf(kind, seed, n);
    const { digest, milliseconds, taken, defects } = await timed(torch, kind, bytes, meter);
    tally.inputs++;
    tally.slowest = Math.max(tally.slowest, milliseconds);
    tally.largest = Math.max(tally.largest, taken);
    if (digest !== null) {
      tally.valid++;
      defects.push(...await readAgain(torch, kind, bytes, digest, draw(REWRITTEN) === 0));
    }
    const paused = n % PAUSE === 0 || n === to - 1;
    defects.push(...takeEscapes(), ...prototypes.changed(paused));
    tally.defects.push(...defects.map((why) => ({ kind: kind.name, input: n, why, bytes })));
    if (paused) await new Promise((done) => { setImmediate(done); });
  }
  tally.milliseconds = performance.now() - begun;
  return tally;
}

/** Reads an input, and again where it took too long. */
async function timed(torch, kind, bytes, meter) {
  for (let attempt = 1; ; attempt++) {
    const result = await readOnce(torch, kind, bytes, meter);
    if (result.milliseconds <= SLOW_MS) return result;
    if (attempt === TRIES) return { ...result, defects: [...result.defects, `takes ${result.milliseconds.toFixed(0)} ms`] };
  }
}

/** @returns {Promise<{ digest: string | null, milliseconds: number, taken: number, defects: string[] }>} the digest is null where the input was refused */
async function readOnce(torch, { read, isTyped }, bytes, meter) {
  const defects = [];
  let value, refused = false;
  // what a reader does to its input must not change the next reading
  const given = new Uint8Array(bytes);
  meter.start();
  const start = performance.now();
  try {
    value = await read(given);
  } catch (error) {
    refused = true;
    if (!isTyped(error)) defects.push(`throws ${stackOf(error)}`);
  }
  const milliseconds = performance.now() - start, taken = meter.taken();
  if (taken > ALLOWANCE + bytes.length) defects.push(`takes ${(taken / 2 ** 20).toFixed(0)} MiB of memory`);
  let digest = /** @type {string | null} */ (null);
  try {
    if (!refused) digest = checkValue(torch, value);
  } catch (error) {
    defects.push(`gives ${textOf(error)}`);
  }
  return { digest, milliseconds, taken, defects };
}

/** That what was read once is read so again, after other files; and that it can be written. */
async function readAgain(torch, kind, bytes, digest, rewrite) {
  const { read, again } = kind;
  try {
    await read(wholeOf(kind, 0));
    const value = await read(new Uint8Array(bytes));
    if (checkValue(torch, value) !== digest) return ['gives another value when it is read again'];
    // a value may hold what cannot be told apart once it is written, so its digest is not asked for
    if (rewrite && again) checkValue(torch, await again(value));
    return [];
  } catch (error) {
    return [`was read, but not again: ${stackOf(error)}`];
  }
}
