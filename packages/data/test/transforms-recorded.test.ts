import { readFileSync } from 'node:fs';
import { fromTypedArray, manualSeed, rand, tensor, Tensor } from '@sconce/tensor';
import { describe, expect, it } from 'vitest';
import { Image, transforms, type ImageMode } from '../src/index.js';

/** A picture of bytes, a tensor, or a list of them. */
type Recorded =
  | { readonly mode: ImageMode; readonly w: number; readonly h: number; readonly data: string }
  | { readonly dtype: 'float32' | 'uint8'; readonly shape: readonly number[]; readonly data: string }
  | readonly Recorded[];

interface Call { readonly input: string; readonly args: readonly unknown[]; readonly options: Readonly<Record<string, unknown>> }

/** What torchvision 0.14 and Pillow 9.4 gave; tooling/oracle/transforms.py records it. */
const recorded = JSON.parse(readFileSync(new URL('./fixtures/transforms.json', import.meta.url), 'utf8')) as {
  readonly inputs: Readonly<Record<string, Recorded>>;
  readonly functional: readonly (Call & { readonly op: string; readonly output: Recorded })[];
  readonly converted: Readonly<Record<string, Recorded>>;
  readonly seeded: readonly (Call & { readonly cls: string; readonly outputs: readonly Recorded[]; readonly after: number })[];
};

function value(x: Recorded): Image | Tensor | readonly (Image | Tensor)[] {
  if (Array.isArray(x)) return (x as readonly Recorded[]).map((y) => value(y) as Image | Tensor);
  const one = x as Exclude<Recorded, readonly Recorded[]>;
  const bytes = Uint8Array.from(Buffer.from(one.data, 'base64'));
  if ('mode' in one) return new Image({ width: one.w, height: one.h, mode: one.mode, data: bytes });
  return fromTypedArray(one.dtype === 'uint8' ? bytes : new Float32Array(bytes.buffer), one.shape);
}

const input = (name: string): Image | Tensor => value(recorded.inputs[name]!) as Image | Tensor;

/** Bytes exactly; floats, which other orders of summing change in the last digits, within 2e-5. */
function expectSame(got: unknown, wanted: ReturnType<typeof value>, apart: number): void {
  if (Array.isArray(wanted)) {
    expect((got as unknown[]).length).toBe(wanted.length);
    (got as unknown[]).forEach((x, i) => { expectSame(x, wanted[i] as Image | Tensor, apart); });
    return;
  }
  const want = wanted as Image | Tensor;
  expect(String(got instanceof Tensor ? got.dtype : got)).toBe(String(want instanceof Tensor ? want.dtype : want));
  if (want instanceof Tensor) expect((got as Tensor).shape).toEqual(want.shape);
  const numbers = (x: Image | Tensor): number[] => Array.from(x instanceof Tensor ? x.hostValues() : x.data, Number);
  const [a, b] = [numbers(got as Image | Tensor), numbers(want)];
  const most = want instanceof Image || String(want.dtype) === 'torch.uint8' ? apart : 2e-5;
  expect(Math.max(...a.map((x, i) => Math.abs(x - b[i]!)))).toBeLessThanOrEqual(most);
}

const withOptions = (args: readonly unknown[], options: Readonly<Record<string, unknown>>): readonly unknown[] =>
  (Object.keys(options).length === 0 ? args : [...args, options]);

/**
 * Sums of products in another order may round another way: a blurred byte may be one off. PyTorch solves for a
 * perspective in float32, and a byte that is cut off a hair below a whole number is one less.
 */
const APART: Readonly<Record<string, number>> = { gaussianBlur: 1, GaussianBlur: 1, RandomPerspective: 1, AugMix: 1 };

describe('functional', () => {
  const seen = new Map<string, number>();
  it.each(recorded.functional.map((call) => {
    const name = `${call.op}(${call.input}, ${JSON.stringify(call.args).slice(1, -1)} ${JSON.stringify(call.options)})`;
    seen.set(name, (seen.get(name) ?? 0) + 1);
    return [name, call] as const;
  }))('%s', (_, { op, input: name, args, options, output }) => {
    const f = transforms.functional[op as keyof typeof transforms.functional] as (...given: readonly unknown[]) => unknown;
    expectSame(f(input(name), ...withOptions(args, options)), value(output), APART[op] ?? 0);
  });
});

/** Where the class takes its options in another way than PyTorch's. */
const POSITIONAL: Readonly<Record<string, boolean>> = {
  ColorJitter: true, RandomErasing: true, RandomPerspective: true, ElasticTransform: true,
  AutoAugment: true, RandAugment: true, TrivialAugmentWide: true, AugMix: true,
};

describe('classes, from a seed', () => {
  it.each(recorded.seeded.map((call) =>
    [`${call.cls}(${JSON.stringify(call.args).slice(1, -1)} ${JSON.stringify(call.options)}) of ${call.input}`, call] as const,
  ))('%s', (_, { cls, args, options, input: name, outputs, after }) => {
    const Class = (transforms as unknown as Record<string, new (...given: readonly unknown[]) => (x: unknown) => unknown>)[cls]!;
    const transform = new Class(...(POSITIONAL[cls] ? [options] : withOptions(args, options)));
    manualSeed(11);
    for (const output of outputs) expectSame(transform(input(name)), value(output), APART[cls] ?? 0);
    // what comes next from the generator shows that no more and no less was drawn
    expect(rand(1).numpy()[0]).toBeCloseTo(after, 6);
  });
});

describe('Image', () => {
  it.each(Object.entries(recorded.converted))('converts %s', (way, wanted) => {
    const [from, ...modes] = way.split('>') as [string, ...ImageMode[]];
    const got = modes.reduce((image, mode) => image.convert(mode), input(`${from}9x7`) as Image);
    expectSame(got, value(wanted), 0);
  });

  it('turns the order of colours around', () => {
    const rgba = new Image({ width: 1, height: 2, mode: 'RGBA', data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) });
    expect([...rgba.convert('BGRA').data]).toEqual([3, 2, 1, 4, 7, 6, 5, 8]);
    expect([...rgba.convert('BGR').data]).toEqual([3, 2, 1, 7, 6, 5]);
    expect([...rgba.convert('BGR').convert('L').data]).toEqual([...rgba.convert('L').data]);
  });

  it('splits and merges', () => {
    const image = input('RGB9x7') as Image;
    const bands = image.split();
    expect(bands.map(String)).toEqual(new Array(3).fill('<Image mode=L size=9x7>'));
    expect(image.getbands()).toEqual(['R', 'G', 'B']);
    expect([...Image.merge('RGB', bands).data]).toEqual([...image.data]);
    expect(() => Image.merge('RGBA', bands)).toThrow('wrong number of bands');
    expect(() => image.convert('CMYK' as never)).toThrow('conversion from RGB to CMYK not supported');
  });
});

describe('to tensors and back', () => {
  it('takes every mode of three channels', () => {
    const image = new transforms.ToPILImage('BGR')(tensor([[[0]], [[0.5]], [[1]]]));
    expect(String(image)).toBe('<Image mode=BGR size=1x1>');
    expect([...image.data]).toEqual([0, 127, 255]);
  });
});
