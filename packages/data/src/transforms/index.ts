export { Compose, Lambda, type TransformFunction } from './compose.js';
export { Normalize } from './normalize.js';
export { ToTensor } from './to-tensor.js';
export { Transform } from './transform.js';
