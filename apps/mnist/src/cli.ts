import { runProgram, type Output } from '@sconce/app-kit';
import { HELP, parseOptions } from './options.js';
import { run } from './run.js';

export const program = { help: HELP, parseOptions, run };

/** Runs the program with these arguments; resolves to its exit code. */
export const cli = (args: readonly string[], output?: Output): Promise<number> => runProgram(program, args, output);
