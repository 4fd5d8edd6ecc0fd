export { getPrintoptions, setPrintoptions } from './printing/options.js';
export type { PrintOptions, SetPrintOptions } from './printing/options.js';
export { formatTensor } from './printing/tensor.js';
export type { FormatTensorOptions } from './printing/tensor.js';
