import { ceil, floor, frac, round, trunc } from '@sconce/tensor';
import { define } from './define.js';
import { zero } from './zero.js';

// steps are level
for (const op of [ceil.op, floor.op, trunc.op, round.op, round.decimals, round.tens]) define(op, [zero]);
define(frac.op, [(g) => g]);
