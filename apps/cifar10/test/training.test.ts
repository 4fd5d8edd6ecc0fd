import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '@sconce/app-kit';
import { load, torchvision } from 'sconce';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cli } from '../src/cli.js';
import pytorch from './fixtures/pytorch.json' with { type: 'json' };

let folder = '';
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'sconce-cifar10-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

/** Runs the program with these arguments and keeps what it prints. */
async function runCli(...args: string[]): Promise<{ code: number; lines: string[]; errors: string[] }> {
  const lines: string[] = [], errors: string[] = [];
  const code = await cli(args, { log: (line) => { lines.push(line); }, error: (line) => { errors.push(line); } });
  return { code, lines, errors };
}

/** Pictures by the formula of tooling/oracle/cifar10.py. */
function drawn(count: number, first: number): Uint8Array {
  const bytes = new Uint8Array(count * 3073);
  for (let i = 0; i < count; i++) {
    const number = first + i, label = (number * 7) % 10;
    bytes[i * 3073] = label;
    for (let p = 0; p < 3072; p++) bytes[i * 3073 + 1 + p] = (label * 23 + p * (label + 3) + number * 5) % 256;
  }
  return bytes;
}

type Recorded = typeof pytorch.drawn;

const flags = ({ epochs, batchSize, lr, momentum, seed }: Recorded): string[] => [
  '--epochs', `${epochs}`, '--batch-size', `${batchSize}`, '--lr', `${lr}`, '--momentum', `${momentum}`, '--seed', `${seed}`,
  '--json', join(folder, 'out/report.json'), '--png', join(folder, 'grid.png'), '--save', join(folder, 'net.pth'),
];

function expectAsPyTorch(report: Report, wanted: Recorded): void {
  expect(report.firstLosses.length).toBe(wanted.firstLosses.length);
  report.firstLosses.forEach((loss, i) => { expect(Math.abs(loss - wanted.firstLosses[i]!)).toBeLessThan(1e-3); });
  report.epochs.forEach(({ testAcc }, i) => { expect(Math.abs(testAcc - wanted.testAcc[i]!)).toBeLessThanOrEqual(0.03); });
}

const written = (): Report => JSON.parse(readFileSync(join(folder, 'out/report.json'), 'utf8')) as Report;

describe('trains as PyTorch does', () => {
  it('on pictures drawn by a formula, and leaves a report, a grid and a checkpoint', async () => {
    mkdirSync(join(folder, 'cifar-10-batches-bin'));
    writeFileSync(join(folder, 'cifar-10-batches-bin', 'data_batch_1.bin'), drawn(160, 0));
    writeFileSync(join(folder, 'cifar-10-batches-bin', 'test_batch.bin'), drawn(40, 160));
    const { code, lines, errors } = await runCli('--data', folder, '--every', '10', ...flags(pytorch.drawn));
    expect(errors).toEqual([]);
    expect(code).toBe(0);
    expectAsPyTorch(written(), pytorch.drawn);
    expect(Object.keys(written())).toEqual(['firstLosses', 'epochs', 'perClass', 'device', 'threads']);
    expect(lines.filter((line) => /^\[[12], {4}[12]0\] loss: \d\.\d{3}$/.test(line))).toHaveLength(4);
    expect(lines.filter((line) => /^Accuracy of \w+: \d+\.\d %$/.test(line))).toHaveLength(10);
    expect(lines.some((line) => /^Accuracy of the network on the 40 test images: \d+\.\d %$/.test(line))).toBe(true);
    expect(torchvision.io.readImage(join(folder, 'grid.png')).shape).toEqual([3, 724, 604]);
    const weights = await load<ReturnType<torchvision.models.LeNet['stateDict']>>(join(folder, 'net.pth'));
    expect(Object.keys(weights)).toEqual(
      ['conv1', 'conv2', 'fc1', 'fc2', 'fc3'].flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]));
    expect(torchvision.models.lenet({ inChannels: 3, weights }).fc3.outFeatures).toBe(10);
  });

  /** The real pictures, where they are: in the folder that SCONCE_DATA names, or in shared/data beside the repository. */
  const shared = process.env['SCONCE_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
  const sample = `${shared}/cifar-10-binary-sample.tar.gz`;
  if (!existsSync(sample)) console.log(`the test on real CIFAR pictures is left out: there is no ${sample} (set SCONCE_DATA)`);

  it.runIf(existsSync(sample))('on real pictures', async () => {
    const { code } = await runCli('--data', sample, '--limit', '400', ...flags(pytorch.sample));
    expect(code).toBe(0);
    expectAsPyTorch(written(), pytorch.sample);
  });
});

describe('mistakes are one line', () => {
  it.each([
    [['--every', '0'], /^error: --every must be a whole number from 1 on, not '0'$/],
    [['--epochs', 'many'], /^error: --epochs must be a whole number from 1 on, not 'many'$/],
    [['--device', 'tpu'], /^error: --device tpu: this build has no such device/],
    [['--learn', '1'], /^error: .*'--learn'.*--help lists the flags/],
  ])('%j', async (args, says) => {
    const { code, lines, errors } = await runCli(...args);
    expect([code, lines, errors.length]).toEqual([1, [], 1]);
    expect(errors[0]).toMatch(says);
  });

  it('a place without pictures', async () => {
    const { code, errors } = await runCli('--data', folder, ...flags(pytorch.drawn));
    expect(code).toBe(1);
    expect(errors).toEqual([`error: --data ${folder}: there is neither cifar-10-binary.tar.gz nor cifar-10-batches-bin/data_batch_1.bin in ` +
      `${folder}; name another place, or add --download to fetch it`]);
  });

  it('--help lists the flags', async () => {
    const { code, lines } = await runCli('--help');
    expect(code).toBe(0);
    for (const flag of ['--data', '--epochs', '--batch-size', '--lr', '--momentum', '--seed', '--device', '--json', '--png', '--save']) {
      expect(lines[0]).toContain(`  ${flag} `);
    }
  });
});
