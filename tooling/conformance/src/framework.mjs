// Which build of Sconce is asked: what `npm run build` made, or the sources bundled now.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('entry.mjs', import.meta.url));

/** The module to import for what was built. */
export const builtFile = entry;

/** Bundles the sources of all packages into a file of that folder and gives its path. A package that does not bundle is left out. */
export async function bundleSources(folder) {
  // esbuild comes with tsup, the tool that builds the packages
  const fromTsup = createRequire(createRequire(import.meta.url).resolve('tsup'));
  const { build } = fromTsup('esbuild');
  const outfile = join(folder, 'sconce.mjs');
  const broken = new Set();
  for (;;) {
    try {
      await build({
        entryPoints: [entry], outfile, bundle: true, format: 'esm', platform: 'node', target: 'es2022', keepNames: true,
        sourcemap: 'inline', conditions: ['@sconce/source'], logLevel: 'silent', plugins: [emptyPackages(broken)],
      });
      return outfile;
    } catch (/** @type {any} */ error) {
      const next = brokenPackage(error);
      if (!next || broken.has(next) || next === 'tensor') throw error;
      broken.add(next);
      console.error(`left out, as it does not bundle: @sconce/${next}: ${error.errors[0].text}`);
    }
  }
}

const brokenPackage = (error) => error.errors?.[0]?.location?.file.match(/packages\/([\w-]+)\/src/)?.[1];

const emptyPackages = (names) => ({
  name: 'empty-packages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@sconce\/[\w-]+$/ }, ({ path }) => (names.has(path.slice(8)) ? { path, namespace: 'empty' } : null));
    onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'module.exports = {}', loader: 'js' }));
  },
});
