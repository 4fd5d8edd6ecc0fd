/** The methods that are no functions of `torch`, but for a few. */
export { fillDiagonal_ } from './filling-diagonal.js';
export { apply_, isNonzero, map_ } from './host-functions.js';
export { isSameSize, ndimension, nelement, resizeAs_, type } from './inspection.js';
export { getDevice, isPinned, pinMemory } from './placement.js';
