import { defineConfig } from 'tsup';

const shared = {
  format: ['esm' as const],
  target: 'es2022',
  platform: 'neutral' as const,
  sourcemap: true,
  clean: true,
  dts: false,
  silent: true,
  // Without it esbuild renames classes that shadow a global, and `_Tensor` shows in console output.
  keepNames: true,
};

/** A published package: ES modules for its entries; `tsc -p tsconfig.build.json` writes the declarations beside them. */
export const library = (entry: Record<string, string> = { index: 'src/index.ts' }) => defineConfig({ ...shared, entry });

/** A program for Node: `dist/main.js`. */
export const app = () => defineConfig({ ...shared, entry: { main: 'src/main.ts' }, platform: 'node' });
