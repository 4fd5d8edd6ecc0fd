import { parseArgs } from 'node:util';
import { datasets } from 'sconce';
import { autogradBasics } from './autograd-basics.js';
import { autogradMechanics } from './autograd-mechanics.js';
import { customFunction } from './custom-function.js';
import { lenet } from './lenet.js';
import { linearRegression } from './linear-regression.js';
import { mnistTable } from './mnist-table.js';
import { perSampleGradients } from './per-sample-gradients.js';
import type { Print } from './print.js';
import { shapes } from './shapes.js';
import { tensorBasics } from './tensor-basics.js';
import { twoLayerArrays } from './two-layer-arrays.js';
import { twoLayerAutograd } from './two-layer-autograd.js';
import { twoLayerTensors } from './two-layer-tensors.js';

interface Options { readonly limit?: number }

const scripts: Record<string, (print: Print, options: Options) => void | Promise<void>> = {
  'tensor-basics': tensorBasics,
  shapes,
  'autograd-basics': autogradBasics,
  'autograd-mechanics': autogradMechanics,
  'two-layer-arrays': (print) => twoLayerArrays(print),
  'two-layer-tensors': (print) => twoLayerTensors(print),
  'two-layer-autograd': (print) => twoLayerAutograd(print),
  'custom-function': (print) => customFunction(print),
  lenet,
  'linear-regression': linearRegression,
  'per-sample-gradients': perSampleGradients,
  'mnist-table': mnistTable,
};

/** A mistake on the command line: one line, no stack. */
class UsageError extends Error {}

function parse() {
  try {
    return parseArgs({ allowPositionals: true, options: { limit: { type: 'string' } } });
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ')[0]);
  }
}

/** The scripts named, or all. @throws UsageError for what makes no sense */
function readArguments(): { names: readonly string[]; options: Options } {
  const { values, positionals } = parse();
  const unknown = positionals.find((name) => !Object.hasOwn(scripts, name));
  if (unknown !== undefined) throw new UsageError(`no tutorial is called '${unknown}'; there are ${Object.keys(scripts).join(', ')}`);
  const names = positionals.length > 0 ? positionals : Object.keys(scripts);
  if (values.limit === undefined) return { names, options: {} };
  const limit = values.limit === 'all' ? Infinity : Number(values.limit);
  if (limit !== Infinity && !(Number.isInteger(limit) && limit >= 1)) {
    throw new UsageError(`--limit must be a whole number from 1 on, or all, not '${values.limit}'`);
  }
  return { names, options: { limit } };
}

async function main(): Promise<void> {
  try {
    const { names, options } = readArguments();
    for (const name of names) {
      console.log(`\n== ${name} ==\n`);
      await scripts[name](console.log, options);
    }
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof datasets.DataFileError)) throw error;
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  }
}

// a reader that has seen enough, as `head`, ends the program
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

await main();
