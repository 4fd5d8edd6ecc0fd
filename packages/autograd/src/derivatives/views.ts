import { viewOps } from '@sconce/tensor/internal';
import { define } from './define.js';

define(viewOps.view, [(g, { shapes: [shape] }) => g.reshape(shape)]);
define(viewOps.unsafeView, [(g, { shapes: [shape] }) => g.reshape(shape)]);
// the engine sums over what was expanded
define(viewOps.expand, [(g) => g]);
define(viewOps.t, [(g) => g.t()]);
define(viewOps.unsqueeze, [(g, { attrs: { dim } }) => g.squeeze(dim)]);
