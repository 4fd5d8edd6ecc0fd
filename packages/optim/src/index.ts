export { Adadelta } from './adadelta.js';
export type { AdadeltaOptions } from './adadelta.js';
export { Adagrad } from './adagrad.js';
export type { AdagradOptions } from './adagrad.js';
export { Adam } from './adam.js';
export type { AdamOptions } from './adam-step.js';
export { Adamax } from './adamax.js';
export type { AdamaxOptions } from './adamax.js';
export { AdamW } from './adamw.js';
export { ASGD } from './asgd.js';
export type { ASGDOptions } from './asgd.js';
export { LBFGS } from './lbfgs.js';
export type { LBFGSOptions } from './lbfgs.js';
export * as lrScheduler from './lr-scheduler/index.js';
export { NAdam } from './nadam.js';
export type { NAdamOptions } from './nadam.js';
export { Optimizer } from './optimizer.js';
export type {
  BaseOptions, OptimizerStateDict, ParamGroup, ParamGroupInput, ParamsInput, Resolved,
} from './optimizer.js';
export { RAdam } from './radam.js';
export type { RAdamOptions } from './radam.js';
export { RMSprop } from './rmsprop.js';
export type { RMSpropOptions } from './rmsprop.js';
export { Rprop } from './rprop.js';
export type { RpropOptions } from './rprop.js';
export { SGD } from './sgd.js';
export type { SGDOptions } from './sgd.js';
export { SingleTensorOptimizer } from './single-tensor-optimizer.js';
