import { nn, noGrad, type optim, type Tensor, type utils } from 'sconce';

export type Network = nn.Module & ((x: Tensor) => Tensor);
export type Batches = utils.data.DataLoader<[Tensor, number], [Tensor, Tensor]>;

export interface Score {
  /** mean over all images */
  readonly loss: number;
  /** share of images classified right, 0 to 1 */
  readonly accuracy: number;
}

const correct = async (outputs: Tensor, targets: Tensor): Promise<number> =>
  Number(await outputs.argmax(1).eq(targets).sum().item());

/**
 * One pass over the training batches, a step of the optimizer for each.
 * @param onBatch sees each batch's loss and size
 */
export async function trainEpoch(
  net: Network, batches: Batches, optimizer: optim.Optimizer, device: string, onBatch: (loss: number, images: number) => void,
): Promise<Score> {
  const criterion = new nn.CrossEntropyLoss();
  net.train();
  let lossSum = 0, right = 0, seen = 0;
  for await (const [images, targets] of batches) {
    const x = images.to(device), y = targets.to(device);
    optimizer.zeroGrad();
    const outputs = net(x);
    const loss = criterion(outputs, y);
    loss.backward();
    optimizer.step();
    // asked for together: a device is waited for once
    const [value, hits] = await Promise.all([loss.item().then(Number), correct(outputs, y)]), n = images.size(0);
    lossSum += value * n;
    right += hits;
    seen += n;
    onBatch(value, n);
  }
  return { loss: lossSum / seen, accuracy: right / seen };
}

export interface TestScore extends Score {
  /** share of each class's images classified right; null for a class without images */
  readonly perClass: readonly (number | null)[];
}

/** One pass over the test batches, without learning. */
export async function evaluate(net: Network, batches: Batches, device: string): Promise<TestScore> {
  const criterion = new nn.CrossEntropyLoss();
  const right = new Array<number>(10).fill(0), total = new Array<number>(10).fill(0);
  let lossSum = 0, seen = 0;
  net.eval();
  await noGrad(async () => {
    for await (const [images, targets] of batches) {
      const outputs = net(images.to(device));
      const [loss, guesses, labels] = await Promise.all([
        criterion(outputs, targets.to(device)).item().then(Number), outputs.argmax(1).tolist() as Promise<number[]>, targets.tolist() as Promise<number[]>,
      ]);
      lossSum += loss * images.size(0);
      seen += images.size(0);
      labels.forEach((label, i) => {
        total[label]++;
        if (guesses[i] === label) right[label]++;
      });
    }
  });
  const sum = right.reduce((a, b) => a + b, 0);
  return { loss: lossSum / seen, accuracy: sum / seen, perClass: total.map((n, i) => (n ? right[i] / n : null)) };
}
