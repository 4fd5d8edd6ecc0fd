/** `torch.autograd.graph` */
export { disableSavedTensorsHooks, savedTensorsHooks } from './saved-tensor.js';
