import { linspace, manualSeed, rand, Tensor } from '@sconce/tensor';
import { init, SiLU, type Linear, type Module } from '@sconce/nn';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { models, ops } from '../src/index.js';
import { failure, recordedModels, withoutDraws } from './fixtures.js';

/** Its last layer gives nothing before it is trained. */
function narrowVit(options: Pick<models.VisionTransformerSettings, 'representationSize' | 'convStemConfigs'>): models.VisionTransformer {
  const net = new models.VisionTransformer({
    imageSize: 64, patchSize: 16, numLayers: 2, numHeads: 4, hiddenDim: 32, mlpDim: 48, numClasses: 7, ...options,
  });
  init.uniform_((net.heads.at(-1) as Linear).weight);
  return net;
}

const narrowSwin = (options: Pick<models.SwinTransformerSettings, 'windowSize' | 'dropout' | 'attentionDropout' | 'block' | 'downsampleLayer'>) =>
  new models.SwinTransformer({
    patchSize: [4, 4], embedDim: 16, depths: [2, 3, 2], numHeads: [2, 4, 4], stochasticDepthProb: 0.3, numClasses: 7, ...options,
  });

const make: Readonly<Record<string, () => Module & ((x: Tensor) => unknown)>> = {
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
  vit: () => narrowVit({ representationSize: 24 }),
  vit_stem: () => narrowVit({ convStemConfigs: [{ outChannels: 8, kernelSize: 3, stride: 4 }, { outChannels: 16, kernelSize: 3, stride: 4 }] }),
  vit_b_32: () => models.vitB32({ numClasses: 7 }),
  swin: () => narrowSwin({ windowSize: [7, 7] }),
  swin_v2: () => narrowSwin({
    windowSize: [4, 3], dropout: 0.1, attentionDropout: 0.05, block: models.SwinTransformerBlockV2, downsampleLayer: models.PatchMergingV2,
  }),
  swin_t: () => models.swinT({ numClasses: 7 }),
  swin_v2_t: () => models.swinV2T({ numClasses: 7 }),
  shufflenet_v2_x0_5: () => models.shufflenetV2X05({ numClasses: 7 }),
  mnasnet0_5: () => models.mnasnet05({ numClasses: 7 }),
  regnet_y_400mf: () => models.regnetY400mf({ numClasses: 7 }),
  regnet_x_400mf: () => models.regnetX400mf({ numClasses: 7, stemWidth: 16, activation: SiLU }),
  googlenet: () => models.googlenet({ numClasses: 7, initWeights: false, transformInput: true }),
  inception_v3: () => models.inceptionV3({ numClasses: 7, initWeights: false }),
};

afterEach(() => { vi.restoreAllMocks(); });

function expectLogits(logits: unknown, [numbers]: readonly (readonly number[])[]): void {
  const most = Math.max(...numbers!.map(Math.abs));
  expect((logits as Tensor).shape).toEqual([1, 7]);
  Array.from((logits as Tensor).hostValues(), Number).forEach((x, i) => { expect(Math.abs(x - numbers![i]!)).toBeLessThan(1e-4 * most); });
}

describe('models', () => {
  it.each(Object.entries(recordedModels))('%s has the keys, the text and the first parameters of torchvision', (name, wanted) => {
    if (wanted.sum === undefined) withoutDraws();
    manualSeed(0);
    const net = make[name]!();
    const state = net.stateDict();
    expect(Object.entries(state).map(([key, x]) => [key, [...x.shape]])).toEqual(wanted.keys);
    expect(String(net)).toBe(wanted.text);
    if (wanted.sum === undefined) return;
    let sum = 0;
    for (const x of Object.values(state)) if (x.isFloatingPoint()) for (const value of x.hostValues()) sum += Math.abs(Number(value));
    expect(sum / wanted.sum).toBeCloseTo(1, 6);
    if (!wanted.logits) return;
    net.eval();
    manualSeed(0);
    const [height, width] = wanted.size!;
    const picture = linspace(-1, 1, 3 * height * width).view(1, 3, height, width);
    expectLogits(net(picture), wanted.logits);
    if (!wanted.outputs) return;
    net.train();
    manualSeed(0);
    const outputs = net(picture) as Readonly<Record<string, Tensor>>;
    for (const [key, numbers] of Object.entries(wanted.outputs)) {
      expectLogits(outputs[key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())], numbers);
    }
  });

  it.each<[string, () => unknown, string]>([
    ['groups', () => models.resnet18({ groups: 2 }), 'BasicBlock only supports groups=1 and base_width=64'],
    ['dilation', () => models.resnet18({ replaceStrideWithDilation: [false, true, true] }), 'Dilation > 1 not supported in BasicBlock'],
    ['two layers', () => models.resnet50({ replaceStrideWithDilation: [false, true] }), 'replace_stride_with_dilation should be None or a 3-element tuple, got (False, True)'],
  ])('resnet refuses %s', (_, act, message) => { expect(failure(act).message).toBe(message); });

  const smallVit = (imageSize: number): models.VisionTransformer =>
    new models.VisionTransformer({ imageSize, patchSize: 16, numLayers: 1, numHeads: 2, hiddenDim: 4, mlpDim: 4 });
  const smallSwin = (windowSize: readonly number[], depth: number): models.SwinTransformer =>
    new models.SwinTransformer({ patchSize: [4, 4], embedDim: 4, depths: [depth], numHeads: [2], windowSize: windowSize as [number, number] });

  it.each<[string, () => unknown, string, string]>([
    ['patches that do not fill the picture', () => smallVit(30), 'AssertionError', 'Input shape indivisible by patch size!'],
    ['wide pictures', () => smallVit(32)(rand(1, 3, 32, 48)), 'AssertionError', 'Wrong image width! Expected 32 but got 48!'],
    ['pictures without a batch', () => smallVit(32)(rand(3, 32, 32)), 'ValueError', 'not enough values to unpack (expected 4, got 3)'],
    ['windows of three sizes', () => smallSwin([4, 4, 4], 2), 'ValueError', 'window_size and shift_size must be of length 2'],
    ['a single block', () => smallSwin([4, 4], 1), 'RuntimeError', 'ZeroDivisionError: float division by zero'],
  ])('transformers refuse %s', (_, act, name, message) => { expect(failure(act)).toMatchObject({ name, message }); });

  it('positions are interpolated for pictures of another size', () => {
    const state = { 'encoder.pos_embedding': linspace(-1, 1, 10).view(1, 5, 2).pow(3), 'heads.head.bias': rand(2) };
    const larger = models.interpolateEmbeddings(48, 16, state, { resetHeads: true });
    expect(Object.keys(larger)).toEqual(['encoder.pos_embedding']);
    // interpolate_embeddings(48, 16, state, reset_heads=True) in torchvision
    const wanted = [
      -1, -0.47050756216049194, -0.17146778106689453, -0.03703702986240387, -0.08641976118087769, -0.017832644283771515, -0.001371741876937449,
      0.001371741876937449, -0.06721537560224533, 0.06721537560224533, 0.08367626368999481, 0.2839506268501282, 0.23456791043281555,
      0.5006858706474304, 0.03703702986240387, 0.17146778106689453, 0.2537722885608673, 0.5857338905334473, 0.47050756216049194, 1,
    ];
    expect(larger['encoder.pos_embedding']!.shape).toEqual([1, 10, 2]);
    Array.from(larger['encoder.pos_embedding']!.hostValues(), Number).forEach((x, i) => { expect(x).toBeCloseTo(wanted[i]!, 6); });
    expect(failure(() => models.interpolateEmbeddings(48, 16, { 'encoder.pos_embedding': rand(1, 4, 2) })).message)
      .toBe('seq_length is not a perfect square! Instead got seq_length_1d * seq_length_1d = 1 and seq_length = 3');
    expect(failure(() => models.interpolateEmbeddings(48, 16, { 'encoder.pos_embedding': rand(2, 5, 2) })).message)
      .toBe('Unexpected position embedding shape: torch.Size([2, 5, 2])');
  });

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

  it('of VisionTransformer had other names, and are for pictures of one size', () => {
    withoutDraws();
    const state = models.vitB32({ imageSize: 64, numClasses: 2 }).stateDict();
    const older = (key: string): string => key.replace('mlp.0', 'mlp.linear_1').replace('mlp.3', 'mlp.linear_2');
    const old = Object.fromEntries(Object.entries(state).map(([key, x]) => [older(key), x]));
    expect(Object.keys(old)).toContain('encoder.layers.encoder_layer_0.mlp.linear_2.weight');
    old['encoder.layers.encoder_layer_11.mlp.linear_2.bias']!.fill_(3);
    const net = models.vitB32({ weights: old });
    expect([net.imageSize, ...net.stateDict()['encoder.layers.encoder_layer_11.mlp.3.bias']!.hostValues()].slice(0, 2)).toEqual([64, 3]);
    expect(failure(() => models.vitB32({ weights: old, imageSize: 224 })).message)
      .toBe("The parameter 'image_size' expected value 64 but got 224 instead.");
    expect(failure(() => models.vitB32({ weights: { 'heads.head.bias': rand(2) } })).message).toContain('no encoder.pos_embedding');
  });

  it.each([
    ['vitB16', () => models.vitB16(), models.ViTB16Weights.DEFAULT],
    ['vitB16 for large pictures', () => models.vitB16({ imageSize: 384 }), models.ViTB16Weights.IMAGENET1K_SWAG_E2E_V1],
    ['swinS', () => models.swinS(), models.SwinSWeights.DEFAULT],
    ['swinB', () => models.swinB(), models.SwinBWeights.DEFAULT],
    ['swinV2S', () => models.swinV2S(), models.SwinV2SWeights.DEFAULT],
    ['swinV2B', () => models.swinV2B(), models.SwinV2BWeights.DEFAULT],
  ])('of %s are as many as it has parameters', (_, net, weights) => {
    withoutDraws();
    expect([...net().parameters()].reduce((sum, p) => sum + p.numel(), 0)).toBe(weights.meta.numParams);
  });

  it('of transformers were trained on pictures of several sizes', () => {
    const { DEFAULT, IMAGENET1K_SWAG_E2E_V1: swag } = models.ViTL16Weights;
    expect(String(DEFAULT)).toBe('ViT_L_16_Weights.IMAGENET1K_V1');
    expect(String(models.ViTH14Weights.DEFAULT)).toBe('ViT_H_14_Weights.IMAGENET1K_SWAG_E2E_V1');
    expect([swag.url, swag.meta.license, swag.meta.minSize]).toEqual([
      'https://download.pytorch.org/models/vit_l_16_swag-4f3808c9.pth', 'https://github.com/facebookresearch/SWAG/blob/main/LICENSE', [512, 512]]);
    // str(Swin_V2_B_Weights.DEFAULT.transforms()) in torchvision
    expect(String(models.SwinV2BWeights.DEFAULT.transforms())).toBe(
      'ImageClassification(\n    crop_size=[256]\n    resize_size=[272]\n    mean=[0.485, 0.456, 0.406]\n' +
      '    std=[0.229, 0.224, 0.225]\n    interpolation=InterpolationMode.BICUBIC\n)');
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
