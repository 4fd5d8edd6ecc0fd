#!/usr/bin/env node
// The entry of every root script: checks Node, installs what is missing, runs the task.
// Usage: node tooling/bootstrap/run.mjs <task> [arguments]
// It imports nothing outside Node before the install, and nothing at all before the version is known to be new enough.

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error('Sconce needs Node 20.19 or newer; this is ' + process.version + '. See https://nodejs.org');
  process.exit(1);
}

const { main } = await import('./tasks.mjs');
process.exitCode = await main(process.argv.slice(2));
