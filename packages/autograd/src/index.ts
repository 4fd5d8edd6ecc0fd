import { setAutogradHook } from '@sconce/tensor/internal';
import './derivatives/index.js';
import { hook } from './hook.js';

// the one thing that importing this package does: gradients work from here on
setAutogradHook(hook);

export { detectAnomaly, isAnomalyEnabled, setDetectAnomaly } from './anomaly.js';
export type { AnomalyOptions } from './anomaly.js';
export { backward, grad } from './hook.js';
export type { BackwardManyOptions, GradOptions, GradsOf } from './hook.js';
export {
  enableGrad, inferenceMode, isGradEnabled, isInferenceModeEnabled, noGrad, setGradEnabled,
} from './grad-mode.js';
export { Function, onceDifferentiable } from './function.js';
export { FunctionContext } from './function-context.js';
export * as checkpoint from './checkpoint.js';
export type { CheckpointOptions } from './checkpoint.js';
export * as functional from './functional.js';
export { gradcheck, GradcheckError, gradgradcheck } from './gradcheck.js';
export type { GradcheckOptions, GradgradcheckOptions, TensorFunction } from './gradcheck.js';
export * as graph from './graph.js';
export { AccumulateGrad, Node } from './node.js';
export { Variable } from './variable.js';
export { define, derivativeOf, nonDifferentiable, saving } from './derivatives/define.js';
export type { Context, Derivative, Rule, Saved } from './derivatives/define.js';
