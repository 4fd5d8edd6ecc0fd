import { parseArgs } from 'node:util';

/**
 * Runs a benchmark program with its options from the command line; what goes wrong is told in one line.
 * @param {string} help what --help prints
 * @param {readonly string[]} names of options, each with a value
 * @param {(options: Readonly<Record<string, string | undefined>>) => Promise<void>} main
 */
export async function program(help, names, main) {
  try {
    const string = { type: /** @type {const} */ ('string') };
    const { values: { help: asked, ...values } } = parseArgs({
      options: { help: { type: 'boolean', short: 'h' }, ...Object.fromEntries(names.map((name) => [name, string])) },
    });
    if (asked) console.log(help);
    else await main(/** @type {Record<string, string | undefined>} */ (values));
  } catch (error) {
    console.error(`bench: ${/** @type {Error} */ (error).message}`);
    process.exitCode = 1;
  }
}

/** The names that an option lists. @param {string} option @param {string | undefined} value @param {readonly string[]} known @throws Error for another */
export function namesOf(option, value, known) {
  const names = value?.split(',') ?? known;
  for (const name of names) if (!known.includes(name)) throw new Error(`--${option} ${name}: it is none of ${known.join(' ')}`);
  return names;
}

/** A count that an option gives. @param {string} option @param {string} value */
export function countOf(option, value) {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1) throw new Error(`--${option} ${value}: a whole number from 1 is wanted`);
  return count;
}
