import { conversionOps, creationOps } from '@sconce/tensor/internal';
import { define } from './define.js';
import { zero } from './zero.js';

define(conversionOps.clone, [(g) => g]);
// the engine casts a gradient to its input's dtype
define(conversionOps.toCopy, [(g) => g]);
// what was written over does not matter any more; the engine sums over what was broadcast
define(conversionOps.copy, [zero, (g) => g]);
define(creationOps.fill, [zero, null]);
define(creationOps.fillTensor, [zero, (g) => g]);
define(creationOps.zero, [zero]);
