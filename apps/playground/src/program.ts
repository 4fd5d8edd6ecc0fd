import { transform } from 'sucrase';

type Modules = Readonly<Record<string, object>>;
type Body = (require: (name: string) => unknown, exports: Record<string, unknown>) => Promise<void>;

const AsyncFunction = (async () => {}).constructor as new (...args: string[]) => Body;

/** What the engine puts before the first line of a function's body. */
const LINES_BEFORE = 2;

/** A mistake in a program, with the place in it. */
export class ProgramError extends Error {
  override name = 'ProgramError';
}

/** The first place in the program that a stack tells of. */
function lineOf(stack: string | undefined): string {
  const place = stack?.match(/program\.ts:(\d+):(\d+)/);
  return place ? ` (line ${Number(place[1]) - LINES_BEFORE})` : '';
}

/**
 * Runs a program in TypeScript: modules that it imports are the ones given, `await` may stand anywhere. Then runs the
 * function that it exports, if any, with `print`: so the scripts of the tutorials are programs.
 * @throws ProgramError with the line where the program fails
 */
export async function runProgram(source: string, modules: Modules, print: (...values: unknown[]) => void): Promise<void> {
  const require = (name: string): unknown => {
    if (!Object.hasOwn(modules, name)) throw new Error(`there is no module '${name}' here; there are ${Object.keys(modules).join(', ')}`);
    return modules[name];
  };
  const exports: Record<string, unknown> = {};
  try {
    const { code } = transform(source, { transforms: ['typescript', 'imports'], disableESTransforms: true, filePath: 'program.ts' });
    await new AsyncFunction('require', 'exports', `${code}\n//# sourceURL=program.ts`)(require, exports);
    const script = Object.values(exports).find((value) => typeof value === 'function') as ((out: typeof print) => unknown) | undefined;
    await script?.(print);
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    throw new ProgramError(`${name}: ${message.replace(/^Error transforming program\.ts: /, '')}${lineOf(stack)}`, { cause: error });
  }
}
