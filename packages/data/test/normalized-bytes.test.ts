import { float64, getDefaultDtype, setDefaultDtype, type Tensor } from '@sconce/tensor';
import { describe, expect, it } from 'vitest';
import { Image, transforms } from '../src/index.js';
import { failure, recorded, values } from './fixtures.js';

const { Compose, Normalize, ToTensor } = transforms;

const gray = new Image({ width: 16, height: 16, channels: 1, data: Uint8Array.from({ length: 256 }, (_, i) => i) });
const rgb = new Image({ width: 5, height: 4, channels: 3, data: Uint8Array.from(recorded.pictures.rgbBytes) });
const colours = [[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]] as const;

const bits = (x: Tensor): number[] => Array.from(new Int32Array(Float32Array.from(values(x)).buffer));

describe('ToTensor before Normalize, which are one step', () => {
  it('gives the bits of torchvision, for pictures of any channels in turn', () => {
    const one = new Compose([new ToTensor(), new Normalize([0.1307], [0.3081])]);
    const three = new Compose([new ToTensor(), new Normalize(...colours)]);
    for (let round = 0; round < 2; round++) {
      expect(one(gray).shape).toEqual([1, 16, 16]);
      expect(bits(one(gray))).toEqual(recorded.pictures.grayNormalized);
      expect(three(rgb).shape).toEqual([3, 4, 5]);
      expect(bits(three(rgb))).toEqual(recorded.pictures.rgbNormalized);
      // one mean for all channels
      expect(bits(one(rgb))).toEqual(bits(new Normalize(0.1307, 0.3081)(new ToTensor()(rgb))));
    }
    expect(failure(() => three(gray)).name).toBe('RuntimeError');
  });

  it('calls what a subclass does, and follows the default dtype', () => {
    class Inverted extends ToTensor {
      override forward(image: Image): Tensor { return super.forward(image).neg().add(1); }
    }
    const inverted = new Compose([new Inverted(), new Normalize([0.5], [1])]);
    expect(values(inverted(gray)).slice(0, 1)).toEqual([0.5]);
    const before = getDefaultDtype();
    setDefaultDtype(float64);
    try {
      expect(new Compose([new ToTensor(), new Normalize([0.5], [0.5])])(gray).dtype).toBe(float64);
    } finally {
      setDefaultDtype(before);
    }
  });

  it('may change the picture in place, and goes on with further steps', () => {
    const steps = new Compose([new ToTensor(), new Normalize([0.5], [0.5], { inplace: true }), (x: Tensor) => x.sum()]);
    expect(values(steps(gray))[0]).toBeCloseTo(0, 3);
  });
});
