import { rand, tensor, type Tensor } from '@sconce/tensor';
import { Dataset, getWorkerInfo, serveDataset } from '../../src/index.js';

let drawn: Tensor | undefined;

/** Item `i` is `i` times a factor that `workerInitFn` set. */
export class Scaled extends Dataset<number> {
  readonly length = 4;
  factor = 1;
  getItem(index: number): number { return index * this.factor; }
}

serveDataset(() => new Scaled(), {
  collateFn: (items) => ({ items: tensor(items), drawn }),
  workerInitFn(id) {
    if (id === 2) throw new RangeError('there is no room for a third');
    (getWorkerInfo()!.dataset as Scaled).factor = 10 ** id;
    drawn = rand(1);
  },
});
