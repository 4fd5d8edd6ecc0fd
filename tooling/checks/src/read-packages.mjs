import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { parseSync } from 'vite';

const SOURCE = /\.(ts|mts|mjs|js)$/;
const SKIPPED = new Set(['node_modules', 'dist', 'fixtures', '.pack', '.turbo']);

/** Every source file under a folder. @param {string} folder @returns {string[]} */
function filesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : filesIn(path);
    return SOURCE.test(entry.name) ? [path] : [];
  });
}

/**
 * All module specifiers of a source text: import and export statements, `import()` and `import()` types.
 * @param {string} file for its extension @param {string} text
 * @returns {string[]}
 */
export function specifiersOf(file, text) {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  /** @type {string[]} */
  const specifiers = [];
  /** @param {unknown} node */
  const walk = (node) => {
    if (Array.isArray(node)) return node.forEach(walk);
    if (typeof node !== 'object' || node === null) return;
    const { type, source } = /** @type {{ type?: string, source?: { value?: unknown } }} */ (node);
    if (type && /^(Import|Export|TSImportType)/.test(type) && typeof source?.value === 'string') specifiers.push(source.value);
    for (const value of Object.values(node)) walk(value);
  };
  walk(program);
  return specifiers;
}

/** @param {string} root @param {string} folder @param {readonly string[]} files */
function importsOf(root, folder, files) {
  return files.flatMap((path) =>
    specifiersOf(path, readFileSync(path, 'utf8')).map((specifier) => ({
      file: relative(root, path),
      specifier,
      leaves: specifier.startsWith('.') && !resolve(dirname(path), specifier).startsWith(folder + sep),
    })),
  );
}

/**
 * Reads the packages of a workspace: what they declare, and what their files import.
 * @param {string} root the repository
 * @param {readonly string[]} rooms the folders that hold packages
 * @returns {import('./graph.mjs').Package[]}
 */
export function readPackages(root, rooms = ['packages', 'apps', 'tooling']) {
  return rooms
    .flatMap((room) => readdirSync(join(root, room)).map((name) => join(root, room, name)))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => {
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const tests = filesIn(join(folder, 'test'));
      // A package's sources lie in src; a tool's may lie beside its package.json.
      const own = existsSync(join(folder, 'src')) ? filesIn(join(folder, 'src')) : filesIn(folder).filter((f) => !tests.includes(f));
      return {
        name: manifest.name,
        dependencies: Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies }),
        devDependencies: Object.keys(manifest.devDependencies ?? {}),
        sources: importsOf(root, folder, own),
        tests: importsOf(root, folder, tests),
      };
    });
}
