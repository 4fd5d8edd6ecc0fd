import { defineConfig } from 'tsup';

const shared = {
  format: ['esm' as const],
  target: 'es2022',
  platform: 'neutral' as const,
  sourcemap: true,
  clean: true,
  dts: false,
  silent: true,
  // `keepNames` would name every inner function each time that it is made, which costs more than many a kernel.
  plugins: [{ name: 'class-names', renderChunk: (code: string) => ({ code: withClassNames(code) }) }],
};

/**
 * Has classes keep their names, which modules print and errors tell: esbuild calls some `_Tensor`, because they mention
 * themselves, and a minifier in an app that uses them all `a`. A getter is no side effect: what is not used is still left out.
 */
const withClassNames = (code: string): string => code.replace(
  /^(var (\w+) = class(?: _\2)?\b[^{\n]*\{)/gm, "$1 static get name() { return '$2'; }");

/** A published package: ES modules for its entries; `tsc -p tsconfig.build.json` writes the declarations beside them. */
export const library = (entry: Record<string, string> = { index: 'src/index.ts' }) => defineConfig({ ...shared, entry });

/** A program for Node: `dist/main.js`. */
export const app = () => defineConfig({ ...shared, entry: { main: 'src/main.ts' }, platform: 'node' });
