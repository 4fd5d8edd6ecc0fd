import { browserProject } from '../../tooling/vitest/browser.js';

// threads cannot share memory there: what they give is moved
export default browserProject('data in Chromium', ['test/workers/chromium.browser.ts'], { isolated: false });
