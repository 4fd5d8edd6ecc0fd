import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { int64, type Tensor, uint8 } from '@sconce/tensor';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DataFileError, DataLoader, FashionMNIST, Image, KMNIST, MNIST, transforms } from '../src/index.js';
import { failure, values } from './fixtures.js';

const { Compose, Lambda, Normalize, ToTensor } = transforms;

const header = (magic: number, ...shape: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 + 4 * shape.length);
  [magic, ...shape].forEach((value, i) => bytes.writeUInt32BE(value, 4 * i));
  return bytes;
};
const images = (n: number): Buffer =>
  Buffer.concat([header(0x803, n, 28, 28), Buffer.from(Array.from({ length: n * 784 }, (_, i) => (i * 7) % 256))]);
const labels = (n: number): Buffer =>
  Buffer.concat([header(0x801, n), Buffer.from(Array.from({ length: n }, (_, i) => i % 10))]);

let root: string;
beforeAll(() => { root = mkdtempSync(join(tmpdir(), 'sconce-mnist-')); });
afterAll(() => { rmSync(root, { recursive: true }); });

let folders = 0;

/** A root whose MNIST/raw holds these files. */
function rootWith(files: Readonly<Record<string, Uint8Array>>, name = 'MNIST'): string {
  const at = join(root, `${folders++}`);
  mkdirSync(join(at, name, 'raw'), { recursive: true });
  for (const [file, bytes] of Object.entries(files)) writeFileSync(join(at, name, 'raw', file), bytes);
  return at;
}

describe('MNIST', () => {
  it.each([
    ['packed', { 'train-images-idx3-ubyte.gz': gzipSync(images(7)), 'train-labels-idx1-ubyte.gz': gzipSync(labels(7)) }],
    ['unpacked', { 'train-images-idx3-ubyte': images(7), 'train-labels-idx1-ubyte': labels(7) }],
    ['packed with a long name inside', {
      'train-images-idx3-ubyte.gz': longName(gzipSync(images(7))), 'train-labels-idx1-ubyte': labels(7) }],
  ])('reads %s files', async (_, files) => {
    const at = rootWith(files);
    for (const set of [new MNIST(at), await MNIST.load(at)]) {
      expect(set.length).toBe(7);
      expect(set.data.dtype).toBe(uint8);
      expect(set.data.shape).toEqual([7, 28, 28]);
      expect(set.targets.dtype).toBe(int64);
      expect(values(set.targets)).toEqual([0, 1, 2, 3, 4, 5, 6]);
      const [image, target] = set.getItem(2);
      expect(image).toBeInstanceOf(Image);
      expect(Array.from(image.data.subarray(0, 3))).toEqual([0, 7, 14].map((v) => (v + 2 * 784 * 7) % 256));
      expect(target).toBe(2);
      expect(set.getItem(-1)[1]).toBe(6);
      expect(failure(() => set.getItem(7)).message).toBe('index 7 is out of bounds for dimension 0 with size 7');
    }
  });

  it('reads the test files where train is false', () => {
    const at = rootWith({ 't10k-images-idx3-ubyte': images(3), 't10k-labels-idx1-ubyte': labels(3) });
    expect(new MNIST(at, { train: false }).length).toBe(3);
  });

  it('takes bytes in memory', () => {
    const set = new MNIST({ images: images(4), labels: labels(4) });
    expect(set.length).toBe(4);
    expect(String(set)).toBe('Dataset MNIST\n    Number of datapoints: 4\n    Split: Train');
  });

  it('applies transforms, and knows their types', async () => {
    const transform = new Compose([new ToTensor(), new Normalize([0.1307], [0.3081])]);
    const targetTransform = new Lambda((target: number) => target * 10);
    const set = new MNIST({ images: images(5), labels: labels(5) }, { transform, targetTransform });
    const [x, y]: readonly [Tensor, number] = set.getItem(1);
    expect(x.shape).toEqual([1, 28, 28]);
    expect(y).toBe(10);
    const shapes: (readonly number[])[] = [];
    for await (const [input, target] of new DataLoader(set, { batchSize: 3 })) {
      const batch: readonly [Tensor, Tensor] = [input, target];
      shapes.push(...batch.map((t) => t.shape));
    }
    expect(shapes).toEqual([[3, 1, 28, 28], [3], [2, 1, 28, 28], [2]]);
  });

  it('follows its data and targets when they are changed', () => {
    const set = new MNIST({ images: images(6), labels: labels(6) });
    set.data = set.data.narrow(0, 4, 2);
    set.targets = set.targets.narrow(0, 4, 2);
    expect(set.length).toBe(2);
    const [image, target] = set.getItem(0);
    expect(target).toBe(4);
    expect(image.data[1]).toBe((7 + 4 * 784 * 7) % 256);
  });

  it('prints as in torchvision', () => {
    const at = rootWith({ 'train-images-idx3-ubyte': images(7), 'train-labels-idx1-ubyte': labels(7) });
    const transform = new Compose([new ToTensor(), new Normalize([0.1307], [0.3081])]);
    expect(inspect(new MNIST(at, { transform }))).toBe([
      'Dataset MNIST', '    Number of datapoints: 7', `    Root location: ${at}`, '    Split: Train', '    StandardTransform',
      'Transform: Compose(', '               ToTensor()', '               Normalize(mean=[0.1307], std=[0.3081])', '           )',
    ].join('\n'));
    expect(String(new MNIST({ images: images(1), labels: labels(1) }, { targetTransform: new Lambda(String) }))).toContain(
      '    StandardTransform\nTarget transform: Lambda()');
  });

  it('has class names', () => {
    const set = new FashionMNIST({ images: images(1), labels: labels(1) });
    expect(set.classes[9]).toBe('Ankle boot');
    expect(set.classToIdx['Ankle boot']).toBe(9);
    expect(new KMNIST({ images: images(1), labels: labels(1) }).classes.join()).toBe('o,ki,su,tsu,na,ha,ma,ya,re,wo');
  });

  it.each([FashionMNIST, KMNIST])('has siblings in folders of their names', (Set) => {
    const at = rootWith({ 'train-images-idx3-ubyte': images(2), 'train-labels-idx1-ubyte': labels(2) }, Set.name);
    expect(new Set(at).length).toBe(2);
    expect(failure(() => new Set(`${at}/nowhere`)).message).toContain(`await ${Set.name}.load(root, { download: true })`);
    expect(String(new Set(at))).toContain(`Dataset ${Set.name}`);
    expect(Set.resources.map(({ name }) => name)).toEqual(MNIST.resources.map(({ name }) => name));
  });
});

const zeros = (bytes: number): Buffer => Buffer.alloc(bytes);

describe('broken MNIST files', () => {
  const good = { 'train-labels-idx1-ubyte': labels(7) };
  const cases: readonly (readonly [string, Readonly<Record<string, Uint8Array>>, string])[] = [
    ['nothing', {}, 'Dataset not found. You can use download=True to download it: there is neither train-images-idx3-ubyte nor'],
    ['labels missing', { 'train-images-idx3-ubyte': images(7) }, 'neither train-labels-idx1-ubyte nor'],
    ['truncated', { ...good, 'train-images-idx3-ubyte': images(7).subarray(0, 5000) }, 'is truncated, or its header lies'],
    ['empty', { ...good, 'train-images-idx3-ubyte': zeros(0) }, 'is truncated'],
    ['empty gzip', { ...good, 'train-images-idx3-ubyte.gz': gzipSync(zeros(0)) }, 'is truncated'],
    ['wrong magic', { ...good, 'train-images-idx3-ubyte': Buffer.from('<html>404</html>') }, 'is not an IDX file'],
    ['more than promised', { ...good, 'train-images-idx3-ubyte': Buffer.concat([images(7), zeros(1)]) }, 'has data left over'],
    ['a lying length', { ...good, 'train-images-idx3-ubyte': Buffer.concat([header(0x803, 0xffffffff, 28, 28), zeros(784)]) },
      'is truncated, or its header lies: it tells of 4294967295×28×28 values'],
    ['not gzip', { ...good, 'train-images-idx3-ubyte.gz': images(7) }, 'is not gzip, as its name says'],
    ['truncated gzip', { ...good, 'train-images-idx3-ubyte.gz': gzipSync(images(7)).subarray(0, -20) }, 'is truncated'],
    ['damaged gzip', { ...good, 'train-images-idx3-ubyte.gz': flipped(gzipSync(images(7)), -6) }, 'is damaged: incorrect data check'],
    ['damaged gzip header', { ...good, 'train-images-idx3-ubyte.gz': flipped(gzipSync(images(7)), 2) }, 'is damaged'],
    ['a lying length in gzip', { ...good,
      'train-images-idx3-ubyte.gz': gzipSync(Buffer.concat([header(0x803, 0xffffff, 28, 28), zeros(784)])) }, 'header lies'],
    ['a gzip bomb', { ...good,
      'train-images-idx3-ubyte.gz': gzipSync(Buffer.concat([images(7), zeros(3e7)])) }, 'has data left over, or its header lies'],
    ['a gzip that holds a little more', { ...good,
      'train-images-idx3-ubyte.gz': gzipSync(Buffer.concat([images(7), zeros(1)])) }, 'holds more than the 5504 bytes'],
    ['too few labels', { 'train-images-idx3-ubyte': images(7), 'train-labels-idx1-ubyte': labels(6) }, 'do not belong together'],
    ['labels for images', { ...good, 'train-images-idx3-ubyte': labels(7) }, 'has 1 dimensions of Uint8 where there should be 3'],
    ['a label beyond the classes', { 'train-images-idx3-ubyte': images(1),
      'train-labels-idx1-ubyte': Buffer.concat([header(0x801, 1), Buffer.of(10)]) }, 'has label 10 at item 0'],
    ['numbers of another type', { ...good, 'train-images-idx3-ubyte': Buffer.concat([header(0xd03, 7, 1, 1), zeros(28)]) },
      'has 3 dimensions of Float32'],
  ];

  it.each(cases)('%s: one line that names the file', (_, files, text) => {
    const at = rootWith(files);
    const error = failure(() => new MNIST(at));
    expect(error).toBeInstanceOf(DataFileError);
    expect(error.message).toContain(text);
    expect(error.message).toContain(join(at, 'MNIST', 'raw'));
    expect(error.message).not.toContain('\n');
    expect(readdirSync(join(at, 'MNIST', 'raw')).sort()).toEqual(Object.keys(files).sort());
  });

  it('a folder in place of a file', () => {
    const at = rootWith(good);
    mkdirSync(join(at, 'MNIST', 'raw', 'train-images-idx3-ubyte'));
    expect(failure(() => new MNIST(at))).toBeInstanceOf(DataFileError);
  });

  it('bytes in memory that are packed', () => {
    const error = failure(() => new MNIST({ images: gzipSync(images(1)), labels: labels(1) }));
    expect(error.message).toContain('gzip');
    expect(error).toBeInstanceOf(DataFileError);
  });
});

describe('MNIST, whatever the files', () => {
  const packed = gzipSync(images(3));
  const mutations = fc.record({
    bytes: fc.constantFrom(packed, images(3), gzipSync(images(3), { level: 0 })),
    changes: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }),
    length: fc.option(fc.nat(packed.length)),
    name: fc.constantFrom('train-images-idx3-ubyte', 'train-images-idx3-ubyte.gz'),
  });

  it('is a data set or a DataFileError', () => {
    fc.assert(fc.property(mutations, ({ bytes, changes, length, name }) => {
      const mutated = Buffer.from(bytes);
      for (const [at, value] of changes) mutated[at % mutated.length] = value;
      const at = rootWith({ [name]: mutated.subarray(0, length ?? undefined), 'train-labels-idx1-ubyte': labels(3) });
      try {
        expect(new MNIST(at).length).toBe(3);
      } catch (error) {
        expect(error).toBeInstanceOf(DataFileError);
      }
    }), { numRuns: 300 });
  });

  it('says that it needs Node where there is none', () => {
    const spy = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never);
    expect(failure(() => new MNIST('data')).message).toContain('needs Node.js');
    spy.mockRestore();
  });
});

/** The real files, where they are: in the folder that SCONCE_DATA names, or in shared/data beside the repository. */
const real = process.env['SCONCE_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const there = existsSync(join(real, 'MNIST', 'raw', 't10k-images-idx3-ubyte.gz'));
if (!there) console.log(`the tests on the real MNIST are left out: there is none in ${real} (set SCONCE_DATA)`);

describe.runIf(there)('the real MNIST', () => {
  it.each([
    [true, '6bbc9ace898e44ae57da46a324031adb', 60_000, [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]],
    [false, '2646ac647ad5339dbf082846283269ea', 10_000, [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]],
  ] as const)('train: %s', (train, md5, count, first) => {
    const set = new MNIST(real, { train });
    expect(set.data.shape).toEqual([count, 28, 28]);
    expect(values(set.targets).slice(0, 10)).toEqual(first);
    const file = gunzipSync(readFileSync(join(real, 'MNIST', 'raw', `${train ? 'train' : 't10k'}-images-idx3-ubyte.gz`)));
    expect(createHash('md5').update(file).digest('hex')).toBe(md5);
    expect(Buffer.compare(file.subarray(16), set.data.numpy() as Uint8Array)).toBe(0);
  });
});

/** Gzip whose header holds a file name of 2,000 letters. */
function longName(gzip: Buffer): Buffer {
  const head = Buffer.from(gzip.subarray(0, 10));
  head[3]! |= 8;
  return Buffer.concat([head, Buffer.alloc(2000, 'x'), Buffer.of(0), gzip.subarray(10)]);
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at < 0 ? copy.length + at : at]! ^= 0xff;
  return copy;
}
