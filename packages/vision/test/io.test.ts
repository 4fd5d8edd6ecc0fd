import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { arange, fromTypedArray, full, rand, uint8, zeros, type Tensor } from '@sconce/tensor';
import { afterAll, describe, expect, it } from 'vitest';
import { io } from '../src/index.js';
import { bytesOf, failure, plain, recorded, tensorOf } from './fixtures.js';

const folder = mkdtempSync(join(tmpdir(), 'sconce-vision-'));
afterAll(() => { rmSync(folder, { recursive: true }); });

describe('decodeImage', () => {
  it.each(Object.entries(recorded.decoded))('%s', (_, { file, modes, pil, int32: sixteen }) => {
    const bytes = bytesOf(file);
    for (const [mode, wanted] of Object.entries(modes)) {
      const decode = (): Tensor => io.decodeImage(bytes, { mode: mode as io.ImageReadMode });
      if (typeof wanted === 'string') expect(failure(decode).message).toContain(wanted);
      else expect(plain(decode())).toEqual(plain(tensorOf(wanted)));
    }
    if (pil) expect([...io.decodeToImage(bytes).convert('RGB').data]).toEqual([...bytesOf(pil)]);
    if (sixteen) expect(plain(io.decodeImage(bytes, { allow16Bits: true }))).toEqual(plain(tensorOf(sixteen)));
  });

  it('takes tensors, and says which of both it was', () => {
    const { file } = recorded.decoded.jpegGray!;
    const tensor = fromTypedArray(bytesOf(file));
    expect(io.decodeJpeg(tensor).shape).toEqual([1, 19, 23]);
    expect(failure(() => io.decodePng(tensor)).message).toBe('Content is not png.');
    expect(failure(() => io.decodeJpeg(bytesOf(recorded.decoded.rgb8!.file))).message).toBe('Not a JPEG file');
    expect(failure(() => io.decodeImage(rand(3))).message).toBe('Expected a torch.uint8 tensor');
  });

  it('gives indices of a palette of few bits one by one, and full alpha where there is none', () => {
    const bytes = bytesOf(recorded.decoded.palette2!.file), indices = io.decodeImage(bytes), rgb = io.decodeImage(bytes, { mode: 'RGB' });
    expect(indices.shape).toEqual([1, 3, 5]);
    // the palette's colours, four of three bytes each, lie after its header's 25 bytes, the signature's 8 and a head of 8
    const colours = bytes.subarray(41, 53);
    for (let c = 0; c < 3; c++) {
      expect(Array.from(indices.hostValues(), Number).map((i) => colours[3 * i + c])).toEqual(Array.from(rgb.select(0, c).hostValues(), Number));
    }
    expect(plain(io.decodeImage(bytes, { mode: 'RGB_ALPHA' }).narrow(0, 3, 1))).toEqual(plain(full([1, 3, 5], 255, { dtype: uint8 })));
    expect(String(io.decodeToImage(bytes))).toBe('<Image mode=RGB size=5x3>');
    expect(String(io.decodeToImage(bytesOf(recorded.decoded.palette2alpha!.file)))).toBe('<Image mode=RGBA size=5x3>');
  });

  it('does not hold a large picture twice: it lies where it was unpacked', () => {
    const rows = new Uint8Array(1000 * 1001);
    expect(io.decodeToImage(png(1000, 1000, deflateSync(rows))).data.buffer.byteLength).toBeLessThan(rows.length + 100);
  });
});

/** A PNG file, gray of 8 bits unless told, whose rows are given packed, with checksums that hold. */
function png(width: number, height: number, data: Uint8Array, interlaced = 0, depth = 8, colour = 0): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, interlaced], 8);
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', header), chunk('IDAT', data), chunk('IEND')]);
}

function chunk(type: string, data = Buffer.alloc(0) as Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]), head = Buffer.alloc(4), tail = Buffer.alloc(4);
  head.writeUInt32BE(data.length);
  tail.writeUInt32BE(crc32(body));
  return Buffer.concat([head, body, tail]);
}

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

describe('files that are broken', () => {
  it('leaves over what a PNG has too much', () => {
    const rows = Uint8Array.of(0, 1, 2, 0, 3, 4, 9, 9, 9);
    expect(plain(io.decodeImage(png(2, 2, deflateSync(rows))))).toEqual({ dtype: 'uint8', shape: [1, 2, 2], values: [1, 2, 3, 4] });
  });

  it('reads interlaced ones that are whole', () => {
    // Adam7 of 2×2: the first pass has the pixel (0, 0), the sixth (1, 0), the seventh the second row
    const x = io.decodeImage(png(2, 2, deflateSync(Uint8Array.of(0, 1, 0, 2, 0, 3, 4)), 1));
    expect(plain(x)).toEqual({ dtype: 'uint8', shape: [1, 2, 2], values: [1, 2, 3, 4] });
  });

  const whole = bytesOf(recorded.decoded.large!.file), jpeg = bytesOf(recorded.decoded.jpeg420!.file);
  const flipped = Uint8Array.from(whole);
  flipped[60]! ^= 0x55;
  const headless = Uint8Array.from(jpeg);
  headless.set([0, 0], jpeg.indexOf(0xc0) + 4);
  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'Unsupported image file. Only jpeg and png are currently supported.'],
    ['text', Buffer.from('no picture'), 'Unsupported image file. Only jpeg and png are currently supported.'],
    ['half a PNG', whole.subarray(0, 80), 'the PNG file is truncated'],
    ['a changed byte', flipped, 'the PNG file is damaged'],
    ['a PNG that lies', png(60_000, 60_000, deflateSync(new Uint8Array(5))), '60000×60000 pixels cannot be in'],
    ['a PNG of other bits', png(2, 2, deflateSync(new Uint8Array(6)), 0, 3), '2×2 pixels of 3 bits'],
    ['a PNG of another filter', png(2, 1, deflateSync(Uint8Array.of(5, 1, 2))), 'row 0 has filter 5'],
    ['a PNG without its palette', png(2, 1, deflateSync(Uint8Array.of(0, 1, 2)), 0, 8, 3), 'it has no palette'],
    ['a bomb', png(20_000, 20_000, new Uint8Array(400_000)), '20000×20000 pixels, which is more than the 178956970 that are read'],
    ['a PNG with too little', png(9, 9, deflateSync(new Uint8Array(5))), 'it has 5 bytes of rows, not 90'],
    ['an interlaced bomb', png(2, 2, deflateSync(new Uint8Array(1 << 20)), 1), 'the PNG file is damaged'],
    ['half a JPEG', jpeg.subarray(0, 500), 'the JPEG file is truncated'],
    ['the start of a JPEG', jpeg.subarray(0, 100), 'the JPEG file is broken'],
  ])('refuses %s', (_, bytes, message) => {
    const error = failure(() => io.decodeImage(bytes));
    expect(error.name).toBe('ImageFormatError');
    expect(error.message).toContain(message);
  });

  it('reads the next JPEG after one that is damaged', () => {
    const damaged = Uint8Array.from(jpeg);
    // a table of Huffman codes whose lengths do not add up
    damaged.fill(255, jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xc4) + 5, jpeg.indexOf(0xda));
    expect(failure(() => io.decodeImage(damaged)).message).toContain('the JPEG file is');
    expect(io.decodeImage(jpeg).shape).toEqual([3, 19, 23]);
  });
});

describe('writing', () => {
  it.each([1, 2, 3, 4])('PNG with %i channels, read back', (channels) => {
    const x = arange(channels * 6 * 5).mul(7).remainder(256).to(uint8).view(channels, 6, 5);
    const path = join(folder, `${channels}.png`);
    io.writePng(x, path, { compressionLevel: 9 });
    expect(plain(io.readImage(path))).toEqual(plain(x));
    expect(plain(io.decodePng(io.encodePng(x)))).toEqual(plain(x));
  });

  it.each([1, 3])('JPEG with %i channels, read back within what it loses', (channels) => {
    const x = tensorOf(recorded.picture).narrow(0, 0, channels);
    const path = join(folder, `${channels}.jpg`);
    io.writeJpeg(x, path, { quality: 95 });
    const y = io.readImage(path);
    expect(y.shape).toEqual(x.shape);
    expect(Number(y.float().sub(x.float()).abs().mean().numpy()[0])).toBeLessThan(13);
    expect(String(io.openImage(path))).toBe(`<Image mode=${channels === 1 ? 'L' : 'RGB'} size=23x19>`);
  });

  it('and reading of bytes', () => {
    const path = join(folder, 'bytes');
    writeFileSync(path, Uint8Array.of(1, 2, 3));
    const bytes = io.readFile(path);
    io.writeFile(`${path}2`, bytes.add(1));
    expect([...readFileSync(`${path}2`)]).toEqual([2, 3, 4]);
  });

  it.each<[string, () => unknown, string]>([
    ['floats', () => io.encodePng(rand(3, 4, 4)), 'Input tensor dtype should be uint8'],
    ['no picture', () => io.encodePng(zeros(4, 4, { dtype: uint8 })), 'Input data should be a 3-dimensional tensor'],
    ['five channels', () => io.encodePng(zeros(5, 4, 4, { dtype: uint8 })), 'The number of channels should be 1 or 3, got: 5'],
    ['alpha in JPEG', () => io.encodeJpeg(zeros(4, 4, 4, { dtype: uint8 })), 'The number of channels should be 1 or 3, got: 4'],
    ['a level', () => io.encodePng(zeros(3, 4, 4, { dtype: uint8 }), { compressionLevel: 12 }), 'Compression level should be between 0 and 9'],
    ['a quality', () => io.encodeJpeg(zeros(3, 4, 4, { dtype: uint8 }), { quality: 0 }),
      'Image quality should be a positive number between 1 and 100'],
  ])('refuses %s', (_, act, message) => { expect(failure(act).message).toBe(message); });
});
