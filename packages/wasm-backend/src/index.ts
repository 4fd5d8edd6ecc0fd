// what the host gives (WebAssembly, Worker), also for the packages that compile these sources with their own settings
/// <reference lib="dom" />
export { wasm, type WasmBackend, type WasmOptions } from './backend.js';
