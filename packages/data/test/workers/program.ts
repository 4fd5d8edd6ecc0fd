// A program whose way of ending is its first argument: what it leaves behind must not keep it alive.
import { DataLoader } from '../../src/index.js';
import { makeDataset, type Asked } from './served.js';

const [, , ending, served] = globalThis.process.argv as [string, string, string, string];
const asked: Asked = { dataset: 'numbers', length: 40, event: ending === 'wait' ? 'hang' : undefined };
const loader = new DataLoader(makeDataset({ ...asked, event: undefined }), {
  numWorkers: 2, workerModule: served, workerArgs: asked, persistentWorkers: ending === 'persistent',
});

if (ending === 'drop') {
  await loader[Symbol.asyncIterator]().next();
} else {
  for await (const _ of loader) {
    console.log('a batch');
    if (ending === 'throw') throw new Error('enough');
    if (ending !== 'wait') break;
  }
}
console.log('the end');
