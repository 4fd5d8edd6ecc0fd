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

/** A published package: one ES module; `tsc -p tsconfig.build.json` writes the declarations beside it. */
export const library = () => defineConfig({ ...shared, entry: { index: 'src/index.ts' } });

/** A program for Node: `dist/main.js`. */
export const app = () => defineConfig({ ...shared, entry: { main: 'src/main.ts' }, platform: 'node' });
