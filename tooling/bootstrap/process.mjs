import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

const windows = process.platform === 'win32';

/** The environment of every child: no telemetry, no update notices, no chatter from npm. */
const env = {
  ...process.env,
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
  npm_config_loglevel: 'error',
  npm_config_update_notifier: 'false',
};

/**
 * Runs a program to its end.
 * @returns its exit code (a signal counts as 1), and what it printed where `capture` is set
 */
export function execute(command, args, { cwd = root, capture = false, extraEnv = {}, shell = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      shell,
      env: { ...env, ...extraEnv },
      stdio: capture ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    });
    const chunks = [];
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    child.stderr?.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => resolve({ code: 1, output: `${command}: ${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}

/** Runs a Node program of this repository. */
export const node = (args, options) => execute(process.execPath, args, options);

/** Runs a shell line with the pinned pnpm on its PATH; pnpm comes from npm's cache or, the first time, the registry. */
export function withPnpm(line, options) {
  const { packageManager } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  const quoted = windows ? `"${line}"` : line;
  // Without --prefer-offline npx asks the registry again and again, and waits a minute where there is no network.
  const args = ['--yes', '--prefer-offline', '-p', packageManager, '-c', quoted];
  return execute(windows ? 'npx.cmd' : 'npx', args, { ...options, shell: windows });
}
