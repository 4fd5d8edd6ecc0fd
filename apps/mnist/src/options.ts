import { parseArgs } from 'node:util';

/** A mistake on the command line or in the files it names: one line, no stack. */
export class UsageError extends Error {}

export const HELP = `Trains a network on handwritten digits.

  --dataset synthetic|mnist       digits drawn by code (default), or MNIST's files
  --data DIR                      folder that holds MNIST/raw, as torchvision lays it out (default ./data)
  --download                      fetch MNIST first where its files are missing
  --model mlp|linear3|lenet       784-300-100-10 with relu (default), the same without, or LeNet-5
  --epochs N                      default 5
  --batch-size N                  default 32
  --lr X                          learning rate of SGD, default 0.1
  --momentum X                    default 0
  --seed N                        default 0
  --device NAME                   default cpu
  --threads N                     default 1
  --limit N                       use the first N images of each split only
  --json FILE                     write losses, epochs and accuracies there
  --png FILE                      where the grid of test digits goes (default out/mnist-predictions.png)
  --help`;

const MODELS = ['mlp', 'linear3', 'lenet'] as const;
const DATASETS = ['synthetic', 'mnist'] as const;

export interface Options {
  readonly dataset: typeof DATASETS[number];
  readonly data: string;
  readonly download: boolean;
  readonly model: typeof MODELS[number];
  readonly epochs: number;
  readonly batchSize: number;
  readonly lr: number;
  readonly momentum: number;
  readonly seed: number;
  readonly device: string;
  readonly threads: number;
  readonly limit: number | undefined;
  readonly json: string | undefined;
  readonly png: string;
}

/** The options of a command line; null where only help was asked for. @throws UsageError for what makes no sense */
export function parseOptions(args: readonly string[]): Options | null {
  const values = readFlags(args);
  if (values.help) return null;
  const number = (flag: string, text: string, test: (x: number) => boolean, wants: string): number => {
    const x = Number(text);
    if (text.trim() === '' || !test(x)) throw new UsageError(`--${flag} must be ${wants}, not '${text}'`);
    return x;
  };
  const count = (flag: string, text: string): number =>
    number(flag, text, (x) => Number.isSafeInteger(x) && x >= 1, 'a whole number from 1 on');
  const choice = <T extends string>(flag: string, text: string, of: readonly T[]): T => {
    const found = of.find((x) => x === text);
    if (!found) throw new UsageError(`--${flag} must be one of ${of.join(', ')}, not '${text}'`);
    return found;
  };
  return {
    dataset: choice('dataset', values.dataset, DATASETS),
    data: values.data,
    download: values.download,
    model: choice('model', values.model, MODELS),
    epochs: count('epochs', values.epochs),
    batchSize: count('batch-size', values['batch-size']),
    lr: number('lr', values.lr, (x) => x >= 0 && Number.isFinite(x), 'a number from 0 on'),
    momentum: number('momentum', values.momentum, (x) => x >= 0 && x < 1, 'a number from 0 to below 1'),
    seed: number('seed', values.seed, Number.isSafeInteger, 'a whole number'),
    device: values.device,
    threads: count('threads', values.threads),
    limit: values.limit === undefined ? undefined : count('limit', values.limit),
    json: values.json,
    png: values.png,
  };
}

function readFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        dataset: { type: 'string', default: 'synthetic' },
        data: { type: 'string', default: './data' },
        download: { type: 'boolean', default: false },
        model: { type: 'string', default: 'mlp' },
        epochs: { type: 'string', default: '5' },
        'batch-size': { type: 'string', default: '32' },
        lr: { type: 'string', default: '0.1' },
        momentum: { type: 'string', default: '0' },
        seed: { type: 'string', default: '0' },
        device: { type: 'string', default: 'cpu' },
        threads: { type: 'string', default: '1' },
        limit: { type: 'string' },
        json: { type: 'string' },
        png: { type: 'string', default: 'out/mnist-predictions.png' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('\n')[0]} (--help lists the flags)`);
  }
}
