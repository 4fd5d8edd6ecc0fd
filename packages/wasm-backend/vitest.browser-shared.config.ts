import { browserProject } from '../../tooling/vitest/browser.js';

const names = ['*.property', 'fast-paths', 'host', 'memory', 'threads'];

// with shared memory, and so with threads
export default browserProject('wasm-backend in an isolated page of Chromium', names.map((name) => `test/${name}.test.ts`));
