/** Python's `safetensors.torch`. */
export { loadFile, loadFile as load, SafeOpen, safeOpen } from './open.js';
export type { SafetensorsLoadOptions } from './open.js';
export { save, saveFile } from './save.js';
export type { SafetensorsSaveOptions } from './save.js';
