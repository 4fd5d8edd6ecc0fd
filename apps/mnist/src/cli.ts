import { HELP, parseOptions, UsageError } from './options.js';
import { run } from './run.js';

/** Where a program's lines go. */
export interface Output {
  log(line: string): void;
  error(line: string): void;
}

/** Runs the program with these arguments; resolves to its exit code. A mistake of the user's is one line and a 1. */
export async function cli(args: readonly string[], output: Output = console): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options) await run(options, (line) => output.log(line));
    else output.log(HELP);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    output.error(`error: ${error.message}`);
    return 1;
  }
}
