import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as torch from 'sconce';
import type { Print } from './print.js';

const { datasets, nn, optim, transforms } = torch;
const { DataLoader, Subset } = torch.utils.data;

export interface MnistTableOptions {
  /** images of each split; Infinity for all */
  readonly limit?: number;
  readonly epochs?: number;
  /** the folder that holds MNIST/raw; where it does not, digits are drawn by code */
  readonly data?: string;
}

/** In a folder named by SCONCE_DATA, or in shared/data beside the repository. */
const DATA = process.env['SCONCE_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));

/** Three linear layers on handwritten digits, a line per epoch. */
export async function mnistTable(
  print: Print, { limit = 2000, epochs = 5, data = DATA }: MnistTableOptions = {},
): Promise<void> {
  torch.manualSeed(0);

  const real = existsSync(`${data}/MNIST/raw`);
  const digits = (train: boolean) => {
    const transform = new transforms.ToTensor();
    const all = real ? new datasets.MNIST(data, { train, transform }) : new datasets.SyntheticDigits({ train, transform });
    return new Subset(all, Array.from({ length: Math.min(limit, all.length) }, (_, i) => i));
  };
  const [trainSet, testSet] = [digits(true), digits(false)];
  print(`${real ? 'MNIST' : 'synthetic digits (no MNIST found; SCONCE_DATA names its folder)'}: ` +
    `${trainSet.length} to train on, ${testSet.length} to test`);

  const trainLoader = new DataLoader(trainSet, { batchSize: 32, shuffle: true });
  const testLoader = new DataLoader(testSet, { batchSize: 32, shuffle: false });

  const net = new nn.Sequential(
    new nn.Flatten(),
    new nn.Linear(784, 300),
    new nn.Linear(300, 100),
    new nn.Linear(100, 10),
  );
  const criterion = new nn.CrossEntropyLoss();
  const optimizer = new optim.SGD(net.parameters(), { lr: 0.01 });

  for (let epoch = 0; epoch < epochs; epoch++) {
    let [trainLoss, trainRight] = [0, 0];
    net.train();
    for await (const [images, labels] of trainLoader) {
      const out = net(images);
      const loss = criterion(out, labels);

      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();

      trainLoss += Number(await loss.item()) * images.size(0);
      trainRight += Number(await out.argmax(1).eq(labels).sum().item());
    }

    let [testLoss, testRight] = [0, 0];
    net.eval();
    await torch.noGrad(async () => {
      for await (const [images, labels] of testLoader) {
        const out = net(images);
        const loss = criterion(out, labels);

        testLoss += Number(await loss.item()) * images.size(0);
        testRight += Number(await out.argmax(1).eq(labels).sum().item());
      }
    });

    const [a, b] = [trainSet.length, testSet.length];
    print(`epoch ${epoch + 1}, ` +
      `train loss ${(trainLoss / a).toFixed(6)}, train acc ${(trainRight / a).toFixed(6)}, ` +
      `test loss ${(testLoss / b).toFixed(6)}, test acc ${(testRight / b).toFixed(6)}`);
  }
}
