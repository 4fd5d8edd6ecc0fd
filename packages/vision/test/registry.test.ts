import { ValueError } from '@sconce/tensor';
import { describe, expect, test } from 'vitest';
import { models } from '../src/index.js';

const { getModel, getModelBuilder, getModelWeights, getWeight, listModels } = models;

describe('networks by their names', () => {
  test('every name has a function and weights of that name', () => {
    const plain = (text: string): string => text.replaceAll(/[._]/g, '').toLowerCase();
    expect(listModels()).toHaveLength(79);
    for (const name of listModels()) {
      // torchvision names the enumeration after the function
      const { name: weights } = getModelWeights(name).DEFAULT;
      expect(weights.split('.')[0].toLowerCase()).toBe(`${name}_weights`);
      expect(getWeight(weights)).toBe(getModelWeights(name).DEFAULT);
      const builder = getModelBuilder(name), key = Object.keys(models).find((k) => models[k as keyof typeof models] === builder);
      // 1.6 is not 16
      expect(name.startsWith('regnet') ? key!.replace(/^regnet(.)/, (_, kind: string) => `regnet_${kind.toLowerCase()}_`) : plain(key!))
        .toBe(name.startsWith('regnet') ? name : plain(name));
      expect(getModelWeights(builder as never)).toBe(getModelWeights(name));
    }
  });

  test('a network is made by its name, whatever the case', () => {
    const net = getModel('resnet18', { numClasses: 3 });
    expect(net).toBeInstanceOf(models.ResNet);
    expect(net.fc.outFeatures).toBe(3);
    expect(getModel('SqueezeNet1_1')).toBeInstanceOf(models.SqueezeNet);
    expect(getWeight('ResNet50_Weights.IMAGENET1K_V1')).toBe(models.ResNet50Weights.IMAGENET1K_V1);
  });

  test.each([
    [() => getModel('Foo'), 'Unknown model foo'],
    [() => getModelWeights('toString'), 'Unknown model tostring'],
    [() => getModelWeights(models.lenet as never), "The WeightsEnum class for the specific method couldn't be retrieved."],
    [() => getWeight('foo'), "Invalid weight name provided: 'foo'."],
    [() => getWeight('Foo.DEFAULT'), "The weight enum 'Foo' for the specific method couldn't be retrieved."],
    [() => getWeight('ResNet50_Weights.X'), "Unknown value 'X' for ResNet50_Weights."],
  ] as const)('%s is refused', (call, message) => {
    expect(call).toThrow(ValueError);
    expect(call).toThrow(message);
  });
});
