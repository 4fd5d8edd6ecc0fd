// Checks one package as it will be published: run in the package's folder, after its tarball and those of the packages
// that it depends on lie in their .pack folders.
//  - publint and "are the types wrong" find nothing in the tarball
//  - installed alone into an empty project, with only what it declares, it imports and type-checks
//  - no exported class shows under a bundler's name
//  - its README's first example type-checks, runs, and prints what the README says
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { firstExample, trimLines } from './readme-example.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const tool = (/** @type {string} */ name) => join(here, '../node_modules/.bin', name);
const folder = process.cwd();
const readJson = async (/** @type {string} */ path) => JSON.parse(await readFile(path, 'utf8'));
const manifest = await readJson(join(folder, 'package.json'));
const tarball = join(folder, '.pack/package.tgz');

/** Runs a program; a failure carries all that it printed. @param {string} command @param {string[]} args @param {string} cwd */
async function run(command, args, cwd) {
  try {
    return (await promisify(execFile)(command, args, { cwd, env: { ...process.env, npm_config_loglevel: 'error' } })).stdout;
  } catch (error) {
    const { stdout, stderr } = /** @type {{ stdout?: string, stderr?: string }} */ (error);
    throw new Error(`${command} ${args.join(' ')}\n${stdout ?? ''}${stderr ?? error}`, { cause: error });
  }
}

/** The tarballs of a package and of every workspace package that it needs. */
async function tarballs(/** @type {string} */ path, /** @type {Map<string, string>} */ found = new Map()) {
  const { name, dependencies, peerDependencies } = await readJson(join(path, 'package.json'));
  found.set(name, `file:${join(path, '.pack/package.tgz')}`);
  for (const [dependency, range] of Object.entries({ ...dependencies, ...peerDependencies })) {
    if (range.startsWith('workspace:') && !found.has(dependency)) {
      await tarballs(await realpath(join(path, 'node_modules', dependency)), found);
    }
  }
  return found;
}

async function checkManifest() {
  const pack = { tarball: new Uint8Array(await readFile(tarball)).buffer };
  const { messages } = await publint({ pack, strict: true });
  if (messages.length > 0) throw new Error(`publint:\n${messages.map((m) => formatMessage(m, manifest)).join('\n')}`);
}

const checkTypes = () => run(tool('attw'), ['--profile', 'esm-only', '--no-definitely-typed', '--no-color', tarball], folder);

async function checkInstalled() {
  const project = await mkdtemp(join(await realpath(tmpdir()), 'sconce-installed-'));
  try {
    const { code, output } = firstExample(await readFile(join(folder, 'README.md'), 'utf8'));
    const compilerOptions = {
      target: 'es2022', lib: ['es2022'], module: 'nodenext', moduleResolution: 'nodenext', strict: true, types: [],
    };
    const files = {
      'package.json': { private: true, type: 'module', dependencies: Object.fromEntries(await tarballs(folder)) },
      // The declarations stand on the language alone; the example may use Node.
      'alone/tsconfig.json': { compilerOptions: { ...compilerOptions, noEmit: true }, files: ['index.ts'] },
      'tsconfig.json': {
        compilerOptions: {
          ...compilerOptions, outDir: 'out', skipLibCheck: true, types: ['node'], typeRoots: [join(here, '../node_modules/@types')],
        },
        files: ['example.ts'],
      },
      'alone/index.ts': `import * as all from '${manifest.name}';\nexport const names: string[] = Object.keys(all);\n`,
      'example.ts': code,
      // A name that hangs on the variable is lost when an app is minified.
      'class-names.js': `import * as all from '${manifest.name}';
function check(names) {
  for (const [name, value] of Object.entries(names)) {
    if (value?.[Symbol.toStringTag] === 'Module') check(value);
    if (typeof value !== 'function' || !/^class\\b/.test(Function.prototype.toString.call(value))) continue;
    if (value.name.startsWith('_')) throw new Error(name + ' shows as ' + value.name);
    if (!Object.getOwnPropertyDescriptor(value, 'name').get) throw new Error(name + ' loses its name in a minified app');
  }
}
check(all);
`,
    };
    await mkdir(join(project, 'alone'));
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(project, name), typeof content === 'string' ? content : JSON.stringify(content));
    }
    await run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--prefer-offline'], project);
    await run(tool('tsc'), ['-p', 'alone'], project);
    await run(tool('tsc'), ['-p', '.'], project);
    await run(process.execPath, ['class-names.js'], project);
    const printed = await run(process.execPath, ['out/example.js'], project);
    if (output !== undefined && trimLines(printed) !== trimLines(output)) {
      throw new Error(`README.md's example printed\n${printed}\nand the README says\n${output}`);
    }
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

const results = await Promise.allSettled([checkManifest(), checkTypes(), checkInstalled()]);
for (const result of results) {
  if (result.status === 'rejected') console.error(`${manifest.name}: ${result.reason?.message ?? result.reason}`);
}
process.exitCode = results.every(({ status }) => status === 'fulfilled') ? 0 : 1;
