import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { runCli, temporaryFolder, type Ran } from './support.js';

/** One line that says what is wrong, exit code 1. */
function refused({ code, errors }: Ran, ...says: (string | RegExp)[]): void {
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatch(/^error: [^\n]+$/);
  for (const what of says) expect(errors[0]).toMatch(what);
  expect(code).toBe(1);
}

describe('flags', () => {
  it.each([
    [['--model', 'vgg'], /--model must be one of mlp, linear3, lenet, not 'vgg'/],
    [['--dataset', 'cifar'], /--dataset must be one of synthetic, mnist, not 'cifar'/],
    [['--epochs', '0'], /--epochs must be a whole number from 1 on, not '0'/],
    [['--epochs', '1.5'], /--epochs/],
    [['--batch-size', 'many'], /--batch-size must be a whole number from 1 on, not 'many'/],
    [['--lr', '-1'], /--lr has no value; one that begins with a dash is written --lr=-1/],
    [['--lr=-1'], /--lr must be a number from 0 on, not '-1'/],
    [['--lr', ''], /--lr must be a number from 0 on, not ''/],
    [['--momentum', '1'], /--momentum must be a number from 0 to below 1, not '1'/],
    [['--seed', '0.5'], /--seed must be a whole number, not '0.5'/],
    [['--limit', '0'], /--limit/],
    [['--threads', '0'], /--threads/],
    [['--learning-rate', '1'], /'--learning-rate'.*--help lists the flags/],
    [['--json'], /--json/],
    [['digits'], /digits/],
    [['--device', 'tpu'], /--device tpu: this build has no such device, only cpu/],
    [['--device', 'CPU 0'], /--device CPU 0: Invalid device string: 'CPU 0'/],
  ])('%j', async (args, says) => {
    const ran = await runCli(...args);
    refused(ran, says);
    expect(ran.lines).toEqual([]);
  });

  it('--help lists them', async () => {
    const { code, lines } = await runCli('--help');
    expect(code).toBe(0);
    for (const flag of ['--dataset', '--data', '--model', '--epochs', '--batch-size', '--lr', '--momentum', '--seed', '--device',
      '--threads', '--limit', '--json', '--save', '--resume']) expect(lines[0]).toContain(`  ${flag} `);
  });
});

describe('places', () => {
  it('a --data folder without MNIST', async () => {
    const folder = temporaryFolder();
    refused(await runCli('--dataset', 'mnist', '--data', join(folder, 'nowhere')), `--data ${folder}/nowhere`, '--download');
    refused(await runCli('--dataset', 'mnist', '--data', folder), 'there is no folder MNIST/raw in it');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('a file that cannot be written is told before the training', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    const ran = await runCli('--json', join(folder, 'file/report.json'), '--png', join(folder, 'grid.png'), '--limit', '20');
    refused(ran, `cannot write ${folder}/file/report.json`);
    refused(await runCli('--png', folder, '--limit', '20'), `cannot write ${folder}: it is a folder`);
    expect(readdirSync(folder)).toEqual(['file']);
  });
});

describe('broken files', () => {
  /** An IDX file of bytes. */
  const idx = (shape: readonly number[], values: Uint8Array, magic = 0x800 + shape.length): Buffer => {
    const header = Buffer.alloc(4 + 4 * shape.length);
    header.writeUInt32BE(magic, 0);
    shape.forEach((n, i) => header.writeUInt32BE(n, 4 + 4 * i));
    return Buffer.concat([header, values]);
  };
  const pixels = (n: number): Uint8Array => Uint8Array.from({ length: n * 784 }, (_, i) => (i * 31) % 256);
  const labels = (n: number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => i % 10);
  const good = (): Record<string, Buffer> => ({
    'train-images-idx3-ubyte.gz': gzipSync(idx([40, 28, 28], pixels(40))),
    'train-labels-idx1-ubyte.gz': gzipSync(idx([40], labels(40))),
    't10k-images-idx3-ubyte.gz': gzipSync(idx([20, 28, 28], pixels(20))),
    't10k-labels-idx1-ubyte.gz': gzipSync(idx([20], labels(20))),
  });

  async function trainOn(files: Record<string, Buffer>): Promise<{ ran: Ran; left: string[] }> {
    const data = temporaryFolder(), out = temporaryFolder();
    mkdirSync(join(data, 'MNIST/raw'), { recursive: true });
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(data, 'MNIST/raw', name), bytes);
    const ran = await runCli(
      '--dataset', 'mnist', '--data', data, '--epochs', '1', '--json', join(out, 'report.json'), '--png', join(out, 'grid.png'));
    return { ran, left: readdirSync(out).sort() };
  }

  it('whole ones are trained on', async () => {
    const { ran, left } = await trainOn(good());
    expect(ran.errors).toEqual([]);
    expect(ran.code).toBe(0);
    expect(left).toEqual(['grid.png', 'report.json']);
  });

  const images = good()['train-images-idx3-ubyte.gz'];
  it.each([
    ['missing', 'train-labels-idx1-ubyte.gz', null, 'there is neither train-labels-idx1-ubyte'],
    ['empty', 'train-images-idx3-ubyte.gz', Buffer.alloc(0), 'not gzip'],
    ['not gzip', 'train-images-idx3-ubyte.gz', idx([40, 28, 28], pixels(40)), 'is not gzip'],
    ['cut off', 'train-images-idx3-ubyte.gz', images.subarray(0, images.length - 100), 'truncated'],
    ['damaged', 'train-images-idx3-ubyte.gz', Buffer.concat([images.subarray(0, 300), Buffer.alloc(200, 7), images.subarray(500)]), ''],
    ['a web page', 't10k-images-idx3-ubyte.gz', gzipSync('<html>not found</html>'.repeat(9)), 'is not an IDX file'],
    ['wrong magic', 't10k-images-idx3-ubyte.gz', gzipSync(idx([20, 28, 28], pixels(20), 0x12345678)), '0x12345678'],
    ['too few values', 'train-labels-idx1-ubyte.gz', gzipSync(idx([40], labels(39))), 'truncated, or its header lies'],
    ['too many values', 'train-labels-idx1-ubyte.gz', gzipSync(idx([40], labels(41))), 'header lies'],
    ['lengths beyond all memory', 'train-images-idx3-ubyte.gz', gzipSync(idx([4e9, 28, 28], pixels(40))), 'header lies'],
    ['fewer labels than images', 'train-labels-idx1-ubyte.gz', gzipSync(idx([39], labels(39))), '40 images'],
    ['exchanged files', 't10k-images-idx3-ubyte.gz', gzipSync(idx([20], labels(20))), 'exchanged'],
    ['a label beyond 9', 't10k-labels-idx1-ubyte.gz', gzipSync(idx([20], labels(20).fill(10))), 'label 10'],
  ])('%s', async (_, name, bytes, says) => {
    const { [name]: replaced, ...rest } = good();
    expect(replaced).toBeDefined();
    const { ran, left } = await trainOn(bytes ? { ...rest, [name]: bytes } : rest);
    refused(ran, 'MNIST/raw', name.slice(0, 10), says);
    expect(left).toEqual([]);
  });
});
