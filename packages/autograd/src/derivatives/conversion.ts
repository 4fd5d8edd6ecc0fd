import { conversionOps, creationOps } from '@sconce/tensor/internal';
import { define } from './define.js';

define(conversionOps.clone, [(g) => g]);
// the engine casts a gradient to its input's dtype
define(conversionOps.toCopy, [(g) => g]);
define(conversionOps.copy, [(g) => g.mul(0), (g) => g]);
define(creationOps.fill, [(g) => g.mul(0)]);
