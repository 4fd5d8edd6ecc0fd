// Broken files against the readers of files: npm run fuzz -- [--inputs N] [--seed N] [--kinds A,B] [--only N]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { supervise } from './src/supervise.mjs';

const HELP = `npm run fuzz -- [options]
  --inputs N       how many broken files, default 100000
  --seed N         the same files for the same seed, default 1
  --kinds A,B      only these kinds of files
  --only N         only input number N of each kind
  --keep FOLDER    write the files that show a defect there
Fails where a reader does anything but give a value or throw an error of its own.`;

const text = { type: /** @type {const} */ ('string') };
const { values: { help, ...given } } = parseArgs({
  options: { inputs: text, seed: text, kinds: text, only: text, keep: text, help: { type: 'boolean', short: 'h' } },
});
const values = /** @type {Record<string, string | undefined>} */ (given);

/** @param {string | undefined} value @param {number} otherwise */
const whole = (value, otherwise) => {
  const number = Number(value ?? otherwise);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${value}: a whole number is wanted`);
  return number;
};

if (help) {
  console.log(HELP);
} else {
  // a folder of its own, which goes even where the thread with the readers had to be ended
  const folder = mkdtempSync(join(tmpdir(), 'sconce-fuzz-'));
  try {
    const defects = await supervise({
      inputs: whole(values.inputs, 100_000), seed: whole(values.seed, 1), kinds: values.kinds?.split(','),
      only: values.only === undefined ? undefined : whole(values.only, 0), folder, say: console.log,
    });
    for (const { kind, input, bytes } of defects) {
      if (values.keep !== undefined && bytes) writeFileSync(join(values.keep, `${kind}-${input}`), bytes);
    }
    if (defects.length > 0) process.exitCode = 1;
  } catch (error) {
    console.error(`fuzz: ${/** @type {Error} */ (error).message}`);
    process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
