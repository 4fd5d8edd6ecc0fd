import { inspect } from 'node:util';
import { float16, float32, float64, getDefaultDtype, setDefaultDtype, stack, Tensor, tensor, zeros } from '@sconce/tensor';
import { describe, expect, it } from 'vitest';
import { Image, transforms } from '../src/index.js';
import { failure, recorded, values } from './fixtures.js';

const { Compose, Lambda, Normalize, ToTensor, Transform } = transforms;

const gray = new Image({ width: 16, height: 16, channels: 1, data: Uint8Array.from({ length: 256 }, (_, i) => i) });
const rgb = new Image({ width: 5, height: 4, channels: 3, data: Uint8Array.from(recorded.pictures.rgbBytes) });

/** The bits of float32 numbers: what is right is right to the last one. */
const bits = (x: Tensor): number[] =>
  Array.from(new Int32Array(Float32Array.from(values(x)).buffer));

describe('resizedCrop', () => {
  it.each([
    ['inside', [1, 1, 3, 3], 2], ['of the width that is wanted', [1, 1, 2, 4], [6, 4]], ['partly outside', [-1, 2, 4, 6], [3, 5]],
    ['of the size that is wanted', [0, 1, 2, 3], [2, 3]],
  ] as const)('gives what crop and resize give: %s', (_, [top, left, height, width], size) => {
    const { crop, resize, resizedCrop } = transforms.functional;
    const clear = new Image({ width: 4, height: 4, mode: 'RGBA', data: Uint8Array.from({ length: 64 }, (__, i) => (i * 37) % 256) });
    for (const image of [gray, rgb, clear]) {
      for (const interpolation of ['bilinear', 'nearest'] as const) {
        expect(resizedCrop(image, top, left, height, width, size, { interpolation }))
          .toEqual(resize(crop(image, top, left, height, width), size, { interpolation }));
      }
    }
  });
});

describe('ToTensor', () => {
  it('gives the bits of torchvision', () => {
    const toTensor = new ToTensor();
    expect(toTensor(gray).shape).toEqual([1, 16, 16]);
    expect(toTensor(gray).dtype).toBe(float32);
    expect(bits(toTensor(gray))).toEqual(recorded.pictures.gray);
    expect(toTensor(rgb).shape).toEqual([3, 4, 5]);
    expect(bits(toTensor(rgb))).toEqual(recorded.pictures.rgb);
  });

  it("takes a browser's ImageData", () => {
    const data = Uint8ClampedArray.of(255, 0, 0, 255, 0, 51, 0, 255);
    const x = new ToTensor()({ width: 2, height: 1, data });
    expect(x.shape).toEqual([4, 1, 2]);
    expect(bits(x)).toEqual(bits(tensor([1, 0, 0, 0.2, 0, 0, 1, 1])));
  });

  it.each([float64, float16])('follows the default dtype %s', (dtype) => {
    const before = getDefaultDtype();
    setDefaultDtype(dtype);
    try {
      expect(new ToTensor()(gray).dtype).toBe(dtype);
      if (dtype === float64) expect(values(new ToTensor()(gray))[1]).toBe(1 / 255);
    } finally {
      setDefaultDtype(before);
    }
  });

  it.each([
    ['a string', 'x'], ['null', null], ['no data', { width: 1, height: 1 }],
    ['bytes that do not fill it', { width: 2, height: 2, data: new Uint8Array(5) }],
  ])('refuses %s', (_, pic) => {
    expect(failure(() => new ToTensor()(pic as never)).message).toContain('pic should be PIL Image or ndarray');
  });
});

describe('Normalize', () => {
  it('gives the bits of torchvision', () => {
    const x = new ToTensor()(gray);
    expect(bits(new Normalize([0.1307], [0.3081])(x))).toEqual(recorded.pictures.grayNormalized);
    expect(bits(x)).toEqual(recorded.pictures.gray);
    const normalize = new Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);
    expect(bits(normalize(new ToTensor()(rgb)))).toEqual(recorded.pictures.rgbNormalized);
    expect(bits(normalize(new ToTensor()(rgb)))).toEqual(recorded.pictures.rgbNormalized);
  });

  it('gives the same to pictures that lie otherwise in memory', () => {
    const x = new ToTensor()(rgb);
    const normalize = new Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);
    expect(bits(normalize(x.transpose(1, 2)).transpose(1, 2))).toEqual(recorded.pictures.rgbNormalized);
    const batch = stack([x, x]);
    expect(bits(normalize(batch))).toEqual([...recorded.pictures.rgbNormalized, ...recorded.pictures.rgbNormalized]);
    const one = new Normalize(0.485, [0.229]);
    expect(bits(one(x.transpose(1, 2)).transpose(1, 2))).toEqual(bits(one(x)));
  });

  it('refuses other numbers of channels', () => {
    const error = failure(() => new Normalize([0.5, 0.5], [1, 1])(zeros(3, 2, 3)));
    expect(error.message).toContain('The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 0');
  });

  it('works in place, in other dtypes and on batches', () => {
    const x = tensor([[[[1, 2]]], [[[3, 4]]]], { dtype: float64 });
    const y = new Normalize([1], [2], { inplace: true })(x);
    expect(y).toBe(x);
    expect(values(x)).toEqual([0, 0.5, 1, 1.5]);
    expect(values(new Normalize(0.5, 0.5)(tensor([[[1, 0]]])))).toEqual([1, -1]);
  });
});

describe('Compose and Lambda', () => {
  it('run one after the other, and know their types', () => {
    const compose = new Compose([new ToTensor(), new Normalize([0.1307], [0.3081]), new Lambda((x: Tensor) => x.shape)]);
    const shape: readonly number[] = compose(gray);
    expect(shape).toEqual([1, 16, 16]);
  });

  it('take plain functions', () => {
    const addOne = (x: number): number => x + 1;
    const compose = new Compose([addOne, addOne, String]);
    expect(compose(1)).toBe('3');
    expect(String(compose)).toContain('<function addOne>');
  });

  it("print as PyTorch's", () => {
    const compose = new Compose([new ToTensor(), new Normalize([0.485, 0.456], [0.5, 0.25]), new Lambda(String)]);
    expect(inspect(compose)).toBe(
      'Compose(\n    ToTensor()\n    Normalize(mean=[0.485, 0.456], std=[0.5, 0.25])\n    Lambda()\n)');
    expect(`${new Compose([])}`).toBe('Compose(\n)');
  });
});

describe('Transform', () => {
  it('is a function and an object of its class', () => {
    class Scale extends Transform {
      readonly #by: number;
      override name = 'twice';
      constructor(by: number) {
        super();
        this.#by = by;
      }
      forward(x: number): number { return x * this.#by; }
    }
    const scale = new Scale(2);
    const result: number = scale(3);
    expect(result).toBe(6);
    expect(typeof scale).toBe('function');
    expect(scale).toBeInstanceOf(Scale);
    expect(scale).toBeInstanceOf(Transform);
    expect(scale.name).toBe('twice');
    expect(`${scale}`).toBe('Scale()');
    expect([1, 2].map((x) => scale(x))).toEqual([2, 4]);
  });
});

describe('Image', () => {
  it('says what it is', () => {
    expect(inspect(rgb)).toBe('<Image mode=RGB size=5x4>');
    expect(gray.mode).toBe('L');
  });

  it.each([
    { width: 2, height: 2, channels: 1, data: new Uint8Array(5) },
    { width: 2, height: 2, channels: 5, data: new Uint8Array(20) },
    { width: 0, height: 0, data: new Uint8Array(0) },
  ])('refuses $width×$height×$channels', (image) => {
    expect(failure(() => new Image(image)).name).toBe('ValueError');
  });
});
