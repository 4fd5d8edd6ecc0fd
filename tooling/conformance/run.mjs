#!/usr/bin/env node
// Puts PyTorch's recorded answers to Sconce and prints the score.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { failuresIn, recordsOf, reportOf, setAside } from './src/aside.mjs';
import { corpusFolder, runnerFolder } from './src/corpus.mjs';
import { builtFile, bundleSources } from './src/framework.mjs';
import { drops, scoreOf, updated } from './src/score.mjs';

const HELP = `npm run conformance -- [options]
  --device cpu|webgpu  where tensors are made; what webgpu lacks (float64, int64 beyond 32 bits) is set aside and counted
  --backend js|wasm    which kernels the CPU uses (default: wasm)
  --corpus DIR         another corpus folder, of another seed (default: ../shared/conformance/public beside the
                       repository, or SCONCE_CONFORMANCE)
  --only A,B           sections: ops,vision,modules,optim,autograd,rng,repr,errors,files
  --tier T1,T2         only these tiers
  --filter REGEX       only ops and groups whose name matches
  --failures N         at most N lines of failures per section (0: all)
  --verbose            a line for every failing sample
  --json FILE          write the scores to FILE
  --python PATH        a Python with PyTorch, which then reads the files that were saved
  --check              fail where a score is below baseline.json; one line where there is no corpus
  --update-baseline    write the scores to baseline.json; not with --tier or --filter
SCONCE_SOURCE=1 runs the sources, bundled now, instead of what was built.`;

const BASELINE = fileURLToPath(new URL('baseline.json', import.meta.url));
const ADAPTER = fileURLToPath(new URL('adapter.mjs', import.meta.url));

/** Options that the runner of the corpus takes as they are. */
const PASSED_ON = ['only', 'tier', 'filter', 'failures', 'dtype', 'tol-scale', 'python'];

/** @param {string[]} argv @returns {Record<string, any>} */
function options(argv) {
  const string = /** @type {const} */ ({ type: 'string' }), boolean = /** @type {const} */ ({ type: 'boolean' });
  const { values } = parseArgs({ args: argv, options: {
    ...Object.fromEntries(PASSED_ON.map((name) => [name, string])),
    device: { ...string, default: 'cpu' }, backend: { ...string, default: 'wasm' }, corpus: string, json: string,
    verbose: boolean, check: boolean, 'update-baseline': boolean, help: { ...boolean, short: 'h' },
  } });
  if (values.device !== 'cpu' && values.device !== 'webgpu') throw new Error(`--device ${values.device}: cpu or webgpu`);
  if (values.backend !== 'js' && values.backend !== 'wasm') throw new Error(`--backend ${values.backend}: js or wasm`);
  if (values['update-baseline'] && ('tier' in values || 'filter' in values)) throw new Error('--update-baseline takes whole sections');
  return values;
}

/** Runs the corpus; gives the scores that its runner writes. */
async function run(values, corpus, runner) {
  const folder = mkdtempSync(join(tmpdir(), 'sconce-conformance-'));
  try {
    const framework = process.env.SCONCE_SOURCE ? await bundleSources(folder) : builtFile;
    const json = join(folder, 'scores.json');
    const args = [join(runner, 'run.mjs'), ADAPTER, '--corpus', corpus, '--json', json];
    // what a device lacks is taken out of its score, for which all failures are looked at
    const sifted = values.device !== 'cpu', given = sifted ? { ...values, verbose: true, failures: '0' } : values;
    for (const name of PASSED_ON) if (given[name] !== undefined) args.push(`--${name}`, given[name]);
    if (given.verbose) args.push('--verbose');
    const text = await printed(spawn(process.execPath, ['--enable-source-maps', ...args], { stdio: ['inherit', sifted ? 'pipe' : 'inherit', 'inherit'], env: {
      ...process.env, SCONCE_CONFORMANCE_RUNNER: runner, SCONCE_CONFORMANCE_FRAMEWORK: framework,
      SCONCE_CONFORMANCE_DEVICE: values.device, SCONCE_CONFORMANCE_BACKEND: values.backend,
    } }));
    if (!existsSync(json)) throw new Error('the runner of the corpus wrote no scores');
    const result = JSON.parse(readFileSync(json, 'utf8'));
    if (!sifted) return result;
    const { tensorSpec } = await import(pathToFileURL(join(runner, 'lib/codec.mjs')).href);
    const left = setAside(result, failuresIn(text), recordsOf(corpus), tensorSpec);
    console.log(reportOf(left, values));
    return left;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a program writes to a pipe until it ends. */
const printed = (child) => new Promise((resolve, reject) => {
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (part) => { text += part; });
  child.on('error', reject);
  child.on('close', () => resolve(text));
});

async function main(argv) {
  const values = options(argv);
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const corpus = corpusFolder(values.corpus), runner = corpus && runnerFolder(corpus);
  if (!runner) {
    const message = `no corpus at ${values.corpus ?? process.env.SCONCE_CONFORMANCE ?? '../shared/conformance/public'}`;
    if (!values.check) throw new Error(`${message}: name one with --corpus`);
    console.log(`conformance: not run, ${message}`);
    return 0;
  }
  const result = await run(values, corpus, runner);
  if (values.json) writeFileSync(values.json, `${JSON.stringify(result, null, 1)}\n`);
  const baseline = existsSync(BASELINE) ? JSON.parse(readFileSync(BASELINE, 'utf8')) : null;
  if (values['update-baseline']) writeFileSync(BASELINE, `${JSON.stringify(updated(baseline, scoreOf(result)), null, 1)}\n`);
  if (!values.check) return 0;
  const lower = drops(baseline, scoreOf(result));
  for (const line of lower) console.error(`conformance: ${line}`);
  return lower.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (/** @type {any} */ error) {
  console.error(`conformance: ${error.message}`);
  process.exitCode = 1;
}
