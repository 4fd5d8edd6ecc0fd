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
  plugins: [{ name: 'for-bundlers', renderChunk: (code: string) => ({ code: withPureNamespaces(withClassNames(code)) }) }],
};

/**
 * Has classes keep their names, which modules print and errors tell: esbuild calls some `_Tensor`, because they mention
 * themselves, and a minifier in an app that uses them all `a`. A getter is no side effect: what is not used is still left out.
 */
const withClassNames = (code: string): string => code.replace(
  /^(var (\w+) = class(?: _\2)?\b[^{\n]*\{)/gm, "$1 static get name() { return '$2'; }");

/**
 * Has bundlers leave out what nobody uses of `export * as models`: esbuild fills such an object by a call that they have to keep,
 * and with it all that the object names.
 */
const withPureNamespaces = (code: string): string => {
  // lines stay where the source map has them
  const giving = code.replace(/^var __export = \(target, \w+\) => \{\n  for .*\n.*(?=\n\};)/m, '$& return target;');
  const pure = giving.replace(/^var (\w+) = \{\};\n__export\(\1, \{/gm, 'var $1 = /* @__PURE__ */\n__export({}, {');
  const isOther = (/^var __export =/m.test(code) && giving === code) || /^__export\((?!\{\})/m.test(pure);
  if (isOther) throw new Error('esbuild writes namespaces in another way now');
  return pure;
};

/** A published package: ES modules for its entries; `tsc -p tsconfig.build.json` writes the declarations beside them. */
export const library = (entry: Record<string, string> = { index: 'src/index.ts' }) => defineConfig({ ...shared, entry });

/** A program for Node: `dist/main.js`. */
export const app = () => defineConfig({ ...shared, entry: { main: 'src/main.ts' }, platform: 'node' });
