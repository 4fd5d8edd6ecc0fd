import { manualSeed, rand, Tensor } from '@sconce/tensor';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { models } from '../src/index.js';
import { failure, withoutDraws } from './fixtures.js';

afterEach(() => { vi.restoreAllMocks(); });

describe('convolutional networks', () => {
  it('inceptionV3 and googlenet draw from a truncated normal distribution', () => {
    // the same numbers are drawn, but what is made of most of them takes seconds
    for (const name of ['erfinv_', 'mul_', 'add_', 'clamp_'] as const) {
      const original = Tensor.prototype[name] as (...args: unknown[]) => Tensor;
      vi.spyOn(Tensor.prototype, name).mockImplementation(function (this: Tensor, ...args: unknown[]) {
        return this.numel() < 20_000 ? original.apply(this, args) : this;
      });
    }
    const sum = (x: Tensor): number => Number(x.detach().double().abs().sum().hostValue());
    manualSeed(0);
    const inception = models.inceptionV3({ numClasses: 7, initWeights: true });
    // net.fc.weight.double().abs().sum() after torch.manual_seed(0) in torchvision
    expect(sum(inception.AuxLogits!.fc.weight) / 4.208006025295276).toBeCloseTo(1, 6);
    expect(sum(inception.fc.weight) / 1157.4393264216296).toBeCloseTo(1, 6);
    manualSeed(0);
    expect(sum(models.googlenet({ numClasses: 7, auxLogits: false, initWeights: true }).fc.weight) / 56.31277634369974).toBeCloseTo(1, 6);
  });

  it('googlenet and inceptionV3 warn where nothing is said about their weights', () => {
    withoutDraws();
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    models.googlenet({ auxLogits: false });
    models.inceptionV3({ auxLogits: false });
    expect(warn.mock.calls.map(([text]) => String(text).replace(/ will be changed in future releases of torchvision.*/, ''))).toEqual([
      'The default weight initialization of GoogleNet', 'The default weight initialization of inception_v3']);
  });

  it.each<[readonly [number, number, number, number, number], models.BlockParamsOptions, readonly (readonly number[])[]]>([
    [[18, 200, 106.23, 2.48, 112], {}, [[2, 4, 11, 1], [224, 448, 1232, 3024], [112, 112, 112, 112]]],
    [[27, 456, 160.83, 2.52, 264], { seRatio: 0.25 }, [[2, 7, 17, 1], [528, 1056, 2904, 7392], [264, 264, 264, 264]]],
    [[23, 320, 69.86, 2, 168], {}, [[2, 7, 13, 1], [336, 672, 1344, 2520], [168, 168, 168, 168]]],
    [[13, 48, 27.89, 2.09, 24], { bottleneckMultiplier: 0.25 }, [[1, 3, 6, 3], [48, 96, 192, 480], [12, 24, 24, 24]]],
  ])('regnet has the stages of torchvision for %j and %j', (settings, options, wanted) => {
    const params = models.BlockParams.fromInitParams(...settings, options);
    // depths, widths and group_widths of BlockParams.from_init_params(...) in torchvision
    expect([params.depths, params.widths, params.groupWidths]).toEqual(wanted);
    expect([params.strides, params.seRatio]).toEqual([[2, 2, 2, 2], options.seRatio ?? null]);
  });

  it.each<[string, () => unknown, string]>([
    ['a width of nothing', () => new models.MNASNet(0), 'alpha should be greater than 0.0 instead of 0.0'],
    ['two stages', () => new models.ShuffleNetV2([1, 2], [1, 1, 1, 1, 1]), 'expected stages_repeats as list of 3 positive ints'],
    ['four widths', () => new models.ShuffleNetV2([1, 2, 3], [1, 1, 1, 1]), 'expected stages_out_channels as list of 5 positive ints'],
    ['an odd width', () => new models.ShuffleNetV2([2, 2, 2], [8, 9, 16, 16, 16]), 'Invalid combination of stride 1, inp 9 and oup 9 values. ' +
      'If stride == 1 then inp should be equal to oup // 2 << 1.'],
    ['a first width that 8 does not divide', () => models.BlockParams.fromInitParams(4, 12, 3, 2, 8), 'Invalid RegNet settings'],
  ])('refuse %s', (_, act, message) => { expect(failure(act)).toMatchObject({ name: 'ValueError', message }); });
});

describe('weights', () => {
  it('of the first MNASNet are of a network that begins wider', () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue(), old = models.mnasnet05({ numClasses: 2 });
    old._mendState(new Map(), '', 1);
    const state = old.stateDict(), net = models.mnasnet05({ weights: state });
    expect(warn.mock.calls[0]![0]).toContain('A new version of MNASNet model has been implemented. Your checkpoint was saved using the previous');
    // the shapes in mnasnet0_5().state_dict() after such a state was loaded
    expect(['0.', '3.', '6.', '8.0.layers.0.', '8.2.layers.6.'].map((key) => net.stateDict()[`layers.${key}weight`]!.shape)).toEqual([
      [32, 3, 3, 3], [32, 1, 3, 3], [16, 32, 1, 1], [48, 16, 1, 1], [16, 48, 1, 1]]);
    expect(net._version).toBe(1);
    const x = rand(1, 3, 32, 32);
    expect(old.eval()(x).sub(net.eval()(x)).abs().max().hostValues()[0]).toBe(0);
    expect(failure(() => models.mnasnet05({ weights: { ...state } }))).toMatchObject({
      name: 'ValueError', message: 'version shluld be set to 1 or 2 instead of None' });
  });

  it('of GoogLeNet have heads that are not trained', () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const weights = models.googlenet({ numClasses: 3, initWeights: false }).stateDict(), net = models.googlenet({ weights });
    expect([net.auxLogits, net.aux1, net.aux2, net.transformInput]).toEqual([false, null, null, true]);
    expect((net(rand(2, 3, 32, 32)) as Tensor).shape).toEqual([2, 3]);
    const whole = models.googlenet({ weights, auxLogits: true, transformInput: false });
    expect([whole.auxLogits, whole.aux1 === null, whole.transformInput]).toEqual([true, false, false]);
    expect(warn.mock.calls).toEqual([['auxiliary heads in the pretrained googlenet model are NOT pretrained, so make sure to train them']]);
    expect(failure(() => models.googlenet({ weights, auxLogits: false })).message)
      .toBe("The parameter 'aux_logits' expected value True but got False instead.");
    expect(failure(() => models.inceptionV3({ weights, initWeights: true })).message)
      .toBe("The parameter 'init_weights' expected value False but got True instead.");
  });

  it.each([
    ['shufflenetV2X10', () => models.shufflenetV2X10(), models.ShuffleNetV2X10Weights.DEFAULT],
    ['shufflenetV2X15', () => models.shufflenetV2X15(), models.ShuffleNetV2X15Weights.DEFAULT],
    ['shufflenetV2X20', () => models.shufflenetV2X20(), models.ShuffleNetV2X20Weights.DEFAULT],
    ['mnasnet075', () => models.mnasnet075(), models.MNASNet075Weights.DEFAULT],
    ['mnasnet10', () => models.mnasnet10(), models.MNASNet10Weights.DEFAULT],
    ['mnasnet13', () => models.mnasnet13(), models.MNASNet13Weights.DEFAULT],
    ['regnetY800mf', () => models.regnetY800mf(), models.RegNetY800MFWeights.DEFAULT],
    ['regnetY1_6gf', () => models.regnetY1_6gf(), models.RegNetY1_6GFWeights.DEFAULT],
    ['regnetY3_2gf', () => models.regnetY3_2gf(), models.RegNetY3_2GFWeights.DEFAULT],
    ['regnetY8gf', () => models.regnetY8gf(), models.RegNetY8GFWeights.DEFAULT],
    ['regnetX800mf', () => models.regnetX800mf(), models.RegNetX800MFWeights.DEFAULT],
    ['regnetX1_6gf', () => models.regnetX1_6gf(), models.RegNetX1_6GFWeights.DEFAULT],
    ['regnetX3_2gf', () => models.regnetX3_2gf(), models.RegNetX3_2GFWeights.DEFAULT],
    ['regnetX8gf', () => models.regnetX8gf(), models.RegNetX8GFWeights.DEFAULT],
    ['googlenet', () => models.googlenet({ auxLogits: false, initWeights: false }), models.GoogLeNetWeights.DEFAULT],
    ['inceptionV3', () => models.inceptionV3({ initWeights: false }), models.InceptionV3Weights.DEFAULT],
  ])('of %s are as many as it has parameters', (_, net, weights) => {
    withoutDraws();
    expect([...net().parameters()].reduce((sum, p) => sum + p.numel(), 0)).toBe(weights.meta.numParams);
  });

  it('of RegNet were trained on pictures of several sizes', () => {
    const { DEFAULT, IMAGENET1K_SWAG_E2E_V1: all, IMAGENET1K_SWAG_LINEAR_V1: last } = models.RegNetY16GFWeights;
    expect([DEFAULT, all, last, models.RegNetY128GFWeights.DEFAULT].map(String)).toEqual([
      'RegNet_Y_16GF_Weights.IMAGENET1K_V2', 'RegNet_Y_16GF_Weights.IMAGENET1K_SWAG_E2E_V1', 'RegNet_Y_16GF_Weights.IMAGENET1K_SWAG_LINEAR_V1',
      'RegNet_Y_128GF_Weights.IMAGENET1K_SWAG_E2E_V1']);
    expect([all.url, all.meta.license, last.meta.recipe, DEFAULT.meta.license]).toEqual([
      'https://download.pytorch.org/models/regnet_y_16gf_swag-43afe44d.pth', 'https://github.com/facebookresearch/SWAG/blob/main/LICENSE',
      'https://github.com/pytorch/vision/pull/5793', undefined]);
    expect([all, last, DEFAULT].map(({ presets }) => [presets.cropSize, presets.resizeSize, presets.interpolation])).toEqual([
      [384, 384, 'bicubic'], [224, 224, 'bicubic'], [224, 232, undefined]]);
  });
});
