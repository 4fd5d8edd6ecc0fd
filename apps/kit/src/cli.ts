import { UsageError } from './usage.js';

/** Where a program's lines go. */
export interface Output {
  log(line: string): void;
  error(line: string): void;
}

/** A program: what it reads its flags with, null where only help was asked for, and what it does. */
export interface Program<O> {
  readonly help: string;
  parseOptions(args: readonly string[]): O | null | Promise<O | null>;
  run(options: O, print: (line: string) => void): Promise<unknown>;
}

/** Runs a program with these arguments; resolves to its exit code. A mistake of the user's is one line and a 1. */
export async function runProgram<O>(program: Program<O>, args: readonly string[], output: Output = console): Promise<number> {
  try {
    const options = await program.parseOptions(args);
    if (options) await program.run(options, (line) => output.log(line));
    else output.log(program.help);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    output.error(`error: ${error.message}`);
    return 1;
  }
}

/** Runs a program with the arguments of the command line and sets the exit code. */
export async function main<O>(program: Program<O>): Promise<void> {
  // a reader that has seen enough, as `head`, ends the program
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  process.exitCode = await runProgram(program, process.argv.slice(2));
}
