import { linspace, manualSeed, rand } from '@sconce/tensor';
import type { Module } from '@sconce/nn';
import { describe, expect, it } from 'vitest';
import { models, ops } from '../src/index.js';
import { failure, recordedModels } from './fixtures.js';

const make: Readonly<Record<string, () => Module & ((x: ReturnType<typeof rand>) => ReturnType<typeof rand>)>> = {
  resnet18: () => models.resnet18({ numClasses: 7 }),
  resnet50: () => models.resnet50({ numClasses: 7 }),
  resnext50_32x4d: () => models.resnext5032x4d({ numClasses: 7, replaceStrideWithDilation: [false, true, true], normLayer: ops.FrozenBatchNorm2d }),
  mobilenet_v2: () => models.mobilenetV2({ numClasses: 7 }),
  mobilenet_v3_small: () => models.mobilenetV3Small({ numClasses: 7 }),
  mobilenet_v3_large: () => models.mobilenetV3Large({ numClasses: 7, reducedTail: true, dilated: true, widthMult: 0.75, dropout: 0.1 }),
  efficientnet_b0: () => models.efficientnetB0({ numClasses: 7 }),
  convnext: () => new models.ConvNeXt([[8, 2], [16, 1], [32, 3]], { numClasses: 7, layerScale: 0.5, stochasticDepthProb: 0.2 }),
  densenet121: () => models.densenet121({ numClasses: 7 }),
  squeezenet1_0: () => models.squeezenet10({ numClasses: 7 }),
  squeezenet1_1: () => models.squeezenet11({ numClasses: 7 }),
};

describe('models', () => {
  it.each(Object.entries(recordedModels))('%s has the keys, the text and the first parameters of torchvision', (name, wanted) => {
    manualSeed(0);
    const net = make[name]!();
    const state = net.stateDict();
    expect(Object.entries(state).map(([key, x]) => [key, [...x.shape]])).toEqual(wanted.keys);
    expect(String(net)).toBe(wanted.text);
    let sum = 0;
    for (const x of Object.values(state)) if (x.isFloatingPoint()) for (const value of x.hostValues()) sum += Math.abs(Number(value));
    expect(sum / wanted.sum).toBeCloseTo(1, 6);
    if (!wanted.logits) return;
    net.eval();
    const logits = net(linspace(-1, 1, 3 * 64 * 64).view(1, 3, 64, 64));
    expect(logits.shape).toEqual([1, 7]);
    const [numbers] = wanted.logits, most = Math.max(...numbers!.map(Math.abs));
    Array.from(logits.hostValues(), Number).forEach((x, i) => { expect(Math.abs(x - numbers![i]!)).toBeLessThan(1e-4 * most); });
  });

  it.each<[string, () => unknown, string]>([
    ['groups', () => models.resnet18({ groups: 2 }), 'BasicBlock only supports groups=1 and base_width=64'],
    ['dilation', () => models.resnet18({ replaceStrideWithDilation: [false, true, true] }), 'Dilation > 1 not supported in BasicBlock'],
    ['two layers', () => models.resnet50({ replaceStrideWithDilation: [false, true] }), 'replace_stride_with_dilation should be None or a 3-element tuple, got (False, True)'],
  ])('resnet refuses %s', (_, act, message) => { expect(failure(act).message).toBe(message); });

  it('lenet is for gray digits, or small colour pictures', () => {
    expect(models.lenet()(rand(2, 1, 28, 28)).shape).toEqual([2, 10]);
    expect(models.lenet({ inChannels: 3, numClasses: 5 })(rand(2, 3, 32, 32)).shape).toEqual([2, 5]);
  });
});

describe('weights', () => {
  it('of DenseNet have the names that they were saved under', () => {
    const net = models.densenet121({ numClasses: 2 }), state = net.stateDict();
    const old = Object.fromEntries(Object.entries(state).map(([key, x]) => [key.replace(/(denselayer\d+\.(?:norm|conv))/, '$1.'), x]));
    expect(Object.keys(old)).toContain('features.denseblock1.denselayer1.norm.1.weight');
    const x = rand(1, 3, 32, 32);
    expect(models.densenet121({ weights: old }).eval()(x).sub(net.eval()(x)).abs().max().hostValues()[0]).toBe(0);
  });

  it('of EfficientNet are for pictures of their own sizes', () => {
    const { DEFAULT, IMAGENET1K_V1 } = models.EfficientNetB1Weights;
    expect([String(DEFAULT), DEFAULT.presets.resizeSize]).toEqual(['EfficientNet_B1_Weights.IMAGENET1K_V2', 255]);
    // str(EfficientNet_B1_Weights.IMAGENET1K_V1.transforms()) in torchvision
    expect(String(IMAGENET1K_V1.transforms())).toBe(
      'ImageClassification(\n    crop_size=[240]\n    resize_size=[256]\n    mean=[0.485, 0.456, 0.406]\n' +
      '    std=[0.229, 0.224, 0.225]\n    interpolation=InterpolationMode.BICUBIC\n)');
  });

  it('are loaded from a state, whose classes count', () => {
    const first = models.squeezenet11({ numClasses: 3 }), second = models.squeezenet11({ weights: first.stateDict() });
    expect(second.classifier.toString()).toBe(first.classifier.toString());
    const x = rand(1, 3, 32, 32);
    expect(first.eval()(x).sub(second.eval()(x)).abs().max().hostValues()[0]).toBe(0);
    expect(failure(() => models.squeezenet11({ weights: first.stateDict(), numClasses: 5 })).message)
      .toBe("The parameter 'num_classes' expected value 3 but got 5 instead.");
    expect(failure(() => models.mobilenetV2({ weights: { a: x } })).message).toContain('no classifier.1.bias');
    expect(failure(() => models.resnet18({ weights: models.ResNet18Weights.DEFAULT as never })).message)
      .toContain('await weights.getStateDict()');
    expect(failure(() => models.resnet18({ pretrained: true } as never)).message).toContain('pretrained is weights here');
  });

  it('know what they are', () => {
    const weights = models.ResNet50Weights.DEFAULT;
    expect(String(weights)).toBe('ResNet50_Weights.IMAGENET1K_V2');
    expect(weights.url).toBe('https://download.pytorch.org/models/resnet50-11ad3fa6.pth');
    expect(weights.meta.categories.length).toBe(1000);
    expect(weights.meta.categories[1]).toBe('goldfish');
    expect(weights.meta.metrics['acc@1']).toBe(80.858);
    // str(ResNet50_Weights.DEFAULT.transforms()) in torchvision
    expect(String(weights.transforms())).toBe(
      'ImageClassification(\n    crop_size=[224]\n    resize_size=[232]\n    mean=[0.485, 0.456, 0.406]\n' +
      '    std=[0.229, 0.224, 0.225]\n    interpolation=InterpolationMode.BILINEAR\n)');
    expect(weights.transforms()(rand(3, 300, 260)).shape).toEqual([3, 224, 224]);
  });
});
