import { manualSeed, randn, registerBackend } from '@sconce/tensor';
import { wasm } from '../../src/index.js';

// A program that uses threads and then ends, as a user's would: nothing is closed.
registerBackend(wasm({ threads: 2 }));
manualSeed(0);
const a = randn(300, 300);
for (let i = 0; i < 5; i++) {
  console.log(await a.mm(a).mul(1e-3).exp().sum().item(), await a.logSoftmax(1).std().item());
  await new Promise((resolve) => { setTimeout(resolve, 50); });
}
