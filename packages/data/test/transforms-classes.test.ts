import { float32, float64, manualSeed, ones, rand, tensor, uint8, zeros, type Tensor } from '@sconce/tensor';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { Image, transforms as T } from '../src/index.js';
import { failure } from './fixtures.js';

const { functional: F } = T;
const image = Image.full('RGB', 4, 3, [10, 20, 30]);
const inner = [new T.CenterCrop(3)];

describe('printing', () => {
  // str() of the same transforms in torchvision 0.14
  it.each([
    [new T.Resize(5), 'Resize(size=5, interpolation=bilinear, max_size=None, antialias=None)'],
    [new T.Resize([5, 6], { antialias: true }), 'Resize(size=(5, 6), interpolation=bilinear, max_size=None, antialias=True)'],
    [new T.CenterCrop(5), 'CenterCrop(size=(5, 5))'],
    [new T.RandomCrop(32, { padding: 4 }), 'RandomCrop(size=(32, 32), padding=4)'],
    [new T.RandomResizedCrop(224),
      'RandomResizedCrop(size=(224, 224), scale=(0.08, 1.0), ratio=(0.75, 1.3333), interpolation=bilinear), antialias=None)'],
    [new T.Pad([1, 2], { fill: [1, 2, 3] }), 'Pad(padding=(1, 2), fill=(1, 2, 3), padding_mode=constant)'],
    [new T.RandomHorizontalFlip(), 'RandomHorizontalFlip(p=0.5)'],
    [new T.RandomRotation(30), 'RandomRotation(degrees=[-30.0, 30.0], interpolation=nearest, expand=False, fill=0)'],
    [new T.RandomRotation([10, 20], { center: [1, 2], expand: true }),
      'RandomRotation(degrees=[10.0, 20.0], interpolation=nearest, expand=True, center=(1, 2), fill=0)'],
    [new T.RandomAffine(10, { translate: [0.1, 0.2], scale: [0.5, 1.5], shear: 10 }),
      'RandomAffine(degrees=[-10.0, 10.0], translate=(0.1, 0.2), scale=(0.5, 1.5), shear=[-10.0, 10.0])'],
    [new T.RandomAffine(10, { shear: [1, 2, 3, 4], fill: 3, center: [1, 2] }),
      'RandomAffine(degrees=[-10.0, 10.0], shear=[1.0, 2.0, 3.0, 4.0], fill=3, center=(1, 2))'],
    [new T.ColorJitter({ brightness: 0.5, contrast: 0.3, saturation: 0.2, hue: 0.1 }),
      'ColorJitter(brightness=[0.5, 1.5], contrast=[0.7, 1.3], saturation=[0.8, 1.2], hue=[-0.1, 0.1])'],
    [new T.ColorJitter(), 'ColorJitter(brightness=None, contrast=None, saturation=None, hue=None)'],
    [new T.Grayscale(), 'Grayscale(num_output_channels=1)'],
    [new T.RandomGrayscale(), 'RandomGrayscale(p=0.1)'],
    [new T.RandomPerspective(), 'RandomPerspective(p=0.5)'],
    [new T.RandomErasing(), 'RandomErasing(p=0.5, scale=(0.02, 0.33), ratio=(0.3, 3.3), value=0, inplace=False)'],
    [new T.GaussianBlur([3, 5], { sigma: 1.5 }), 'GaussianBlur(kernel_size=(3, 5), sigma=(1.5, 1.5))'],
    [new T.ConvertImageDtype(float32), 'ConvertImageDtype()'],
    [new T.ToPILImage(), 'ToPILImage()'],
    [new T.ToPILImage('RGB'), 'ToPILImage(mode=RGB)'],
    [new T.RandomApply(inner), 'RandomApply(\n    p=0.5\n    CenterCrop(size=(3, 3))\n)'],
    [new T.RandomChoice(inner), 'RandomChoice(\n    CenterCrop(size=(3, 3))\n)(p=None)'],
    [new T.RandomChoice(inner, { p: [1] }), 'RandomChoice(\n    CenterCrop(size=(3, 3))\n)(p=[1.0])'],
    [new T.RandomOrder(inner), 'RandomOrder(\n    CenterCrop(size=(3, 3))\n)'],
    [new T.RandomPosterize(3), 'RandomPosterize(bits=3,p=0.5)'],
    [new T.RandomSolarize(128), 'RandomSolarize(threshold=128,p=0.5)'],
    [new T.AutoAugment(), 'AutoAugment(policy=AutoAugmentPolicy.IMAGENET, fill=None)'],
    [new T.AutoAugment('svhn', { fill: 3 }), 'AutoAugment(policy=AutoAugmentPolicy.SVHN, fill=3)'],
    [new T.RandAugment({ fill: 3 }), 'RandAugment(num_ops=2, magnitude=9, num_magnitude_bins=31, interpolation=InterpolationMode.NEAREST, fill=3)'],
    [new T.TrivialAugmentWide(), 'TrivialAugmentWide(num_magnitude_bins=31, interpolation=InterpolationMode.NEAREST, fill=None)'],
    [new T.AugMix(), 'AugMix(severity=3, mixture_width=3, chain_depth=-1, alpha=1.0, all_ops=True, interpolation=InterpolationMode.BILINEAR, fill=None)'],
    [new T.TenCrop(3), 'TenCrop(size=(3, 3), vertical_flip=False)'],
  ])('%s', (transform, text) => { expect(String(transform)).toBe(text); });
});

describe('refusals, in the words of torchvision', () => {
  it.each<[string, () => unknown, string]>([
    ['a size of three', () => new T.Resize([1, 2, 3]), 'If size is a sequence, it should have 1 or 2 values'],
    ['a max size below', () => F.resize(image, 5, { maxSize: 4 }),
      'max_size = 4 must be strictly greater than the requested size for the smaller edge size = [5]'],
    ['antialiasing of the nearest', () => F.resize(rand(3, 4, 4), 2, { interpolation: 'nearest', antialias: true }),
      'Antialias option is supported for bilinear and bicubic interpolation modes only'],
    ['a crop too large', () => new T.RandomCrop(5)(image), 'Required crop size (5, 5) is larger than input image size (3, 4)'],
    ['five crops too large', () => F.fiveCrop(image, 5), 'Requested crop size (5, 5) is bigger than input size (3, 4)'],
    ['a padding of three', () => F.pad(image, [1, 2, 3]), 'Padding must be an int or a 1, 2, or 4 element tuple, not a 3 element tuple'],
    ['a padding mode', () => F.pad(image, 1, { paddingMode: 'wrap' as never }),
      'Padding mode should be either constant, edge, reflect or symmetric'],
    ['angles', () => new T.RandomRotation(-3), 'If degrees is a single number, it must be positive.'],
    ['a scale of zero', () => F.affine(image, 0, [0, 0], 0, 0), 'Argument scale should be positive'],
    ['an even kernel', () => new T.GaussianBlur(4), 'Kernel size value should be an odd and positive number.'],
    ['a hue', () => F.adjustHue(image, 0.7), 'hue_factor (0.7) is not in [-0.5, 0.5].'],
    ['a hue that was drawn', () => { manualSeed(0); new T.ColorJitter({ hue: 2 })(ones(3, 4, 4)); }, 'hue_factor (-1.47'],
    ['hues', () => new T.ColorJitter({ hue: [-0.6, 0.1] }), 'hue values should be between (-0.5, 0.5)'],
    ['a tensor without channels', () => F.resize(rand(4, 4), 2), 'Input and output must have the same number of spatial dimensions'],
    ['a policy', () => new T.AutoAugment('coco' as never), 'The provided policy coco is not recognized.'],
    ['a severity', () => new T.AugMix({ severity: 11 }), 'The severity must be between [1, 10]. Got 11 instead.'],
    ['a magnitude', () => new T.RandAugment({ magnitude: 31 }), 'magnitude should be an integer from 0 to 30'],
    ['a jitter', () => new T.ColorJitter({ brightness: -1 }), 'If brightness is a single number, it must be non negative.'],
    ['channels', () => F.adjustBrightness(rand(2, 4, 4), 1), 'Input image tensor permitted channel values are [1, 3], but found 2'],
    ['floats to posterize', () => F.posterize(rand(3, 4, 4), 3), 'Only torch.uint8 image tensors are supported, but found torch.float32'],
    ['five channels', () => F.toPilImage(rand(5, 4, 4)), 'pic should not have > 4 channels. Got 5 channels.'],
    ['a mode', () => F.toPilImage(rand(3, 4, 4), { mode: 'RGBA' }), "Only modes ['RGB', 'BGR', 'HSV'] are supported for 3D inputs"],
    ['a cast', () => F.convertImageDtype(rand(2), tensor(1n).dtype), 'The cast from torch.float32 to torch.int64 cannot be performed safely.'],
    ['a picture', () => F.hflip('x' as never), 'img should be PIL Image or Tensor. Got string'],
  ])('%s', (_, act, message) => { expect(failure(act).message).toContain(message); });
});

describe('tensors', () => {
  it('may be batches, and their history is kept', () => {
    const x = rand(2, 3, 6, 6);
    const one = F.resize(x.select(0, 1), [4, 4], { antialias: true });
    expect(F.resize(x, [4, 4], { antialias: true }).select(0, 1).sub(one).abs().max().numpy()[0]).toBe(0);
    expect(F.gaussianBlur(x, 3).shape).toEqual([2, 3, 6, 6]);
    expect(F.rotate(x, 90).select(0, 0).sub(F.rotate(x.select(0, 0), 90)).abs().max().numpy()[0]).toBe(0);
  });

  it('keep their dtype', () => {
    const x = ones(3, 5, 5).mul(7).to(uint8);
    for (const y of [F.resize(x, 3), F.gaussianBlur(x, 3), F.adjustContrast(x, 2), F.rotate(x, 30), F.pad(x, 1, { paddingMode: 'reflect' })]) {
      expect(y.dtype).toBe(uint8);
    }
  });

  it('of float64 are moved about in float32', () => {
    const x = tensor([[[0.1, 0.3]]], { dtype: float64 });
    const y = F.elasticTransform(x, zeros(1, 1, 2, 2), { interpolation: 'nearest' });
    expect(y.dtype).toBe(float64);
    expect([...y.numpy()]).toEqual([0.1, 0.3].map(Math.fround));
  });

  it('are erased in place where that is asked for', () => {
    const x = ones(1, 3, 3);
    expect(F.erase(x, 1, 1, 2, 2, 0)).not.toBe(x);
    expect(x.sum().numpy()[0]).toBe(9);
    expect(F.erase(x, 1, 1, 2, 2, 0, { inplace: true })).toBe(x);
    expect(x.sum().numpy()[0]).toBe(5);
  });
});

describe('images', () => {
  it('of gray and alpha lose the alpha to a hue, as in Pillow', () => {
    const gray = new Image({ width: 2, height: 1, mode: 'LA', data: Uint8Array.of(0, 20, 40, 60) });
    expect([...F.adjustHue(gray, 0.3).data]).toEqual([0, 255, 40, 255]);
  });
});

describe('choices', () => {
  it('are drawn from the default generator', () => {
    const add = (n: number) => (x: Tensor): Tensor => x.mul(10).add(n);
    const run = (make: () => (x: Tensor) => Tensor): number[] => {
      manualSeed(5);
      const transform = make();
      return Array.from({ length: 20 }, () => Number(transform(zeros(1)).numpy()[0]));
    };
    const choices = run(() => new T.RandomChoice([add(1), add(2)], { p: [1, 3] }));
    expect(new Set(choices)).toEqual(new Set([1, 2]));
    expect(run(() => new T.RandomChoice([add(1), add(2)], { p: [1, 3] }))).toEqual(choices);
    expect(new Set(run(() => new T.RandomOrder([add(1), add(2)])))).toEqual(new Set([12, 21]));
    expect(new Set(run(() => new T.RandomApply([add(1)], { p: 0.5 })))).toEqual(new Set([0, 1]));
  });
});

describe('types', () => {
  it('follow the kind of the picture', () => {
    const toImage = new T.Compose([new T.Resize(4), new T.RandomHorizontalFlip()]);
    const toTensor = new T.Compose([new T.Resize(4), new T.ToTensor(), new T.RandomErasing(), new T.RandomHorizontalFlip()]);
    expectTypeOf(new T.Resize(4)(image)).toEqualTypeOf<Image>();
    expectTypeOf(new T.Resize(4)(rand(3, 4, 4))).toEqualTypeOf<Tensor>();
    expectTypeOf(toTensor).returns.toEqualTypeOf<Tensor>();
    expect(toTensor(image).shape).toEqual([3, 4, 5]);
    expect(String(toImage(image))).toBe('<Image mode=RGB size=5x4>');
  });
});
