export { channelShuffle, pixelShuffle, pixelUnshuffle } from '@sconce/tensor';
export { col2im as fold, im2col as unfold } from '@sconce/tensor/internal';
export * from './grid.js';
export * from './interpolate.js';
