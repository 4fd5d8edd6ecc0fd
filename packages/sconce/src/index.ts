import { registerImageDecoder } from '@sconce/data';
import { Parameter } from '@sconce/nn';
import { registerParameter } from '@sconce/serialization';
import { io } from '@sconce/vision';
export * from '@sconce/tensor';
export {
  enableGrad, inferenceMode, isAnomalyEnabled, isGradEnabled, isInferenceModeEnabled, noGrad, setDetectAnomaly as setAnomalyEnabled, setGradEnabled,
} from '@sconce/autograd';
export * as autograd from '@sconce/autograd';
export * as nn from '@sconce/nn';
export * as backends from './backends.js';
export * as cuda from './cuda.js';
export { areDeterministicAlgorithmsEnabled, useDeterministicAlgorithms } from './determinism.js';
export { celu_, cosineSimilarity, pairwiseDistance, pdist, rrelu_, selu_, threshold_ } from './functional.js';
export * as distributions from '@sconce/distributions';
export * as func from '@sconce/func';
export * as optim from './optim.js';
export { getFloat32MatmulPrecision, setFloat32MatmulPrecision, setFlushDenormal } from './precision.js';
export type { Float32MatmulPrecision } from './precision.js';
export * as random from './random.js';
export * as utils from './utils.js';
export { datasets, hub, transforms } from '@sconce/vision';
export * as torchvision from '@sconce/vision';
export { getNumThreads, setNumThreads } from './cpu.js';
export * as webgpu from './webgpu.js';
export * as debug from './debug.js';
export * as testing from './testing.js';
export * as amp from './amp/index.js';
export { autocast, isAutocastEnabled } from './amp/index.js';
export {
  load, loadNpy, loadNpz, PicklingError, SafetensorError, safetensors, save, saveNpy, saveNpz, UnpicklingError,
} from '@sconce/serialization';
export type { FileSource, FileTarget, LoadOptions, MapLocation, SaveNpzOptions } from '@sconce/serialization';

// files have parameters, whose class the package that reads them does not know
registerParameter(Parameter);
// and image folders have files, whose format the package that lists them does not know
registerImageDecoder(io.decodeToImage);
