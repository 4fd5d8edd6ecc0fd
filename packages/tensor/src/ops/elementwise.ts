/** The element by element functions that are methods as well. */
export * from './activations.js';
export * from './arithmetic.js';
export * from './bitwise.js';
export * from './clamp.js';
export * from './comparison.js';
export * from './float-parts.js';
export * from './logical.js';
export * from './pointwise.js';
export * from './rounding.js';
export * from './selection.js';
export * from './special-functions.js';
export * from './ternary.js';
export * from './trigonometry.js';
export { angle, conj, conjPhysical, isConj, isNeg, resolveConj, resolveNeg } from './complex.js';
export { isComplex, isSigned } from './dtype-query.js';
