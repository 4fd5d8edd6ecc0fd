import { IndexError, NotImplementedError, RuntimeError, ValueError } from '@sconce/tensor';
import { DataFileError } from '../mnist/idx.js';
import { typeName } from '../type-name.js';

/** What is left of an error when it goes to another thread. */
export interface RemoteFailure {
  readonly name: string;
  /** the name, the message and where it was thrown */
  readonly trace: string;
}

/** Describes anything that was thrown. */
export function describeFailure(thrown: unknown): RemoteFailure {
  if (!(thrown instanceof Error)) return { name: typeName(thrown), trace: `${typeName(thrown)}: ${String(thrown)}` };
  const { name, stack = '' } = thrown;
  const title = String(thrown);
  // the stacks of some engines are places alone; V8's begin with the name that the error had at first
  return { name, trace: stack.includes(thrown.message) ? stack.replace(/^\w*Error\b/, name) : `${title}\n${stack}` };
}

const TYPES: Readonly<Record<string, new (message: string) => Error>> = {
  Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, RuntimeError, ValueError, IndexError,
  NotImplementedError, DataFileError,
};

/** The error of a worker in the words of PyTorch, of its own type where that is known here. */
export function caught({ name, trace }: RemoteFailure, worker: number): Error {
  const text = `Caught ${name} in DataLoader worker process ${worker}.\nOriginal ${trace}`;
  return Object.hasOwn(TYPES, name) ? new TYPES[name]!(text) : Object.assign(new Error(text), { name });
}
