// Fails where the packages' dependencies make a circle or a forbidden edge, or where an import is not declared.
import { fileURLToPath } from 'node:url';
import { allowed, allowedInTests } from './graph-rules.mjs';
import { violations } from './graph.mjs';
import { readPackages } from './read-packages.mjs';

const found = violations(readPackages(fileURLToPath(new URL('../../../', import.meta.url))), allowed, allowedInTests);
for (const line of found) console.error(line);
process.exitCode = found.length === 0 ? 0 : 1;
