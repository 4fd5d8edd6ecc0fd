/** `torch.func` */
export type { GradOptions } from './differentiable.js';
export { functionalCall, stackModuleState } from './functional-call.js';
export { grad, gradAndValue, jvp, vjp, type JvpOptions, type VjpOptions } from './grad.js';
export { hessian, jacfwd, jacrev } from './jacobian.js';
export type { Tree } from './tree.js';
export { vmap, type Randomness, type VmapOptions } from './vmap.js';
