import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { int64, type Tensor } from '@sconce/tensor';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import {
  DataFileError, EMNIST, MNIST, QMNIST, type EMNISTSplit, type Image, type QMNISTSubset, type RemoteFile,
} from '../src/index.js';
import { failure, rejection, values } from './fixtures.js';

interface Recorded {
  readonly text: string;
  readonly length: number;
  readonly targets: readonly (number | readonly number[])[];
  readonly pixels: readonly number[];
  readonly target: number | readonly number[];
}

/** What torchvision reads; tooling/oracle/digit_files.py records it. */
const recorded = JSON.parse(readFileSync(new URL('./fixtures/digit-files.json', import.meta.url), 'utf8')) as {
  readonly emnist: readonly (Recorded & { readonly split: EMNISTSplit; readonly train: boolean; readonly classes: readonly string[] })[];
  readonly qmnist: readonly (Recorded & { readonly options: { what?: QMNISTSubset; train?: boolean; compat?: boolean } })[];
  readonly errors: Readonly<Record<'split' | 'noSplit' | 'what', { readonly type: string; readonly message: string }>>;
};
const archive = fileURLToPath(new URL('./fixtures/emnist.zip', import.meta.url));
const good = readFileSync(archive);

let root: string;
let raw: string;
beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'sconce-digits-')); });
afterEach(() => { rmSync(root, { recursive: true }); });

/** Makes the folder of a data set's files. */
function folder(name: string): void {
  raw = join(root, name, 'raw');
  mkdirSync(raw, { recursive: true });
}

/** EMNIST, if its archive were this one. */
const from = (bytes: Uint8Array): typeof EMNIST => {
  folder('EMNIST');
  writeFileSync(join(raw, 'gzip.zip'), bytes);
  return class extends EMNIST {
    static override readonly resources: readonly RemoteFile[] = [{ name: 'gzip.zip', md5: createHash('md5').update(bytes).digest('hex') }];
    static override readonly mirrors: readonly string[] = [];
  } as typeof EMNIST;
};

const nested = (x: Tensor): unknown => {
  const flat = values(x), [rows, columns] = x.shape as readonly [number, number | undefined];
  return columns === undefined ? flat : Array.from({ length: rows }, (_, i) => flat.slice(i * columns, (i + 1) * columns));
};

function expectAs(set: MNIST<Image, unknown>, { text, length, targets, pixels, target }: Recorded): void {
  expect(String(set)).toBe(text.replace('ROOT', root));
  expect(set.length).toBe(length);
  expect(set.data.size(0)).toBe(length);
  expect(set.targets.dtype).toBe(int64);
  expect(nested(set.targets.narrow(0, 0, targets.length))).toEqual(targets);
  const [image, got] = set.getItem(-1);
  expect(Array.from(image.data.subarray(0, 8))).toEqual(pixels.slice(0, 8));
  expect(typeof got === 'number' ? got : nested(got as Tensor)).toEqual(target);
}

describe('EMNIST', () => {
  it.each(recorded.emnist)('$split, train: $train', async ({ split, train, classes, ...expected }) => {
    await from(good).download(root, { split });
    const prefix = (part: string, what: string): string => `emnist-${split}-${part}-${what}-ubyte.gz`;
    expect(readdirSync(raw).sort()).toEqual([
      ...['test', 'train'].flatMap((part) => ['images-idx3', 'labels-idx1'].map((what) => prefix(part, what))), 'gzip.zip'].sort());
    const set = new EMNIST(root, split, { train });
    expectAs(set, expected);
    expect(set.classes).toEqual(classes);
    expect(set.split).toBe(split);
    expect(set.classToIdx[classes.at(-1)!]).toBe(classes.length - 1);
    expectAs(new EMNIST(root, { split, train }), expected);
    expect(set).toBeInstanceOf(MNIST);
  });

  it('takes all splits from the archive, and what is there stays', async () => {
    const Small = from(good);
    const mine = join(raw, 'emnist-mnist-test-labels-idx1-ubyte');
    writeFileSync(mine, 'mine');
    await Small.download(root);
    expect(readdirSync(raw).length).toBe(25);
    expect(readFileSync(mine, 'utf8')).toBe('mine');
    rmSync(join(raw, 'gzip.zip'));
    await Small.download(root);
    expect((await Small.load(root, 'digits', { download: true, train: false })).length).toBe(2);
    expect((await Small.load(root, { split: 'digits', download: true })).train).toBe(true);
  });

  it('takes bytes in memory', () => {
    const bytes = (...all: number[]): Buffer => Buffer.from(all);
    const images = Buffer.concat([bytes(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1), bytes(9)]);
    const labels = (label: number): Buffer => bytes(0, 0, 8, 1, 0, 0, 0, 1, label);
    expect(new EMNIST({ images, labels: labels(26) }, 'letters').getItem(0)[1]).toBe(26);
    expect(failure(() => new EMNIST({ images, labels: labels(26) }, 'digits')).message).toContain('has label 26 at item 0');
  });

  it('refuses splits that there are not, in torchvision\'s words', async () => {
    expect(failure(() => new EMNIST(root, 'foo' as never))).toMatchObject({ name: 'ValueError', message: recorded.errors.split.message });
    expect(failure(() => new EMNIST(root, {}))).toMatchObject({ name: 'TypeError', message: recorded.errors.noSplit.message });
    expect((await rejection(EMNIST.load(root, 'foo' as never))).message).toBe(recorded.errors.split.message);
  });

  it('says what to write where there are no files', () => {
    const error = failure(() => new EMNIST(root, 'letters'));
    expect(error.name).toBe('DataFileError');
    expect(error.message).toContain('Dataset not found. You can use download=True to download it');
    expect(error.message).toContain("await EMNIST.load(root, { split: 'letters', download: true })");
  });
});

/** An archive with something changed where its first entry, or its list, has it. */
function changed(change: (bytes: Buffer, list: number) => Buffer | void): Buffer {
  const bytes = Buffer.from(good);
  const list = bytes.readUInt32LE(bytes.length - 22 + 16);
  return change(bytes, list) ?? bytes;
}

describe('broken archives', () => {
  it.each<[name: string, bytes: Buffer, text: string]>([
    ['no archive', Buffer.from('<html>404</html>'), 'is damaged or truncated, or no zip archive'],
    ['truncated', good.subarray(0, -100), 'is damaged or truncated, or no zip archive'],
    ['empty', Buffer.alloc(0), 'is damaged or truncated, or no zip archive'],
    ['its beginning lost', good.subarray(500), 'has no emnist-byclass'],
    ['a list beyond the end', changed((b) => { b.writeUInt32LE(0xfffffff0, b.length - 22 + 16); }), 'has no emnist-byclass'],
    ['a long name', changed((b, list) => { b.writeUInt16LE(0xffff, list + 28); }), 'has no emnist-byclass'],
    ['a file beyond the end', changed((b, list) => { b.writeUInt32LE(0xfffffff0, list + 42); }), 'is damaged or truncated, or no zip archive'],
    ['another method', changed((b, list) => { b.writeUInt16LE(99, list + 10); }), 'unknown compression type 99'],
    ['sizes that differ', changed((b, list) => { b.writeUInt32LE(1, list + 24); }), 'has another size than it should'],
    ['a size that no deflate reaches', changed((b, list) => { b.writeUInt16LE(8, list + 10); b.writeUInt32LE(0xfffffff0, list + 24); }),
      'the sizes of'],
    ['stored, said to be deflated', changed((b, list) => { b.writeUInt16LE(8, list + 10); }), 'is damaged'],
    ['a file that is not there',
      changed((b) => Buffer.from(b.toString('latin1').replaceAll('emnist-byclass-train-i', 'emnist-byclass-train-j'), 'latin1')),
      'has no emnist-byclass-train-images-idx3-ubyte.gz'],
  ])('%s: one line that names the file', async (_, bytes, text) => {
    const error = await rejection(from(bytes).download(root, { split: 'byclass' }));
    expect(error).toBeInstanceOf(DataFileError);
    expect(error.message).toContain(text);
    expect(error.message).toContain(join(raw, 'gzip.zip'));
    expect(error.message).not.toContain('\n');
    expect(existsSync(join(raw, 'emnist-byclass-train-images-idx3-ubyte.gz'))).toBe(false);
  });

  it('an archive of another checksum is fetched anew', async () => {
    const Small = from(good);
    copyFileSync(archive, join(raw, 'gzip.zip'));
    writeFileSync(join(raw, 'gzip.zip'), 'half', { flag: 'a' });
    expect((await rejection(Small.download(root))).message).toContain('Error downloading gzip.zip');
  });
});

/** The file that tooling/oracle/digit_files.py gives to torchvision. */
function qmnistFiles(count = 10003): { images: Buffer; labels: Buffer } {
  const images = Buffer.alloc(16 + count * 9), labels = Buffer.alloc(12 + count * 32);
  [0x803, count, 3, 3].forEach((word, i) => images.writeUInt32BE(word, 4 * i));
  for (let i = 0; i < count * 9; i++) images[16 + i] = i % 251;
  [0xc02, count, 8].forEach((word, i) => labels.writeUInt32BE(word, 4 * i));
  for (let i = 0; i < count; i++) {
    [i % 10, 4, ...[0, 1, 2, 3, 4].map((j) => i * 3 + j), -i].forEach((value, j) => labels.writeInt32BE(value, 12 + i * 32 + 4 * j));
  }
  return { images, labels };
}

describe('QMNIST', () => {
  const files = qmnistFiles();

  it.each(recorded.qmnist)('$options', ({ options, ...expected }) => {
    folder('QMNIST');
    for (const stem of ['qmnist-train', 'qmnist-test']) {
      writeFileSync(join(raw, `${stem}-images-idx3-ubyte.gz`), gzipSync(files.images, { level: 1 }));
      writeFileSync(join(raw, `${stem}-labels-idx2-int`), files.labels);
    }
    writeFileSync(join(raw, 'xnist-images-idx3-ubyte'), files.images);
    writeFileSync(join(raw, 'xnist-labels-idx2-int'), files.labels);
    expectAs(new QMNIST(root, options), expected);
  });

  it('knows the types of its targets', () => {
    expectTypeOf(new QMNIST(files).getItem(0)).toEqualTypeOf<[image: Image, target: number]>();
    expectTypeOf(new QMNIST(files, { compat: false }).getItem(0)).toEqualTypeOf<[image: Image, target: Tensor]>();
    const set = new QMNIST(files, { compat: false, targetTransform: (target) => target.size(0) });
    expect(set.getItem(5)[1]).toBe(8);
    expect(new QMNIST(files, { targetTransform: (target) => target + 1 }).getItem(5)[1]).toBe(6);
  });

  it('fewer pictures than the first part', () => {
    const few = qmnistFiles(3);
    expect(new QMNIST(few, { what: 'test10k' }).length).toBe(3);
    const none = new QMNIST(few, { what: 'test50k' });
    expect([none.length, none.data.shape, none.targets.shape]).toEqual([0, [0, 3, 3], [0, 8]]);
  });

  it('refuses what does not belong together', () => {
    const few = qmnistFiles(3), wrong = Buffer.from(few.labels);
    wrong.writeInt32BE(-1, 12 + 32);
    expect(failure(() => new QMNIST({ images: few.images, labels: wrong })).message).toContain('has label -1 at item 1');
    wrong.writeInt32BE(257, 12 + 32);
    expect(failure(() => new QMNIST({ images: few.images, labels: wrong })).message).toContain('has label 257 at item 1');
    expect(failure(() => new QMNIST({ images: few.images, labels: qmnistFiles(2).labels })).message).toContain('do not belong together');
    expect(failure(() => new QMNIST({ images: few.images, labels: few.images })).message)
      .toContain('has 3 dimensions of Uint8 where there should be 2 of Int32');
    expect(failure(() => new QMNIST({ images: few.labels, labels: few.labels })).message)
      .toContain('has 2 dimensions of Int32 where there should be 3 of Uint8');
    expect(failure(() => new QMNIST(root, { what: 'foo' as never }))).toMatchObject({ name: 'ValueError', message: recorded.errors.what.message });
  });

  it('downloads what is asked for, and says what to do about what is packed by xz', async () => {
    folder('QMNIST');
    class Offline extends QMNIST { static override readonly mirrors: readonly string[] = ['http://127.0.0.1:1/']; }
    expect((await rejection(Offline.load(root, { what: 'test50k', download: true }))).message)
      .toContain('Error downloading qmnist-test-images-idx3-ubyte.gz');
    expect((await rejection(Offline.load(root, { download: true }))).message).toContain('qmnist-train-images-idx3-ubyte.gz');
    writeFileSync(join(raw, 'xnist-images-idx3-ubyte'), files.images);
    const error = await rejection(Offline.load(root, { what: 'nist', download: true }));
    expect(error.name).toBe('DownloadError');
    expect(error.message).toBe('xnist-labels-idx2-int can only be had packed by xz, which nothing here unpacks: fetch ' +
      `http://127.0.0.1:1/xnist-labels-idx2-int.xz, unpack with "xz --decompress", and put what that gives into ${raw}`);
    writeFileSync(join(raw, 'xnist-labels-idx2-int'), files.labels);
    expect((await Offline.load(root, { what: 'nist', download: true })).length).toBe(10003);
  });
});
