import { choice, readFlags, trainingOptions, type TrainingOptions } from '@sconce/app-kit';

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

export interface Options extends TrainingOptions {
  readonly dataset: typeof DATASETS[number];
  readonly data: string;
  readonly download: boolean;
  readonly model: typeof MODELS[number];
  readonly png: string;
}

/** The options of a command line; null where only help was asked for. @throws UsageError for what makes no sense */
export function parseOptions(args: readonly string[]): Options | null {
  const values = readFlags(args, {
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
  });
  if (values.help) return null;
  return {
    ...trainingOptions(values),
    dataset: choice('dataset', values.dataset, DATASETS),
    data: values.data,
    download: values.download,
    model: choice('model', values.model, MODELS),
    png: values.png,
  };
}
