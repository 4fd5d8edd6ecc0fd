import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataFileError, readIdx } from '../src/index.js';
import { failure } from './fixtures.js';

const codes = [0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e] as const;
const sizes: Readonly<Record<number, number>> = { 0x08: 1, 0x09: 1, 0x0b: 2, 0x0c: 4, 0x0d: 4, 0x0e: 8 };

function idx(code: number, shape: readonly number[], body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, (code << 8) | shape.length);
  shape.forEach((size, d) => view.setUint32(4 + 4 * d, size));
  bytes.set(body, 4 + 4 * shape.length);
  return bytes;
}

/** Every IDX file there can be, of moderate size, and its parts. */
const files = fc.record({ code: fc.constantFrom(...codes), shape: fc.array(fc.nat(6), { minLength: 1, maxLength: 4 }) })
  .chain(({ code, shape }) => {
    const length = shape.reduce((a, b) => a * b, sizes[code]!);
    return fc.uint8Array({ minLength: length, maxLength: length }).map((body) => ({ code, shape, body }));
  });

describe('readIdx', () => {
  it('reads bytes without copying', () => {
    const bytes = idx(0x08, [2, 3], Uint8Array.of(1, 2, 3, 4, 5, 255));
    const { shape, data } = readIdx(bytes);
    expect(shape).toEqual([2, 3]);
    expect(data).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 255));
    expect(data.buffer).toBe(bytes.buffer);
  });

  it('reads big-endian numbers of every type', () => {
    fc.assert(fc.property(files, ({ code, shape, body }) => {
      const { shape: got, data } = readIdx(idx(code, shape, body));
      expect(got).toEqual(shape);
      const view = new DataView(body.buffer, body.byteOffset, body.length);
      const read: Readonly<Record<number, (at: number) => number>> = {
        0x08: (at) => view.getUint8(at), 0x09: (at) => view.getInt8(at), 0x0b: (at) => view.getInt16(at),
        0x0c: (at) => view.getInt32(at), 0x0d: (at) => view.getFloat32(at), 0x0e: (at) => view.getFloat64(at),
      };
      const expected = Array.from({ length: body.length / sizes[code]! }, (_, i) => read[code]!(i * sizes[code]!));
      expect(Array.from(data)).toEqual(expected);
    }), { numRuns: 200 });
  });

  it.each([
    ['nothing', new Uint8Array(0), 'is truncated'],
    ['a cut header', idx(0x08, [2, 3], new Uint8Array(6)).subarray(0, 7), 'is truncated'],
    ['cut data', idx(0x08, [2, 3], new Uint8Array(5)), 'is truncated, or its header lies: 2×3 takes 18 bytes, there are 17'],
    ['data left over', idx(0x08, [2, 3], new Uint8Array(7)), 'has data left over'],
    ['a huge claim', idx(0x0e, [0xffffffff, 0xffffffff, 0xffffffff], new Uint8Array(9)), 'is truncated'],
    ['the wrong magic', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0), 'begins with 0x504b0304, MNIST'],
    ['no dimensions', Uint8Array.of(0, 0, 8, 0), 'is not an IDX file'],
    ['an unknown type', idx(0x0a, [1], new Uint8Array(1)), 'is not an IDX file'],
  ])('refuses %s in one line', (_, bytes, text) => {
    const error = failure(() => readIdx(bytes, 'some/file'));
    expect(error).toBeInstanceOf(DataFileError);
    expect(error.message).toMatch(/^some\/file .*; delete it and download it again/);
    expect(error.message).toContain(text);
    expect(error.message).not.toContain('\n');
  });

  it('takes or refuses what mutations make of a file, and never takes more than it was given', () => {
    const mutated = fc.tuple(files, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), fc.nat(40), fc.boolean())
      .map(([{ code, shape, body }, changes, length, cut]) => {
        const bytes = idx(code, shape, body);
        for (const [at, value] of changes) bytes[at % Math.min(bytes.length, 24)] = value;
        return cut ? bytes.subarray(0, Math.min(length, bytes.length)) : bytes;
      });
    fc.assert(fc.property(mutated, (bytes) => {
      try {
        const { shape, data } = readIdx(bytes);
        expect(data.length).toBe(shape.reduce((a, b) => a * b, 1));
        expect(data.byteLength).toBeLessThan(bytes.length);
      } catch (error) {
        expect(error).toBeInstanceOf(DataFileError);
      }
    }), { numRuns: 1000 });
  });
});
