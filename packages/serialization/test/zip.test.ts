import { deflateRawSync } from 'node:zlib';
import { RuntimeError } from '@sconce/tensor';
import { zipSync, type Zippable } from 'fflate';
import { describe, expect, test } from 'vitest';
import { load, loadNpz } from '../src/index.js';
import { bytesSource } from '../src/io/source.js';
import { crc32 } from '../src/zip/crc32.js';
import { ZipReader } from '../src/zip/read-zip.js';
import { expected, expectValue, fixtureBytes } from './support.js';

const open = (bytes: Uint8Array) => ZipReader.open(bytesSource(bytes));
const text = (value: string) => new TextEncoder().encode(value);

/** One entry as a zip file has it, with sizes of one's choice. */
function oneEntry(data: Uint8Array, { size = data.length, packedSize = data.length, method = 0, flags = 0, crc = 0, headerOffset = 0 } = {}): Uint8Array {
  const local = new DataView(new ArrayBuffer(31)), central = new DataView(new ArrayBuffer(47)), end = new DataView(new ArrayBuffer(22));
  for (const [view, signature, at] of [[local, 0x04034b50, 0], [central, 0x02014b50, 2]] as const) {
    view.setUint32(0, signature, true);
    view.setUint16(6 + at, flags, true);
    view.setUint16(8 + at, method, true);
    view.setUint32(14 + at, crc, true);
    view.setUint32(18 + at, packedSize, true);
    view.setUint32(22 + at, size, true);
    view.setUint16(26 + at, 1, true);
    view.setUint8(view.byteLength - 1, 0x61);
  }
  central.setUint32(42, headerOffset, true);
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, 1, true);
  end.setUint16(10, 1, true);
  end.setUint32(12, 47, true);
  end.setUint32(16, 31 + data.length, true);
  return Buffer.concat([Buffer.from(local.buffer), data, Buffer.from(central.buffer), Buffer.from(end.buffer)]);
}

/** A file of the same entries, packed. */
async function repacked(bytes: Uint8Array, level: 0 | 9): Promise<Uint8Array> {
  const zip = await open(bytes), files: Zippable = {};
  for (const entry of zip.entries.values()) files[entry.name] = [await zip.read(entry), { level }];
  return zipSync(files);
}

test('the checksum', () => expect(crc32(text('123456789'))).toBe(0xcbf43926));

test('an entry', async () => {
  const data = text('hello'), zip = await open(oneEntry(data, { crc: crc32(data) }));
  expect(Buffer.from(await zip.read(zip.entries.get('a')!)).toString()).toBe('hello');
});

test.each([0, 9] as const)('a checkpoint that another program packed at level %d', async (level) => {
  expectValue(await load(await repacked(fixtureBytes('checkpoint.pth'), level)), expected['checkpoint.pth']);
});

test('a comment behind it', async () => {
  const bytes = Buffer.concat([fixtureBytes('storage.pth'), text('a comment')]);
  bytes.writeUInt16LE(9, bytes.length - 11);
  expectValue(await load(bytes), expected['storage.pth']);
});

test('sizes in the ZIP64 fields', async () => {
  const bytes = Buffer.from(fixtureBytes('storage.pth'));
  // PyTorch writes the ZIP64 end; with all ones in the short one it is the one that counts
  bytes.fill(0xff, bytes.length - 14, bytes.length - 2);
  expectValue(await load(bytes), expected['storage.pth']);
});

describe('an entry whose sizes stand in its ZIP64 field', () => {
  const data = text('hello');
  /** The entry with all ones for both sizes and the offset, and that field instead. */
  function wide(field: (view: DataView) => number): Uint8Array {
    const plain = Buffer.from(oneEntry(data, { crc: crc32(data) })), centralAt = 31 + data.length;
    const extra = new DataView(new ArrayBuffer(64)), length = field(extra);
    const central = Buffer.from(plain.subarray(centralAt, centralAt + 47)), end = Buffer.from(plain.subarray(-22));
    for (const at of [20, 24, 42]) central.writeUInt32LE(0xffffffff, at);
    central.writeUInt16LE(length, 30);
    end.writeUInt32LE(47 + length, 12);
    return Buffer.concat([plain.subarray(0, centralAt), central, Buffer.from(extra.buffer, 0, length), end]);
  }
  const sizes = (view: DataView, at: number): number => {
    view.setUint16(at, 1, true);
    view.setUint16(at + 2, 24, true);
    view.setBigUint64(at + 4, 5n, true);
    view.setBigUint64(at + 12, 5n, true);
    return at + 28;
  };
  test('alone, and behind another field', async () => {
    for (const before of [0, 8]) {
      const zip = await open(wide((view) => {
        if (before) view.setUint16(2, 4, true);
        return sizes(view, before);
      }));
      expect(Buffer.from(await zip.read(zip.entries.get('a')!)).toString()).toBe('hello');
    }
  });
  test('that is missing or too short', async () => {
    await expect(open(wide(() => 0))).rejects.toThrow('invalid central directory');
    await expect(open(wide((view) => { sizes(view, 0); return 20; }))).rejects.toThrow('invalid central directory');
  });
});

describe('refused', () => {
  const refused = async (bytes: Uint8Array, message: string) => {
    const error = await open(bytes).then(async (zip) => {
      for (const entry of zip.entries.values()) await zip.read(entry);
    }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(RuntimeError);
    expect((error as Error).message).toContain(message);
  };
  const zeros = deflateRawSync(new Uint8Array(10 ** 6)), zerosCrc = crc32(new Uint8Array(10 ** 6));

  test('no zip file', () => refused(text('PK\x03\x04 and nothing'), 'failed finding central directory'));
  test('a file that ends early', async () => {
    const bytes = fixtureBytes('checkpoint.pth');
    for (let end = 4; end < bytes.length; end += 97) await expect(load(bytes.subarray(0, end))).rejects.toThrow(RuntimeError);
  });
  test('a wrong checksum', () => refused(oneEntry(text('hello'), { crc: 1 }), 'bad CRC-32 for file "a"'));
  test('encrypted', () => refused(oneEntry(text('hello'), { flags: 1 }), 'is encrypted'));
  test('an unknown method', () => refused(oneEntry(text('hello'), { method: 12 }), 'packed by an unknown method, 12'));
  test('a stored entry that says more', () => refused(oneEntry(text('hello'), { size: 2 ** 31 }), 'cannot have the size it says'));
  test('an entry beyond the file', () => refused(oneEntry(text('hello'), { headerOffset: 100 }), 'outside of the file'));
  test('an entry without a header', () => refused(oneEntry(text('hello'), { headerOffset: 1 }), 'entry "a" has no header'));
  test('more than deflate can pack', () => refused(oneEntry(zeros, { method: 8, size: 2 ** 31 }), 'cannot have the size it says'));
  test('what unpacks to less', () => refused(oneEntry(zeros, { method: 8, size: 10 ** 6 + 1, crc: zerosCrc }), 'unpacks to less than it says'));
  test('what unpacks to more', () => refused(oneEntry(zeros, { method: 8, size: 10 ** 6 - 1, crc: zerosCrc }), 'bad CRC-32'));
  test('what cannot be unpacked', () => refused(oneEntry(text('\x07\xff\xff'), { method: 8 }), 'cannot be unpacked'));
  test('a bomb', async () => {
    const bomb = deflateRawSync(new Uint8Array(10 ** 8));
    await refused(oneEntry(bomb, { method: 8, size: 10 ** 8 }), 'unpacks to 100000000 is refused');
  });
  test('entries that share bytes', async () => {
    const data = text('x'.repeat(1000)), one = Buffer.from(oneEntry(data, { crc: crc32(data) }));
    const central = one.subarray(31 + 1000, -22), end = Buffer.from(one.subarray(-22));
    const many = ['a', 'b', 'c'].map((name) => Buffer.concat([central.subarray(0, 46), Buffer.from(name)]));
    end.writeUInt16LE(3, 10);
    end.writeUInt32LE(3 * 47, 12);
    await refused(Buffer.concat([one.subarray(0, 31 + 1000), ...many, end]), 'entries overlap');
    many[1] = many[0];
    await refused(Buffer.concat([one.subarray(0, 31 + 1000), ...many, end]), 'two entries are named "a"');
  });
  test('an archive without values, and one with code', async () => {
    await expect(load(zipSync({ 'archive/data/0': text('x') }))).rejects.toThrow('file not found: archive/data.pkl');
    await expect(load(zipSync({ 'net/data.pkl': text('\x80\x02N.'), 'net/constants.pkl': text('') }))).rejects.toThrow('TorchScript');
    expect(await load(zipSync({ 'net/data.pkl': Uint8Array.from([0x80, 2, 0x4e, 0x2e]) }))).toBe(null);
  });
  test('names that leave the folder are names like any other', async () => {
    expect(await loadNpz(zipSync({ '../../x.npy': fixtureBytes('i4.npy') }))).toHaveProperty(['../../x']);
  });
});
