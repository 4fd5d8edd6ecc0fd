// Runs a benchmark program: npm run bench -- NAME [arguments]. A program is a file of tooling/bench/src/programs.
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const folder = fileURLToPath(new URL('src/programs/', import.meta.url));
const names = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.mjs')).map((file) => file.slice(0, -4)) : [];
const name = process.argv[2];

if (name !== undefined && names.includes(name)) {
  process.argv.splice(2, 1);
  await import(pathToFileURL(`${folder}${name}.mjs`).href);
} else {
  const known = names.length > 0 ? `one of: ${names.join(', ')}` : 'tooling/bench/src/programs holds none yet';
  console.error(`${name === undefined ? 'bench needs the name of a program' : `no program ${name}`}; ${known}`);
  process.exitCode = 1;
}
