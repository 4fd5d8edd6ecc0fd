import { browserProject } from '../../tooling/vitest/browser.js';

export default browserProject('webgpu-backend in Chromium', ['ops', 'nn', 'optim', 'faults', 'linalg', 'edges', 'dtypes', 'warmup', 'recover', 'aliasing'].map((name) => `test/${name}.test.ts`));
