/**
 * PyTorch's exception types that JavaScript lacks. Messages are PyTorch's own; `TypeError` is the built-in one.
 * @example
 * try { torch.ones(2).add(torch.ones(3)); } catch (e) { e instanceof torch.RuntimeError; } // true
 */
export class RuntimeError extends Error { override readonly name: string = 'RuntimeError'; }

/** Python's IndexError: a dimension or an index out of range. */
export class IndexError extends Error { override readonly name: string = 'IndexError'; }

/** Python's ValueError: an argument of the right type with a value that makes no sense. */
export class ValueError extends Error { override readonly name: string = 'ValueError'; }

/** Python's AssertionError: what a function takes for granted, or a test expects, is not so. */
export class AssertionError extends Error { override readonly name: string = 'AssertionError'; }

/** Python's NotImplementedError: a combination that does not exist, as an op that a device lacks. */
export class NotImplementedError extends RuntimeError { override readonly name: string = 'NotImplementedError'; }
