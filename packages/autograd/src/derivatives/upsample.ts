import { upsample, upsampleBackward, upsampleBackwardOp, upsampleOps } from '@sconce/tensor/internal';
import { define } from './define.js';

// Resampling is linear: it and its adjoint are each other's gradients.
for (const op of Object.values(upsampleOps)) define(op, [(g, { attrs }) => upsampleBackward(g, attrs)]);
define(upsampleBackwardOp, [(v, { attrs }) => upsample(v, attrs)]);
