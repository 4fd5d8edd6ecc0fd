import { parseArgs, type ParseArgsConfig } from 'node:util';

/** A mistake on the command line or in the files it names: one line, no stack. */
export class UsageError extends Error {}

type FlagOptions = NonNullable<ParseArgsConfig['options']>;

/** The flags of a command line. @throws UsageError for flags that there are not */
export function readFlags<const O extends FlagOptions>(
  args: readonly string[], options: O,
): ReturnType<typeof parseArgs<{ args: string[]; options: O }>>['values'] {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException, flag = /'(--[\w-]+)[^']*' argument is ambiguous/.exec(message)?.[1];
    const hint = code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE' && flag !== undefined
      ? `${flag} has no value; one that begins with a dash is written ${flag}=-1` : message.split('\n')[0];
    throw new UsageError(`${hint} (--help lists the flags)`);
  }
}

/** A number that passes a test. @param wants what the test asks for. @throws UsageError for others */
export function number(flag: string, text: string, test: (x: number) => boolean, wants: string): number {
  const x = Number(text);
  if (text.trim() === '' || !test(x)) throw new UsageError(`--${flag} must be ${wants}, not '${text}'`);
  return x;
}

/** A whole number from 1 on. @throws UsageError for others */
export const count = (flag: string, text: string): number =>
  number(flag, text, (x) => Number.isSafeInteger(x) && x >= 1, 'a whole number from 1 on');

/** One of some words. @throws UsageError for others */
export function choice<T extends string>(flag: string, text: string, of: readonly T[]): T {
  const found = of.find((x) => x === text);
  if (!found) throw new UsageError(`--${flag} must be one of ${of.join(', ')}, not '${text}'`);
  return found;
}

/** The flags that all trainers have. */
export interface TrainingOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly lr: number;
  readonly momentum: number;
  readonly seed: number;
  readonly device: string;
  readonly threads: number;
  /** how many pictures of each split are used */
  readonly limit: number | undefined;
  readonly json: string | undefined;
}

/** Reads the flags that all trainers have. @throws UsageError for values that make no sense */
export function trainingOptions(values: {
  readonly epochs: string; readonly 'batch-size': string; readonly lr: string; readonly momentum: string;
  readonly seed: string; readonly device: string; readonly threads: string; readonly limit?: string | undefined;
  readonly json?: string | undefined;
}): TrainingOptions {
  return {
    epochs: count('epochs', values.epochs),
    batchSize: count('batch-size', values['batch-size']),
    lr: number('lr', values.lr, (x) => x >= 0 && Number.isFinite(x), 'a number from 0 on'),
    momentum: number('momentum', values.momentum, (x) => x >= 0 && x < 1, 'a number from 0 to below 1'),
    seed: number('seed', values.seed, Number.isSafeInteger, 'a whole number'),
    device: values.device,
    threads: count('threads', values.threads),
    limit: values.limit === undefined ? undefined : count('limit', values.limit),
    json: values.json,
  };
}
