// Writes the first N digits of SyntheticDigits to stdout: N labels, then N pictures of 28×28 bytes. Used by digits.py.
// Run: node tooling/oracle/digits.mjs train|test N
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('../../', import.meta.url));
const conditions = ['@sconce/source', 'module', 'node', 'development|production'];

const server = await createServer({
  root,
  configFile: false,
  appType: 'custom',
  logLevel: 'error',
  server: { middlewareMode: true, ws: false, watch: null },
  resolve: { conditions },
  ssr: { resolve: { conditions } },
});
const { SyntheticDigits } = await server.ssrLoadModule('/packages/data/src/index.ts');
await server.close();

const [split, length] = process.argv.slice(2);
const digits = new SyntheticDigits({ train: split === 'train', length: Number(length) });
process.stdout.write(Buffer.concat([
  Uint8Array.from(digits.targets.numpy(), Number),
  digits.data.numpy(),
]));
