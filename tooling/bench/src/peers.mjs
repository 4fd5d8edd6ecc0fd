import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with the libraries that Sconce is measured against. It is no part of the workspace. */
export const peersFolder = fileURLToPath(new URL('../peers/', import.meta.url));

/** Installs the peers as locked, unless they are there. @returns whether they are */
export function installPeers() {
  const lock = readFileSync(join(peersFolder, 'package-lock.json'), 'utf8');
  const stamp = join(peersFolder, 'node_modules/.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return true;
  console.log('peers: installing tfjs and jax-js (once; needs the network)');
  const windows = process.platform === 'win32';
  const args = ['ci', '--prefix', peersFolder, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stderr } = spawnSync(windows ? 'npm.cmd' : 'npm', args, { cwd: peersFolder, encoding: 'utf8', shell: windows });
  if (status !== 0) {
    console.error(`peers: not installed: ${stderr?.trim().split('\n').at(-1) ?? 'npm did not start'}`);
    return false;
  }
  writeFileSync(stamp, lock);
  return true;
}
