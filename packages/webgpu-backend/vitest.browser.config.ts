import { browserProject } from '../../tooling/vitest/browser.js';

export default browserProject('webgpu-backend in Chromium', ['test/suites/*.test.ts']);
