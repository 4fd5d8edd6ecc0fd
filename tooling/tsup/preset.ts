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

/** Gives their names back to the classes that esbuild calls `_Tensor`, because they mention themselves. */
const withClassNames = (code: string): string => code.replace(
  /^(var (\w+) = class _\2\b[^{\n]*\{)/gm, "$1 static { Object.defineProperty(this, 'name', { value: '$2' }); }");

/** A published package: ES modules for its entries; `tsc -p tsconfig.build.json` writes the declarations beside them. */
export const library = (entry: Record<string, string> = { index: 'src/index.ts' }) => defineConfig({ ...shared, entry });

/** A program for Node: `dist/main.js`. */
export const app = () => defineConfig({ ...shared, entry: { main: 'src/main.ts' }, platform: 'node' });
