/**
 * What autocast does to the operands of a function before it runs: gives them as they are, or converted.
 * @param name the function's or the op record's
 */
export type AutocastHook = <T>(name: string, operands: readonly T[]) => readonly T[];

let current: AutocastHook | null = null;

/** Gives what calls a function with autocast as it is now. */
type Keep = () => <T>(fn: () => T) => T;
let keep: Keep | null = null;

/** Connects an implementation of autocast; null where it is off. @internal */
export function setAutocastHook(hook: AutocastHook | null, keeping: Keep | null = null): void {
  current = hook;
  keep = keeping;
}

/** Gives what calls a function with autocast as it is now, on or off: what runs once more runs as it did before. @internal */
export const keepAutocast: Keep = () => keep?.() ?? ((fn) => {
  const before = [current, keep] as const;
  setAutocastHook(null);
  try {
    return fn();
  } finally {
    setAutocastHook(...before);
  }
});

/**
 * Operands as autocast wants them. Ops ask when they are dispatched; functions that look at dtypes before, or that are made of
 * several ops, ask for themselves. @internal
 */
export const autocastOperands = <const T extends readonly unknown[]>(name: string, operands: T): T =>
  (current === null ? operands : current(name, operands) as unknown as T);
