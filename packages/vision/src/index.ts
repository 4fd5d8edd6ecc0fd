export { transforms } from '@sconce/data';
export * as datasets from './datasets.js';
export * as io from './io/index.js';
export * as ops from './ops/index.js';
export * as utils from './utils/index.js';
export * as hub from './hub.js';
export * as models from './models/index.js';
