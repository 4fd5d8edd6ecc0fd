import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { cli } from '../src/cli.js';

/** A new folder that is gone after the test, or when `whenOver` calls what it is given. */
export function temporaryFolder(whenOver: (remove: () => void) => void = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'sconce-mnist-'));
  whenOver(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Ran {
  readonly code: number;
  readonly lines: readonly string[];
  readonly errors: readonly string[];
}

/** Runs the program with these arguments and keeps what it prints. */
export async function runCli(...args: string[]): Promise<Ran> {
  const lines: string[] = [], errors: string[] = [];
  const code = await cli(args, { log: (line) => lines.push(line), error: (line) => errors.push(line) });
  return { code, lines, errors };
}
