export { Module } from './module.js';
export type { Layer } from './module.js';
export { Parameter } from './parameter.js';
export * as functional from './functional/index.js';
