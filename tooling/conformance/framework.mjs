// Which build of Sconce is asked: what `npm run build` made, or the sources bundled now.
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../../packages/', import.meta.url));

/** The file of the facade as built. */
export const builtFile = join(packages, 'sconce/dist/index.js');

/** Bundles the sources of all packages into one file and gives its path. A package that does not bundle is left out. */
export async function bundleSources() {
  // esbuild comes with tsup, the tool that builds the packages
  const require = createRequire(createRequire(import.meta.url).resolve('tsup'));
  const { build } = require('esbuild');
  const outfile = join(tmpdir(), `sconce-conformance-${process.pid}.mjs`);
  const broken = new Set();
  for (;;) {
    try {
      await build({
        entryPoints: [join(packages, 'sconce/src/index.ts')], outfile, bundle: true, format: 'esm', platform: 'node',
        target: 'es2022', keepNames: true, sourcemap: 'inline', conditions: ['@sconce/source'], logLevel: 'silent',
        plugins: [emptyPackages(broken)],
      });
      return outfile;
    } catch (error) {
      const next = brokenPackage(error);
      if (!next || broken.has(next) || next === 'tensor') throw error;
      broken.add(next);
      console.error(`left out, as it does not bundle: @sconce/${next}: ${error.errors[0].text}`);
    }
  }
}

const brokenPackage = (error) => error.errors?.[0]?.location?.file.match(/packages\/(\w+)\/src/)?.[1];

const emptyPackages = (names) => ({
  name: 'empty-packages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@sconce\/\w+$/ }, ({ path }) => (names.has(path.slice(8)) ? { path, namespace: 'empty' } : null));
    onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'module.exports = {}', loader: 'js' }));
  },
});
