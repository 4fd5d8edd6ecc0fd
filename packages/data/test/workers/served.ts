import { int64, randint, tensor, ValueError, type Tensor } from '@sconce/tensor';
import { Dataset, getWorkerInfo, Image, IterableDataset, serveDataset } from '../../src/index.js';

/** What the tests ask of a worker. */
export interface Asked {
  readonly dataset: 'numbers' | 'drawn' | 'count' | 'various' | 'later' | 'given';
  readonly length?: number;
  /** what happens at item 3, or while the worker starts */
  readonly event?: keyof typeof EVENTS | 'start' | undefined;
  /** each worker of a stream gives its own share */
  readonly shared?: boolean;
  /** for 'given' */
  readonly values?: Tensor;
}

const EVENTS = {
  throw() { throw new ValueError('item 3 is lost'); },
  'throw odd'() { throw { reason: 'none' }; },
  exit: () => (globalThis.process ? globalThis.process.exit(3) : (globalThis as unknown as { close(): void }).close()),
  hang() { for (;;); },
  reject: () => void Promise.reject(new RangeError('nobody waits for this')),
  function: () => () => {},
} satisfies Readonly<Record<string, () => unknown>>;

/** Item `i` is `i`, and something happens at item 3. */
class Numbers extends Dataset<unknown> {
  constructor(readonly length: number, private readonly event: keyof typeof EVENTS | undefined) { super(); }

  getItem(index: number): unknown {
    return (index === 3 && this.event && EVENTS[this.event]?.()) || index;
  }
}

/** Item `i` with a number drawn for it, the worker that drew it, and that worker's seed in two halves. */
class Drawn extends Dataset<Tensor> {
  constructor(readonly length: number) { super(); }

  getItem(index: number): Tensor {
    const { id, seed } = getWorkerInfo() ?? { id: -1, seed: 0 };
    const draw = randint(0, 2 ** 30, []).numpy()[0]!;
    return tensor([index, draw, id, BigInt(seed) >> 32n, BigInt(seed) & 0xffff_ffffn].map(BigInt), { dtype: int64 });
  }
}

/** Counts from 0 in every worker, or only what is the worker's share. */
class Count extends IterableDataset<number> {
  constructor(private readonly limit: number, private readonly shared: boolean) { super(); }

  override * [Symbol.iterator](): Iterator<number> {
    const { id, numWorkers } = (this.shared && getWorkerInfo()) || { id: 0, numWorkers: 1 };
    for (let i = id; i < this.limit; i += numWorkers) yield i;
  }
}

/** All that may travel. */
class Various extends Dataset<unknown> {
  readonly length = 2;
  readonly #rows = tensor([[1, 2, 3], [4, 5, 6]]);

  getItem(index: number): unknown {
    const { data } = new Image({ width: 1, height: 2, mode: 'RGB', data: Uint8Array.of(0, 1, 2, 3, 4, 5) });
    return {
      row: this.#rows.select(0, index), transposed: this.#rows.t(), flag: tensor(true), half: tensor([0.5]).half(),
      part: new Float64Array([1, 2, 3, 4]).subarray(1, 3), text: 'text', big: 7n,
      nothing: [null, undefined], map: new Map([['a', tensor(index)]]), set: new Set([index]), date: new Date(0),
      image: new Image({ width: 1, height: 1, mode: 'BGR', data: data.subarray(3) }), ['__proto__']: 1,
    };
  }
}

class Later extends Dataset<Promise<number>> {
  constructor(readonly length: number) { super(); }

  async getItem(index: number): Promise<number> {
    await new Promise((resolve) => { setTimeout(resolve, 1); });
    return index;
  }
}

/** Rows of a tensor that came with the order to start. */
class Rows extends Dataset<Tensor> {
  constructor(private readonly values: Tensor) { super(); }
  get length(): number { return this.values.size(0); }
  getItem(index: number): Tensor { return this.values.select(0, index); }
}

/** The same here and there. */
export function makeDataset({ dataset, length = 11, event, shared = false, values }: Asked): Dataset<unknown> | IterableDataset<unknown> {
  if (event === 'start') throw new ValueError('no data');
  switch (dataset) {
    case 'numbers': return new Numbers(length, event);
    case 'drawn': return new Drawn(length);
    case 'count': return new Count(length, shared);
    case 'various': return new Various();
    case 'later': return new Later(length);
    case 'given': return new Rows(values!);
  }
}

serveDataset(makeDataset);
