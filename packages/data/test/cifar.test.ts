import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CIFAR10, CIFAR100, transforms } from '../src/index.js';
import { failure, rejection } from './fixtures.js';

let root = '';
beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'sconce-cifar-')); });
afterEach(() => { rmSync(root, { recursive: true }); });

/** Pictures whose red is their label, whose green is 100 and whose blue is the number of the pixel. */
function batch(labels: readonly number[], before: readonly number[] = []): Uint8Array {
  return Uint8Array.from(labels.flatMap((label) => [
    ...before, label, ...new Array<number>(1024).fill(label), ...new Array<number>(1024).fill(100),
    ...Array.from({ length: 1024 }, (_, i) => i % 256),
  ]));
}

/** A tar archive. */
function tar(files: Readonly<Record<string, Uint8Array>>): Buffer {
  const blocks = Object.entries(files).flatMap(([name, data]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, 'latin1');
    header.write(`${data.length.toString(8).padStart(11, '0')} `, 124, 'latin1');
    header.write('        0', 148, 'latin1');
    header.write('ustar\x0000', 257, 'latin1');
    header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    return [header, data, Buffer.alloc((512 - (data.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

const files = {
  'cifar-10-batches-bin/data_batch_1.bin': batch([3, 1, 9]), 'cifar-10-batches-bin/data_batch_2.bin': batch([4]),
  'cifar-10-batches-bin/batches.meta.txt': Buffer.from('airplane\n'), 'cifar-10-batches-bin/test_batch.bin': batch([7, 0]),
};
const archive = gzipSync(tar(files));

describe('CIFAR10', () => {
  const expectTrain = (set: CIFAR10): void => {
    expect(set.length).toBe(4);
    expect([...set.targets.numpy()].map(Number)).toEqual([3, 1, 9, 4]);
    expect(set.data.shape).toEqual([4, 32, 32, 3]);
    const [image, target] = set.getItem(-1);
    expect(target).toBe(4);
    expect(String(image)).toBe('<Image mode=RGB size=32x32>');
    expect([...image.data.subarray(3, 9)]).toEqual([4, 100, 1, 4, 100, 2]);
  };

  it('reads an archive, a folder with one, and what it unpacks to', () => {
    const path = join(root, 'cifar-10-binary.tar.gz');
    writeFileSync(path, archive);
    expectTrain(new CIFAR10(path));
    expectTrain(new CIFAR10(root));
    expect(new CIFAR10(root, { train: false }).length).toBe(2);
    mkdirSync(join(root, 'cifar-10-batches-bin'));
    for (const [name, data] of Object.entries(files)) writeFileSync(join(root, name), data);
    rmSync(path);
    expectTrain(new CIFAR10(root));
    expectTrain(new CIFAR10(join(root, 'cifar-10-batches-bin')));
    writeFileSync(join(root, 'plain.tar'), tar(files));
    expectTrain(new CIFAR10(join(root, 'plain.tar')));
  });

  it('takes bytes, prints and transforms', () => {
    const set = new CIFAR10({ batches: [batch([3]), batch([5])] }, { transform: new transforms.ToTensor(), targetTransform: (t) => `class ${t}` });
    expect(set.getItem(1)[0].shape).toEqual([3, 32, 32]);
    expect(set.getItem(1)[1]).toBe('class 5');
    expect(set.classes[set.classToIdx.cat!]).toBe('cat');
    expect(String(set)).toBe('Dataset CIFAR10\n    Number of datapoints: 2\n    Split: Train\n    StandardTransform\n' +
      'Transform: ToTensor()\nTarget transform: <function targetTransform>');
  });

  it.each<[string, () => Uint8Array, string]>([
    ['text', () => Buffer.from('x'.repeat(2000)), 'is no tar archive, or is damaged'],
    ['half an archive', () => gzipSync(tar(files)).subarray(0, 200), 'is truncated'],
    ['half a tar', () => gzipSync(tar(files).subarray(0, 3000)), 'is truncated'],
    ['another archive', () => gzipSync(tar({ 'a.bin': batch([1]) })), 'has no data_batch_1.bin'],
    ['a batch of another size', () => gzipSync(tar({ 'data_batch_1.bin': new Uint8Array(3074) })), 'has 3074 bytes'],
    ['a label beyond', () => gzipSync(tar({ 'data_batch_1.bin': batch([10]) })), 'has label 10 at picture 0'],
    ['a name that leads elsewhere', () => gzipSync(tar({ '../../data_batch_1.bin': batch([]) })), 'has 0 bytes'],
    ['a damaged header', () => {
      const damaged = tar(files);
      damaged[3]! ^= 1;
      return damaged;
    }, 'is no tar archive, or is damaged'],
  ])('refuses %s', (_, bytes, message) => {
    const path = join(root, 'broken.tar.gz');
    writeFileSync(path, bytes());
    const error = failure(() => new CIFAR10(path));
    expect(error.name).toBe('DataFileError');
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('\n');
  });

  it('says where to put what is not there', () => {
    expect(failure(() => new CIFAR10(root)).message).toContain(`neither cifar-10-binary.tar.gz nor cifar-10-batches-bin/data_batch_1.bin in ${root}`);
    expect(failure(() => new CIFAR100(root)).message).toContain('write await CIFAR100.load(root, { download: true })');
  });

  it('downloads and unpacks, once', async () => {
    let requests = 0;
    const all = gzipSync(tar({ ...files, ...Object.fromEntries([3, 4, 5].map((i) => [`cifar-10-batches-bin/data_batch_${i}.bin`, batch([i])])) }));
    const server = createServer((_, response) => {
      requests++;
      response.writeHead(200, { 'content-length': all.length }).end(all);
    }).listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => { server.once('listening', resolve); });
      class Small extends CIFAR10 {
        static override readonly mirrors = [`http://127.0.0.1:${(server.address() as AddressInfo).port}/`];
        static override readonly resource = {
          name: 'cifar-10-binary.tar.gz', md5: createHash('md5').update(all).digest('hex'), bytes: all.length,
        };
      }
      expect((await Small.load(root, { download: true })).length).toBe(7);
      expect((await Small.load(root, { download: true, train: false })).length).toBe(2);
      expect(requests).toBe(1);
      expect(readdirSync(join(root, 'cifar-10-batches-bin')).sort()).toEqual(
        ['data_batch_1.bin', 'data_batch_2.bin', 'data_batch_3.bin', 'data_batch_4.bin', 'data_batch_5.bin', 'test_batch.bin']);
      class Gone extends Small { static override readonly mirrors = ['http://127.0.0.1:9/']; }
      expect((await rejection(Gone.load(join(root, 'other'), { download: true }))).name).toBe('DownloadError');
    } finally {
      server.close();
    }
  });
});

describe('CIFAR100', () => {
  it('has fine labels behind coarse ones', () => {
    mkdirSync(join(root, 'cifar-100-binary'));
    writeFileSync(join(root, 'cifar-100-binary', 'train.bin'), Buffer.concat([batch([99], [5]), batch([0], [19])]));
    const set = new CIFAR100(root);
    expect([...set.targets.numpy()].map(Number)).toEqual([99, 0]);
    expect(set.classes.length).toBe(100);
    expect(set.classes[set.getItem(0)[1]]).toBe('worm');
    expect([...set.getItem(0)[0].data.subarray(0, 3)]).toEqual([99, 100, 0]);
  });
});

/** The real pictures, where they are: in the folder that SCONCE_DATA names, or in shared/data beside the repository. */
const real = `${process.env['SCONCE_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))}/cifar-10-binary-sample.tar.gz`;
if (!existsSync(real)) console.log(`the test on real CIFAR pictures is left out: there is no ${real} (set SCONCE_DATA)`);

describe.runIf(existsSync(real))('a sample of the real CIFAR-10', () => {
  it('has the classes that its labels say', () => {
    const set = new CIFAR10(real, { train: false });
    expect(set.length).toBe(2000);
    expect([0, 1, 2, 3].map((i) => set.classes[set.getItem(i)[1]])).toEqual(['truck', 'dog', 'ship', 'truck']);
    expect([...set.getItem(0)[0].data.subarray(0, 3)]).toEqual([163, 196, 237]);
  });
});
