/** `torch.autograd.graph` */
export { disableSavedTensorsHooks, savedTensorsHooks } from './saved-tensor.js';
export { saveOnCpu, type SaveOnCpuOptions } from './save-on-cpu.js';
