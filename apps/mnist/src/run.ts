import {
  checkWritable, epochProgress, epochRecord, evaluate, perClassLines, TABLE_HEAD, tableLine, trainEpoch, usableDevice, useThreads,
  writeWhole, type Batches, type EpochRecord, type Network, type Report, type TestScore,
} from '@sconce/app-kit';
import { manualSeed, noGrad, optim, utils } from 'sconce';
import { restore, writeCheckpoint } from './checkpoint.js';
import { loadDigits, type Digits } from './digits.js';
import { drawGrid, type Prediction } from './grid.js';
import { makeModel } from './models.js';
import type { Options } from './options.js';

/**
 * Trains and reports. The generator is drawn from in the order of the classic script (data sets, loaders, network,
 * optimizer), so that a seed gives PyTorch's losses; one that is resumed is drawn from as it was left.
 */
export async function run(options: Options, print: (line: string) => void = console.log): Promise<Report> {
  const { model, epochs, batchSize, lr, momentum, seed, checkpoint } = options;
  const device = await usableDevice(options.device);
  const threads = useThreads(options.threads, print);
  manualSeed(seed);
  const { train, test } = await loadDigits(options);
  const trainLoader: Batches = new utils.data.DataLoader(train, { batchSize, shuffle: true });
  const testLoader: Batches = new utils.data.DataLoader(test, { batchSize });
  const net = makeModel(model).to(device) as Network;
  const optimizer = new optim.SGD(net.parameters(), { lr, momentum });
  if (checkpoint) restore(checkpoint, net, optimizer, options);
  for (const path of [options.png, options.json, options.save]) if (path !== undefined) checkWritable(path);

  print(String(net));
  print(`${train.length} training and ${test.length} test images of ${options.dataset}, device ${device}`);
  print(TABLE_HEAD);
  const firstLosses: number[] = [], records: EpochRecord[] = [];
  let score: TestScore | undefined;
  const before = checkpoint?.epoch ?? 0;
  for (let epoch = before + 1; epoch <= before + epochs; epoch++) {
    const started = performance.now();
    const progress = epochProgress(`epoch ${epoch}`, train.length, print);
    const trained = await trainEpoch(net, trainLoader, optimizer, device, (loss, images) => {
      if (firstLosses.length < 10) firstLosses.push(loss);
      progress.advance(images, loss);
    }).finally(() => progress.stop());
    score = await evaluate(net, testLoader, device);
    records.push(epochRecord(trained, score, (performance.now() - started) / 1000));
    print(tableLine(epoch, records.at(-1)!));
    if (options.save !== undefined) await writeCheckpoint(options.save, net, optimizer, epoch, options);
  }

  const { perClass } = score!;
  perClassLines(perClass, perClass.map((_, digit) => `${digit}`)).forEach((line) => print(line));
  const report: Report = { firstLosses, epochs: records, perClass, device, threads };
  writeWhole(options.png, drawGrid(await predictions(net, test, device)));
  print(`predictions: ${options.png}`);
  if (options.save !== undefined) print(`checkpoint: ${options.save}`);
  if (options.json !== undefined) {
    writeWhole(options.json, `${JSON.stringify(report, null, 2)}\n`);
    print(`numbers: ${options.json}`);
  }
  return report;
}

/** The first hundred test digits with their predictions. */
async function predictions(net: Network, test: Digits, device: string): Promise<Prediction[]> {
  net.eval();
  return noGrad(async () => {
    const shown: Prediction[] = [];
    for (let i = 0; i < Math.min(100, test.length); i++) {
      const [image, target] = test.getItem(i);
      const guess = Number(await net(image.unsqueeze(0).to(device)).argmax(1).item());
      shown.push({ image, target, guess });
    }
    return shown;
  });
}
