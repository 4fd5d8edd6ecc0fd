import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { root, withPnpm } from './process.mjs';

const stamp = `${root}node_modules/.sconce-installed`;

/** What an install depends on: the lockfile, the workspace's settings, and the platform that binaries are for. */
function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}`);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(root + file));
  return hash.digest('hex');
}

/**
 * Installs the locked dependencies, unless that was done for this very lockfile.
 * @returns whether they are there
 */
export async function install() {
  const wanted = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return true;
  console.log('install: dependencies, as locked (once; needs the network)');
  const { code, output } = await withPnpm('pnpm install --frozen-lockfile', { capture: true });
  if (code !== 0) {
    console.error(output + 'install failed');
    return false;
  }
  writeFileSync(stamp, wanted);
  return true;
}
