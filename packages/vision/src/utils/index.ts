/** `torchvision.utils`, and `imshow`. */
export { drawBoundingBoxes, type BoxOptions } from './boxes.js';
export { flowToImage } from './flow.js';
export { drawKeypoints, type KeypointOptions } from './keypoints.js';
export { getrgb, type Colour } from './colours.js';
export { drawSegmentationMasks, type MaskOptions } from './masks.js';
export { drawText, type TextOptions } from './text.js';
export { imshow, type ShowOptions } from './show.js';
export { makeGrid, saveImage, type GridOptions, type SaveImageOptions } from './grid.js';
