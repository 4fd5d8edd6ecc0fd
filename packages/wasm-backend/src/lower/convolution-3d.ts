import { add } from '@sconce/tensor';
import { Layout, type ConvolutionGeometry, type Kernel, type View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { copyTo, fill, relaid, reshaped, withScratch } from './dense.js';
import { lowerPointwise } from './pointwise.js';

// Convolutions of volumes (N, C, D, H, W), by those of images: a slice of the output is an image whose channels are all the
// slices that its kernel meets, of all channels. So the weight stays as it lies: (outputs, channels, depth, height, width).

/** What convolves images; the geometry is that of the last two dimensions. */
type InImages = (x: View, w: View, bias: View | undefined, out: View, g: ConvolutionGeometry) => void;

/** The last two dimensions of a geometry. */
const inImages = ({ stride, padding, dilation, groups }: ConvolutionGeometry): ConvolutionGeometry =>
  ({ stride: stride.slice(1), padding: padding.slice(1), dilation: dilation.slice(1), groups });

/** Calls `fn` with scratch memory of a shape, like another view. */
const withRoom = (engine: Engine, like: View, shape: readonly number[], fn: (room: View) => void): void =>
  withScratch(engine, relaid(like, Layout.contiguous(shape)), fn);

/** A weight whose channels are those of images. */
const flatWeight = (w: View): View => {
  const [outputs, channels, depth, ...kernel] = w.layout.shape;
  return reshaped(w, [outputs, channels * depth, ...kernel]);
};

/**
 * Calls `fn` for each element of the kernel along the depth, with the slices of a volume (N, C, D, H, W) that it meets and their places
 * in the images' channels (N · slices, C · depth, H, W), both as (N, C, slices, H, W).
 */
function eachDepth(
  volume: View, images: View, depth: number, slices: number, { stride: [s], padding: [p], dilation: [dil] }: ConvolutionGeometry, fn: (slices: View, channels: View) => void,
): void {
  const [n, c, d, h, w] = volume.layout.shape, area = h * w;
  for (let k = 0; k < depth; k++) {
    const shift = k * dil - p, first = Math.max(Math.ceil(-shift / s), 0), end = Math.min(Math.floor((d - 1 - shift) / s) + 1, slices);
    if (end <= first) continue;
    const shape = [n, c, end - first, h, w];
    fn(
      relaid(volume, new Layout(shape, [c * d * area, d * area, s * area, w, 1], volume.layout.offset + (first * s + shift) * area)),
      relaid(images, new Layout(shape, [slices * c * depth * area, depth * area, c * depth * area, w, 1], images.layout.offset + (first * c * depth + k) * area)));
  }
}

/** Calls `fn` with the images of a volume. */
function withImages(engine: Engine, x: View, depth: number, slices: number, g: ConvolutionGeometry, fn: (images: View) => void): void {
  const [n, c, , h, w] = x.layout.shape;
  withRoom(engine, x, [n * slices, c * depth, h, w], (images) => {
    if (g.padding[0] > 0) fill(engine, images, 0);
    eachDepth(x, images, depth, slices, g, (from, to) => copyTo(engine, from, to));
    fn(images);
  });
}

/** Calls `fn` with room for a volume's slices, (N · D, C, H, W), and both seen as (N, C, D, H, W). */
function withSlices(engine: Engine, volume: View, fn: (images: View, inVolume: View) => void): void {
  const [n, c, d, h, w] = volume.layout.shape, area = h * w;
  withRoom(engine, volume, [n * d, c, h, w], (images) =>
    fn(images, relaid(images, new Layout([n, c, d, h, w], [d * c * area, area, c * area, w, 1], images.layout.offset))));
}

export function convolveVolumes(engine: Engine, [x, w, bias]: readonly View[], out: View, g: ConvolutionGeometry, convolve: InImages): void {
  withImages(engine, x, w.layout.shape[2], out.layout.shape[2], g, (images) => withSlices(engine, out, (slices, inVolume) => {
    convolve(images, flatWeight(w), bias, slices, inImages(g));
    copyTo(engine, inVolume, out);
  }));
}

export function gradWeightOfVolumes(engine: Engine, x: View, grad: View, out: View, g: ConvolutionGeometry, gradWeight: (x: View, grad: View, out: View, g: ConvolutionGeometry) => void): void {
  withImages(engine, x, out.layout.shape[2], grad.layout.shape[2], g, (images) => withSlices(engine, grad, (slices, inVolume) => {
    copyTo(engine, grad, inVolume);
    gradWeight(images, slices, flatWeight(out), inImages(g));
  }));
}

const adders = new WeakMap<Engine, Kernel<View['dtype']>>();

/** The transposed one: the images' channels are added up where they belong. */
export function spreadVolumes(engine: Engine, [x, w, bias]: readonly View[], out: View, g: ConvolutionGeometry, transposed: InImages): void {
  let plus = adders.get(engine);
  if (!plus) adders.set(engine, (plus = lowerPointwise(engine, add.op)));
  const [n, channels, , height, width] = out.layout.shape, depth = w.layout.shape[2], slices = x.layout.shape[2];
  if (bias) copyTo(engine, relaid(bias, new Layout(out.layout.shape, [0, 1, 0, 0, 0], bias.layout.offset)), out);
  else fill(engine, out, 0);
  withSlices(engine, x, (from, inVolume) => {
    copyTo(engine, x, inVolume);
    withRoom(engine, out, [n * slices, channels * depth, height, width], (images) => {
      transposed(from, flatWeight(w), undefined, images, inImages(g));
      eachDepth(out, images, depth, slices, g, (to, part) => plus([to, part], [to], to.dtype));
    });
  });
}
