import { build, type Rollup } from 'vite';

/**
 * The code of a module with what it imports, minified as an app's bundler would: Vite leaves the spaces in libraries.
 * @param external packages that stay imports
 */
export async function bundle(entry: string, external: string[] = []): Promise<string> {
  const result = await build({
    configFile: false, logLevel: 'error', resolve: { conditions: ['@sconce/source', 'module', 'node'] },
    build: { write: false, minify: true, modulePreload: false, rollupOptions: { input: entry, preserveEntrySignatures: 'strict', external } },
  }) as Rollup.RollupOutput;
  return result.output[0].code;
}
