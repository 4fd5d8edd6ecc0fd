import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '@sconce/app-kit';
import { manualSeed, nn, optim, utils } from 'sconce';
import { describe, expect, it } from 'vitest';
import { loadDigits } from '../src/digits.js';
import { makeModel } from '../src/models.js';
import { parseOptions } from '../src/options.js';
import pytorch from './fixtures/pytorch.json' with { type: 'json' };
import { runCli, temporaryFolder } from './support.js';

const close = (x: number, y: number, within: number): void => {
  expect(Math.abs(x - y), `${x} against ${y}`).toBeLessThanOrEqual(within);
};

describe('trains as PyTorch does on synthetic digits', () => {
  it.each(pytorch.synthetic)('$model, seed $seed', async ({ model, epochs, batch_size, lr, momentum, seed, report }) => {
    const folder = temporaryFolder();
    const json = join(folder, 'out/report.json'), png = join(folder, 'grid.png');
    const { code, lines, errors } = await runCli(
      '--model', model, '--epochs', `${epochs}`, '--batch-size', `${batch_size}`, '--lr', `${lr}`, '--momentum', `${momentum}`,
      '--seed', `${seed}`, '--limit', '320', '--json', json, '--png', png);
    expect(errors).toEqual([]);
    expect(code).toBe(0);

    const written = JSON.parse(readFileSync(json, 'utf8')) as Report;
    expect(Object.keys(written)).toEqual(['firstLosses', 'epochs', 'perClass', 'device', 'threads']);
    expect(written).toMatchObject({ device: 'cpu', threads: 1 });
    expect(written.firstLosses).toHaveLength(report.firstLosses.length);
    report.firstLosses.forEach((loss, i) => close(written.firstLosses[i], loss, 1e-5));
    expect(written.epochs).toHaveLength(epochs);
    report.epochs.forEach((epoch, i) => {
      const own = written.epochs[i];
      close(own.trainLoss, epoch.trainLoss, 1e-4);
      close(own.testLoss, epoch.testLoss, 1e-4);
      // one image may fall on the other side of a tie
      close(own.trainAcc, epoch.trainAcc, 1.01 / 320);
      close(own.testAcc, epoch.testAcc, 1.01 / 320);
      expect(own.seconds).toBeGreaterThan(0);
    });
    report.perClass.forEach((accuracy, digit) => close(written.perClass[digit]!, accuracy, 1.01 / 32));

    expect(readFileSync(png).subarray(0, 4).toString('latin1')).toBe('\x89PNG');
    const table = lines.findIndex((line) => line.startsWith('epoch | train loss  train acc | test loss  test acc | seconds'));
    expect(table).toBeGreaterThan(0);
    const under = lines.slice(table + 1);
    expect(under[0]).toMatch(/^epoch 1 \d+% \| loss \d\.\d{4} \| \d+ images\/s$/);
    expect(under.find((line) => !line.startsWith('epoch'))).toMatch(/^ {4}1 \| +\d\.\d{6} +\d\.\d{6} \| +\d\.\d{6} +\d\.\d{4} \| +\d+\.\d$/);
    expect(lines.filter((line) => /^Accuracy of \d: \d+\.\d %$/.test(line))).toHaveLength(10);
  });
});

/** The real files, where they are: in the folder that SCONCE_DATA names, or in shared/data beside the repository. */
const data = process.env['SCONCE_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const there = existsSync(join(data, 'MNIST/raw'));
if (!there) console.log(`training on the real MNIST is left out: there is none in ${data} (set SCONCE_DATA)`);

describe.runIf(there)('begins as PyTorch does on the real MNIST', () => {
  it.each(pytorch.mnist)('$model', async ({ model, batch_size, lr, momentum, seed, report }) => {
    const options = (await parseOptions(['--dataset', 'mnist', '--data', data, '--model', model]))!;
    manualSeed(seed);
    const { train } = await loadDigits(options);
    const loader = new utils.data.DataLoader(train, { batchSize: batch_size, shuffle: true });
    const net = makeModel(options.model);
    const optimizer = new optim.SGD(net.parameters(), { lr, momentum });
    const criterion = new nn.CrossEntropyLoss();
    let batch = 0;
    for await (const [images, targets] of loader) {
      optimizer.zeroGrad();
      const loss = criterion(net(images), targets);
      loss.backward();
      optimizer.step();
      close(Number(await loss.item()), report.firstLosses[batch], 1e-5);
      if (++batch === 4) break;
    }
    expect(batch).toBe(4);
  });
});
