import { afterEach, describe, expect, test } from 'vitest';
import { bool, float32, int64 } from '../src/dtype.js';
import { formatTensor, getPrintoptions, setPrintoptions } from '../src/printing.js';

afterEach(() => setPrintoptions({ profile: 'default' }));

describe('formatTensor', () => {
  test('reads only the elements that a summary shows', () => {
    const read: number[] = [];
    formatTensor((i) => { read.push(i); return i; }, [100, 100], float32);
    expect(read).toHaveLength(36);
    expect(read.slice(0, 7)).toEqual([0, 1, 2, 97, 98, 99, 100]);
    expect(read.at(-1)).toBe(9999);
  });

  test('takes booleans as such and as bytes', () => {
    expect(formatTensor((i) => i === 0, [2], bool)).toBe('tensor([ True, False])');
    expect(formatTensor((i) => 1 - i, [2], bool)).toBe('tensor([ True, False])');
  });

  test('takes int64 as bigint and as number', () => {
    expect(formatTensor((i) => 10n ** BigInt(i), [3], int64)).toBe('tensor([  1,  10, 100])');
    expect(formatTensor((i) => 10 ** i, [3], int64)).toBe('tensor([  1,  10, 100])');
  });

  test('names the device before all else', () => {
    const options = { device: 'webgpu:0', suffixes: ['requires_grad=True'] };
    expect(formatTensor(() => 1, [1], float32, options)).toBe("tensor([1.], device='webgpu:0', requires_grad=True)");
    expect(formatTensor(() => 1, [0, 2], int64, { device: 'webgpu:0' }))
      .toBe("tensor([], device='webgpu:0', size=(0, 2), dtype=torch.int64)");
  });

  test('indents by the name of a subclass', () => {
    expect(formatTensor((i) => i, [2, 2], int64, { prefix: 'MyTensor(' }))
      .toBe('MyTensor([[0, 1],\n          [2, 3]])');
  });
});

describe('setPrintoptions', () => {
  test('keeps what is not given, but for the scientific mode', () => {
    setPrintoptions({ precision: 2, edgeitems: 5, sciMode: true });
    expect(getPrintoptions()).toEqual({ precision: 2, threshold: 1000, edgeitems: 5, linewidth: 80, sciMode: true });
    setPrintoptions({ linewidth: 100 });
    expect(getPrintoptions()).toMatchObject({ precision: 2, edgeitems: 5, linewidth: 100, sciMode: undefined });
  });

  test('starts from a profile', () => {
    setPrintoptions({ profile: 'short', linewidth: 40 });
    expect(getPrintoptions()).toMatchObject({ precision: 2, threshold: 1000, edgeitems: 2, linewidth: 40 });
    setPrintoptions({ profile: 'full' });
    expect(getPrintoptions().threshold).toBe(Infinity);
  });

  test.each([
    [{ profile: 'long' }, "setPrintoptions: profile must be 'default', 'short' or 'full', but got 'long'"],
    [{ precision: -1 }, 'setPrintoptions: precision must be in [0, 99], but got -1'],
    [{ precision: '4' }, 'setPrintoptions: precision must be a number, but got string'],
    [{ edgeitems: 0 }, 'setPrintoptions: edgeitems must be in [1, Infinity], but got 0'],
    [{ threshold: NaN }, 'setPrintoptions: threshold must be in [0, Infinity], but got NaN'],
  ])('%s is refused', (options, message) => {
    expect(() => setPrintoptions(options as never)).toThrow(message);
    expect(getPrintoptions().precision).toBe(4);
  });
});
