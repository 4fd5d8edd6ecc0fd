import { browserProject } from '../../tooling/vitest/browser.js';

const names = ['*.property', 'fast-paths', 'host', 'memory'];

export default browserProject('wasm-backend in Chromium', names.map((name) => `test/${name}.test.ts`), { isolated: false });
