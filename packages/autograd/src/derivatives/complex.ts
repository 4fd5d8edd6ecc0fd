import { complex, where, zerosLike } from '@sconce/tensor';
import { complexOps } from '@sconce/tensor/internal';
import { define, saving } from './define.js';

define(complexOps.viewAsReal, [(g) => complex(g.select(-1, 0), g.select(-1, 1))]);
define(complexOps.viewAsComplex, [(g) => g.viewAsReal()]);
define(complexOps.complex, [(g) => g.real, (g) => g.imag]);
// along the number and, by its length, at a right angle to it
define(complexOps.polar, [
  saving([0, 1], (g, { inputs: [, angle] }) => g.real.mul(angle.cos()).add(g.imag.mul(angle.sin()))),
  saving([0, 1], (g, { inputs: [length, angle] }) => g.imag.mul(angle.cos()).sub(g.real.mul(angle.sin())).mul(length)),
]);
define(complexOps.conj, [(g) => g.conj()]);

// of real numbers steps; else the turn by a right angle, over the length: g i z / |z|²
define(complexOps.angle, [saving([0], (g, { inputs: [z] }) => {
  if (!z.dtype.isComplex) return zerosLike(z);
  const factor = where(z.eq(0), 0, g.div(z.abs().square()));
  return complex(z.imag.neg().mul(factor), z.real.mul(factor));
})]);
