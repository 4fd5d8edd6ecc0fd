export { wasm, type WasmBackend, type WasmOptions } from './backend.js';
