import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { rand, manualSeed } from '@sconce/tensor';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DatasetFolder, FakeData, Image, ImageFolder, registerImageDecoder, transforms } from '../src/index.js';
import { failure } from './fixtures.js';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sconce-folder-'));
  for (const [path, byte] of Object.entries(contents)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), Uint8Array.of(byte));
  }
});
afterEach(() => { rmSync(root, { recursive: true }); });

const contents = {
  'dog/b.png': 1, 'dog/a.JPG': 2, 'dog/notes.txt': 3, 'cat/deep/z.jpeg': 4, 'cat/y.png': 5, 'cat/deep-er/x.png': 6, 'readme.md': 7,
};

/** One gray pixel of the file's only byte. */
const decode = (bytes: Uint8Array): Image => new Image({ width: 1, height: 1, channels: 1, data: bytes });

describe('ImageFolder', () => {
  // first of all: once there is a decoder, it stays
  it('says what decodes pictures where nothing does', () => {
    expect(failure(() => new ImageFolder(root).getItem(0)).message).toContain('registerImageDecoder(io.decodeToImage)');
  });

  it('lists classes and pictures as torchvision', () => {
    registerImageDecoder(decode);
    const set = new ImageFolder(root, { transform: (image) => image.data[0] });
    expect(set.classes).toEqual(['cat', 'dog']);
    expect(set.classToIdx).toEqual({ cat: 0, dog: 1 });
    // os.walk's paths, sorted: a hyphen comes before a slash
    expect(set.samples.map(([path, target]) => [path.slice(root.length + 1), target])).toEqual(
      [['cat/y.png', 0], ['cat/deep/z.jpeg', 0], ['cat/deep-er/x.png', 0], ['dog/a.JPG', 1], ['dog/b.png', 1]]);
    expect(set.targets).toEqual([0, 0, 0, 1, 1]);
    expect([...set]).toEqual([[5, 0], [4, 0], [6, 0], [2, 1], [1, 1]]);
    expect(String(set)).toBe(`Dataset ImageFolder\n    Number of datapoints: 5\n    Root location: ${root}\n    StandardTransform\n` +
      'Transform: <function transform>');
  });

  it('gives RGB, whatever the files have', () => {
    registerImageDecoder(decode);
    expect(String(new ImageFolder(root).getItem(0)[0])).toBe('<Image mode=RGB size=1x1>');
    registerImageDecoder(() => { throw new Error('no picture'); });
    expect(failure(() => new ImageFolder(root).getItem(0)).message).toBe(`${root}/cat/y.png cannot be read: no picture`);
  });

  it('takes other loaders and files', () => {
    const set = new ImageFolder(root, { loader: (path) => decode(readFileSync(path)), isValidFile: (path) => path.endsWith('.txt') || path.includes('cat') });
    expect(set.length).toBe(4);
    expect(set.getItem(3)[0].data[0]).toBe(3);
  });

  it('refuses folders without classes, and classes without pictures', () => {
    mkdirSync(join(root, 'empty'));
    expect(failure(() => new ImageFolder(root)).message).toBe('Found no valid file for the classes empty. Supported extensions are: .jpg, .jpeg, .png');
    expect(failure(() => new ImageFolder(join(root, 'empty'))).message).toBe(`Couldn't find any class folder in ${root}/empty.`);
    expect(failure(() => new ImageFolder(join(root, 'none'))).name).toBe('DataFileError');
  });
});

describe('DatasetFolder', () => {
  it('needs to know which files count', () => {
    expect(failure(() => new DatasetFolder(root, String)).message).toContain('Both extensions and is_valid_file cannot be None');
    const set = new DatasetFolder(join(root, 'cat'), (path) => readFileSync(path)[0], { extensions: ['.png', '.jpeg'] });
    expect([...set]).toEqual([[4, 0], [6, 1]]);
  });
});

describe('FakeData', () => {
  it('draws what torchvision draws, and leaves the default generator alone', () => {
    manualSeed(3);
    const next = rand(1).numpy()[0];
    manualSeed(3);
    const set = new FakeData({ size: 5, imageSize: [3, 2, 2] });
    const [image, target] = set.getItem(1);
    expect([...image.data]).toEqual([168, 141, 250, 68, 214, 113, 15, 124, 29, 158, 97, 242]);
    expect([target, set.getItem(4)[1]]).toEqual([3, 2]);
    expect(rand(1).numpy()[0]).toBe(next);
    expect(new FakeData({ transform: new transforms.ToTensor() }).getItem(0)[0].shape).toEqual([3, 224, 224]);
    expect(String(set)).toBe('Dataset FakeData\n    Number of datapoints: 5');
  });
});
