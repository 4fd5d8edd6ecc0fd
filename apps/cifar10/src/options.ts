import { count, readFlags, trainingOptions, type TrainingOptions } from '@sconce/app-kit';

export const HELP = `Trains the classic classifier of CIFAR-10's pictures.

  --data PATH        cifar-10-binary.tar.gz, what it unpacks to, or the folder that holds either (default ./data)
  --download         fetch the archive first where it is missing
  --epochs N         default 2
  --batch-size N     default 4
  --lr X             learning rate of SGD, default 0.001
  --momentum X       default 0.9
  --seed N           default 0
  --device NAME      default cpu
  --threads N        default 1
  --limit N          use the first N pictures of each split only
  --every N          print the mean loss of every N batches, default 2000
  --json FILE        write losses, epochs and accuracies there
  --png FILE         where the grid of test pictures goes (default out/cifar10-predictions.png)
  --save FILE        where the network's parameters go (default out/cifar10-net.pth)
  --help`;

export interface Options extends TrainingOptions {
  readonly data: string;
  readonly download: boolean;
  readonly every: number;
  readonly png: string;
  readonly save: string;
}

/** The options of a command line; null where only help was asked for. @throws UsageError for what makes no sense */
export function parseOptions(args: readonly string[]): Options | null {
  const values = readFlags(args, {
    data: { type: 'string', default: './data' },
    download: { type: 'boolean', default: false },
    epochs: { type: 'string', default: '2' },
    'batch-size': { type: 'string', default: '4' },
    lr: { type: 'string', default: '0.001' },
    momentum: { type: 'string', default: '0.9' },
    seed: { type: 'string', default: '0' },
    device: { type: 'string', default: 'cpu' },
    threads: { type: 'string', default: '1' },
    limit: { type: 'string' },
    every: { type: 'string', default: '2000' },
    json: { type: 'string' },
    png: { type: 'string', default: 'out/cifar10-predictions.png' },
    save: { type: 'string', default: 'out/cifar10-net.pth' },
    help: { type: 'boolean', default: false },
  });
  if (values.help) return null;
  return {
    ...trainingOptions(values),
    data: values.data,
    download: values.download,
    every: count('every', values.every),
    png: values.png,
    save: values.save,
  };
}
