import {
  checkWritable, epochProgress, epochRecord, evaluate, perClassLines, TABLE_HEAD, tableLine, trainEpoch, usableDevice, useThreads,
  writeWhole, type Batches, type EpochRecord, type Network, type Report, type TestScore,
} from '@sconce/app-kit';
import { manualSeed, noGrad, optim, save, torchvision, utils } from 'sconce';
import { drawGrid, type Prediction } from './grid.js';
import type { Options } from './options.js';
import { loadPictures, type Pictures } from './pictures.js';

/** How many losses `--json` keeps. */
const FIRST = 100;

/**
 * Trains and reports. The generator is drawn from in the order of the classic script (data sets, loaders, network,
 * optimizer), so that a seed gives PyTorch's losses.
 * @see https://pytorch.org/tutorials/beginner/blitz/cifar10_tutorial.html
 */
export async function run(options: Options, print: (line: string) => void = console.log): Promise<Report> {
  const { epochs, batchSize, lr, momentum, every } = options;
  const device = await usableDevice(options.device);
  const threads = useThreads(options.threads, print);
  for (const path of [options.png, options.json, options.save]) if (path !== undefined) checkWritable(path);
  manualSeed(options.seed);
  const { train, test, classes } = await loadPictures(options);
  const trainLoader: Batches = new utils.data.DataLoader(train, { batchSize, shuffle: true });
  const testLoader: Batches = new utils.data.DataLoader(test, { batchSize });
  const net: Network = torchvision.models.lenet({ inChannels: 3, numClasses: classes.length }).to(device);
  const optimizer = new optim.SGD(net.parameters(), { lr, momentum });

  print(String(net));
  print(`${train.length} training and ${test.length} test pictures, device ${device}`);
  const firstLosses: number[] = [], records: EpochRecord[] = [];
  let score: TestScore | undefined;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const started = performance.now();
    const progress = epochProgress(`epoch ${epoch}`, train.length, print);
    let batch = 0, running = 0;
    const trained = await trainEpoch(net, trainLoader, optimizer, device, (loss, pictures) => {
      if (firstLosses.length < FIRST) firstLosses.push(loss);
      running += loss;
      progress.advance(pictures, loss);
      if (++batch % every !== 0) return;
      progress.note(`[${epoch}, ${String(batch).padStart(5)}] loss: ${(running / every).toFixed(3)}`);
      running = 0;
    }).finally(() => progress.stop());
    score = await evaluate(net, testLoader, device);
    records.push(epochRecord(trained, score, (performance.now() - started) / 1000));
    if (epoch === 1) print(TABLE_HEAD);
    print(tableLine(epoch, records.at(-1)!));
  }

  const { perClass, accuracy } = score!;
  print(`Accuracy of the network on the ${test.length} test images: ${(100 * accuracy).toFixed(1)} %`);
  perClassLines(perClass, classes).forEach((line) => print(line));
  const report: Report = { firstLosses, epochs: records, perClass, device, threads };
  const grid = drawGrid(await predictions(net, test, classes, device));
  writeWhole(options.png, Buffer.from(torchvision.io.encodePng(grid).numpy() as Uint8Array));
  print(`predictions: ${options.png}`);
  await save(net.stateDict(), options.save);
  print(`parameters: ${options.save}`);
  if (options.json !== undefined) {
    writeWhole(options.json, `${JSON.stringify(report, null, 2)}\n`);
    print(`numbers: ${options.json}`);
  }
  return report;
}

/** The first test pictures with their predictions. */
async function predictions(net: Network, test: Pictures, classes: readonly string[], device: string): Promise<Prediction[]> {
  net.eval();
  return noGrad(async () => {
    const shown: Prediction[] = [];
    for (let i = 0; i < Math.min(36, test.length); i++) {
      const [image, target] = test.getItem(i);
      const guess = Number(await net(image.unsqueeze(0).to(device)).argmax(1).item());
      shown.push({ image, target: classes[target], guess: classes[guess] });
    }
    return shown;
  });
}
