export { PicklingError, SafetensorError, UnpicklingError } from './errors.js';
export type {
  BlobLike, FileHandleLike, FileSource, FileTarget, ReadableStreamLike, ResponseLike, UrlLike, WritableStreamLike,
} from './io/types.js';
export { load } from './pth/load.js';
export type { LoadOptions, MapLocation } from './pth/load.js';
export { registerParameter } from './pth/parameter.js';
export type { ParameterClass } from './pth/parameter.js';
export { save } from './pth/save.js';
export { loadNpy, saveNpy } from './npy/npy.js';
export { loadNpz, saveNpz } from './npy/npz.js';
export type { SaveNpzOptions } from './npy/npz.js';
export type { NamedTensors } from './named-tensors.js';
export * as safetensors from './safetensors/index.js';
