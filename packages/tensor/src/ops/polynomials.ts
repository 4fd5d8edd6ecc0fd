import * as e from '../expr.js';
import { binary, type Binary } from './define.js';
import { kernelName, wide } from './dtype-checks.js';

/** A polynomial of numbers of 32 and 64 bits, which PyTorch gives no derivative. */
const polynomial = (name: string, family: typeof e.POLYNOMIALS[number], argument = (x: e.Expr): e.Expr => x): Binary =>
  binary(name, (x, n) => e.polynomial(family, argument(wide(x, kernelName(name))), n), { compute: 'float' });

/** [0, 1] as [-1, 1]. */
const shifted = (x: e.Expr): e.Expr => e.sub(e.mul(x, 2), 1);

/**
 * The Chebyshev polynomial of the first kind, cos(n · acos(x)): of the degree n without its fraction, 0 for a negative one, as all the
 * polynomials here; either operand may be a number.
 * @throws RuntimeError for float16 and bfloat16
 * @see https://pytorch.org/docs/stable/special.html#torch.special.chebyshev_polynomial_t
 * @example torch.special.chebyshevPolynomialT(torch.tensor([0.5, 2]), 3) // tensor([-1., 26.])
 */
export const chebyshevPolynomialT = polynomial('chebyshevPolynomialT', 'chebyshevT');

/**
 * That of the second kind, sin((n + 1) t) / sin(t) for x = cos(t).
 * @see https://pytorch.org/docs/stable/special.html#torch.special.chebyshev_polynomial_u
 */
export const chebyshevPolynomialU = polynomial('chebyshevPolynomialU', 'chebyshevU');

/** That of the third kind, cos((n + ½) t) / cos(t / 2). @see https://pytorch.org/docs/stable/special.html#torch.special.chebyshev_polynomial_v */
export const chebyshevPolynomialV = polynomial('chebyshevPolynomialV', 'chebyshevV');

/** That of the fourth kind, sin((n + ½) t) / sin(t / 2). @see https://pytorch.org/docs/stable/special.html#torch.special.chebyshev_polynomial_w */
export const chebyshevPolynomialW = polynomial('chebyshevPolynomialW', 'chebyshevW');

/** `chebyshevPolynomialT(2x - 1, n)`. @see https://pytorch.org/docs/stable/special.html#torch.special.shifted_chebyshev_polynomial_t */
export const shiftedChebyshevPolynomialT = polynomial('shiftedChebyshevPolynomialT', 'chebyshevT', shifted);

/** `chebyshevPolynomialU(2x - 1, n)`. @see https://pytorch.org/docs/stable/special.html#torch.special.shifted_chebyshev_polynomial_u */
export const shiftedChebyshevPolynomialU = polynomial('shiftedChebyshevPolynomialU', 'chebyshevU', shifted);

/** `chebyshevPolynomialV(2x - 1, n)`. @see https://pytorch.org/docs/stable/special.html#torch.special.shifted_chebyshev_polynomial_v */
export const shiftedChebyshevPolynomialV = polynomial('shiftedChebyshevPolynomialV', 'chebyshevV', shifted);

/** `chebyshevPolynomialW(2x - 1, n)`. @see https://pytorch.org/docs/stable/special.html#torch.special.shifted_chebyshev_polynomial_w */
export const shiftedChebyshevPolynomialW = polynomial('shiftedChebyshevPolynomialW', 'chebyshevW', shifted);

/** The physicist's Hermite polynomial: 1, 2x, 4x² - 2, … @see https://pytorch.org/docs/stable/special.html#torch.special.hermite_polynomial_h */
export const hermitePolynomialH = polynomial('hermitePolynomialH', 'hermiteH');

/** The probabilist's Hermite polynomial: 1, x, x² - 1, … @see https://pytorch.org/docs/stable/special.html#torch.special.hermite_polynomial_he */
export const hermitePolynomialHe = polynomial('hermitePolynomialHe', 'hermiteHe');

/** The Laguerre polynomial: 1, 1 - x, ½(x² - 4x + 2), … @see https://pytorch.org/docs/stable/special.html#torch.special.laguerre_polynomial_l */
export const laguerrePolynomialL = polynomial('laguerrePolynomialL', 'laguerreL');

/** The Legendre polynomial: 1, x, ½(3x² - 1), … @see https://pytorch.org/docs/stable/special.html#torch.special.legendre_polynomial_p */
export const legendrePolynomialP = polynomial('legendrePolynomialP', 'legendreP');
