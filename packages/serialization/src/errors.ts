/** Python's pickle.UnpicklingError: a checkpoint that is broken, or that asks for more than tensors and plain values. */
export class UnpicklingError extends Error { override readonly name: string = 'UnpicklingError'; }

/** A pickle that ends too early. */
export class EndOfPickle extends UnpicklingError {}

/** Python's pickle.PicklingError: a value that a checkpoint cannot hold. */
export class PicklingError extends Error { override readonly name: string = 'PicklingError'; }

/** A safetensors file that is broken, or tensors that the format cannot hold. */
export class SafetensorError extends Error { override readonly name: string = 'SafetensorError'; }

/** A text from a file, short enough for a message. */
export const clipped = (text: string, length = 200): string => (text.length <= length ? text : `${text.slice(0, length)}…`);

/** A value from a file, for a message. What is no plain value is only named: its parts may stand in it again and again. */
export const valueText = (x: unknown): string => (typeof x === 'object' && x !== null ? 'an object' : clipped(String(x)));
