import { test } from 'vitest';

console.warn('no Chromium: the tests in a browser are skipped (SCONCE_CHROMIUM names one, or the path has it)');
test.skip('in Chromium: there is none', () => {});
