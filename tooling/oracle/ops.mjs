// Records packages/testing/fixtures/ops/*.json: what PyTorch gives for every row of the op samples.
// Run: node tooling/oracle/ops.mjs [family…]   (PYTHON names a python with torch; default python3)
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('../../', import.meta.url));
const conditions = ['@sconce/source', 'module', 'node', 'development|production'];

const server = await createServer({
  root,
  configFile: false,
  appType: 'custom',
  logLevel: 'warn',
  server: { middlewareMode: true, ws: false, watch: null },
  resolve: { conditions },
  ssr: { resolve: { conditions } },
});
const { samples } = await server.ssrLoadModule('/packages/testing/src/samples/index.ts');
const { isDifferentiable, keyOf } = await server.ssrLoadModule('/packages/testing/src/row.ts');
await server.close();

const wanted = process.argv.slice(2);
const families = {};
for (const [family, rows] of Object.entries(samples)) {
  if (wanted.length > 0 && !wanted.includes(family)) continue;
  families[family] = rows.filter((r) => r.python !== null).map((r) => ({
    key: keyOf(r), python: r.python, inputs: r.inputs, differentiable: isDifferentiable(r),
  }));
}
// JSON has no NaN and no infinities: their names are what Python's float() reads
const text = JSON.stringify(families, (_, x) => (typeof x === 'number' && !Number.isFinite(x) ? String(x) : x));
const { status } = spawnSync(process.env.PYTHON ?? 'python3', [`${root}tooling/oracle/ops.py`], {
  input: text, stdio: ['pipe', 'inherit', 'inherit'],
});
process.exitCode = status ?? 1;
