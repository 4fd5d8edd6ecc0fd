/** Shows values on one line, as console.log does. */
export type Print = (...values: unknown[]) => void;
