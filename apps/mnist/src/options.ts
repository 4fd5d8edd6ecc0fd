import { choice, readFlags, trainingOptions, UsageError, type TrainingOptions } from '@sconce/app-kit';
import { flagsOf, readCheckpoint, type Checkpoint } from './checkpoint.js';

export const HELP = `Trains a network on handwritten digits.

  --dataset synthetic|mnist       digits drawn by code (default), or MNIST's files
  --data DIR                      folder that holds MNIST/raw, as torchvision lays it out (default ./data)
  --download                      fetch MNIST first where its files are missing
  --model mlp|linear3|lenet       784-300-100-10 with relu (default), the same without, or LeNet-5
  --epochs N                      default 5; with --resume, so many more
  --batch-size N                  default 32
  --lr X                          learning rate of SGD, default 0.1
  --momentum X                    default 0
  --seed N                        default 0
  --device NAME                   default cpu
  --threads N                     default 1
  --limit N                       use the first N images of each split only
  --json FILE                     write losses, epochs and accuracies there
  --save FILE.pth                 write network, optimizer, epoch and generator there after each epoch
  --resume FILE.pth               go on from such a file, with its settings where no flag gives others
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
  readonly save: string | undefined;
  readonly resume: string | undefined;
  /** what `resume` holds */
  readonly checkpoint: Checkpoint | undefined;
}

const text = { type: 'string' } as const, flag = { type: 'boolean' } as const;
const FLAGS = {
  dataset: text, data: text, download: flag, model: text, epochs: text, 'batch-size': text, lr: text, momentum: text, seed: text,
  device: text, threads: text, limit: text, json: text, save: text, resume: text, png: text, help: flag,
};
const DEFAULTS = {
  dataset: 'synthetic', data: './data', download: false, model: 'mlp', epochs: '5', 'batch-size': '32', lr: '0.1', momentum: '0',
  seed: '0', device: 'cpu', threads: '1', png: 'out/mnist-predictions.png',
};

/**
 * The options of a command line; null where only help was asked for. Those that it leaves out are the ones of the
 * checkpoint that it goes on from.
 * @throws UsageError for what makes no sense, and for a checkpoint that cannot be read
 */
export async function parseOptions(args: readonly string[]): Promise<Options | null> {
  const given = readFlags(args, FLAGS);
  if (given.help) return null;
  const checkpoint = given.resume === undefined ? undefined : await readCheckpoint(given.resume);
  const saved = checkpoint ? flagsOf(checkpoint) : {};
  // these two cannot be changed half-way
  for (const name of ['model', 'seed'] as const) {
    if (checkpoint && given[name] !== undefined && given[name] !== saved[name]) {
      throw new UsageError(`--${name} ${given[name]}: ${given.resume} was trained with --${name} ${saved[name]}; leave it out`);
    }
  }
  const values = { ...DEFAULTS, ...saved, ...given };
  return {
    ...trainingOptions(values),
    dataset: choice('dataset', values.dataset, DATASETS),
    data: values.data,
    download: values.download,
    model: choice('model', values.model, MODELS),
    png: values.png,
    save: values.save,
    resume: values.resume,
    checkpoint,
  };
}
