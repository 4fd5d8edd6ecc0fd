import { bool, cat, eye, finfo, ones, tril, ValueError, zeros, type Tensor } from '@sconce/tensor';
import { activations, product, sameShape } from '@sconce/tensor/internal';
import { corrCholesky, independent, lowerCholesky, real, realVector, simplex } from '../constraints.js';
import { sizeText } from '../python-text.js';
import type { Shape } from '../utils.js';
import { clippedSigmoid } from './elementwise.js';
import { PlainTransform, Transform, type TransformOptions } from './transform.js';

const { logsigmoid, softplus } = activations;

function needsDims(shape: Shape, n: number): void {
  if (shape.length < n) throw new ValueError('Too few dimensions on input');
}

/** x along the last dimension with a 1 before or behind it */
const withOne = (x: Tensor, before: boolean): Tensor => {
  const one = ones([...x.shape.slice(0, -1), 1], { dtype: x.dtype, device: x.device });
  return cat(before ? [one, x] : [x, one], -1);
};
const allButLast = (x: Tensor): Tensor => x.narrow(-1, 0, x.size(-1) - 1);

/** The softmax; its inverse is one of many. */
export class SoftmaxTransform extends PlainTransform {
  override get domain() { return realVector; }
  override get codomain() { return simplex; }
  protected override _call(x: Tensor): Tensor {
    const weights = x.sub(x.max(-1, { keepdim: true })[0]).exp();
    return weights.div(weights.sum(-1, { keepdim: true }));
  }
  protected override _inverse(y: Tensor): Tensor { return y.log(); }
  override forwardShape(shape: Shape): Shape { needsDims(shape, 1); return shape; }
  override inverseShape(shape: Shape): Shape { return this.forwardShape(shape); }
}

/** Vectors of K - 1 numbers to K probabilities: each number says how much of what is left is broken off. */
export class StickBreakingTransform extends PlainTransform {
  override get domain() { return realVector; }
  override get codomain() { return simplex; }
  override get bijective() { return true; }

  /** K - 1 … 1 for vectors of K - 1 numbers */
  private left(x: Tensor): Tensor {
    const n = x.size(-1);
    return ones(n, { dtype: x.dtype, device: x.device }).cumsum(-1).rsub(n + 1);
  }

  protected override _call(x: Tensor): Tensor {
    const z = clippedSigmoid(x.sub(this.left(x).log()));
    return withOne(z, false).mul(withOne(z.rsub(1).cumprod(-1), true));
  }

  protected override _inverse(y: Tensor): Tensor {
    const broken = allButLast(y), rest = broken.cumsum(-1).rsub(1).clamp({ min: finfo(y.dtype).tiny });
    return broken.log().sub(rest.log()).add(this.left(broken).log());
  }

  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    const shifted = x.sub(this.left(x).log());
    return shifted.neg().add(logsigmoid(shifted)).add(allButLast(y).log()).sum(-1);
  }

  override forwardShape(shape: Shape): Shape { needsDims(shape, 1); return [...shape.slice(0, -1), shape.at(-1)! + 1]; }
  override inverseShape(shape: Shape): Shape { needsDims(shape, 1); return [...shape.slice(0, -1), shape.at(-1)! - 1]; }
}

/** Square matrices to lower triangular ones with positive diagonals. */
export class LowerCholeskyTransform extends PlainTransform {
  override get domain() { return independent(real, 2); }
  override get codomain() { return lowerCholesky; }
  protected override _call(x: Tensor): Tensor { return x.tril(-1).add(x.diagonal({ dim1: -2, dim2: -1 }).exp().diagEmbed()); }
  protected override _inverse(y: Tensor): Tensor { return y.tril(-1).add(y.diagonal({ dim1: -2, dim2: -1 }).log().diagEmbed()); }
}

/** Which elements of n×n matrices lie below a diagonal. */
const below = (n: number, diagonal: number, { device }: Tensor): Tensor => tril(ones([n, n], { dtype: bool, device }), diagonal);

/** The elements below a diagonal, row by row. */
function toVector(x: Tensor, diagonal: number): Tensor {
  const n = x.size(-1), places = below(n, diagonal, x).flatten().nonzero().squeeze(-1);
  return x.flatten(-2).indexSelect(-1, places);
}

/** Vectors as the elements of matrices below their diagonals. */
function toMatrix(x: Tensor, n: number): Tensor {
  const batch = x.shape.slice(0, -1), places = below(n, -1, x).flatten().nonzero().squeeze(-1);
  const flat = zeros([...batch, n * n], { dtype: x.dtype, device: x.device });
  return flat.indexAdd(-1, places, x).view(...batch, n, n);
}

/** Vectors of D (D - 1) / 2 numbers to the Cholesky factors of D×D correlation matrices. */
export class CorrCholeskyTransform extends Transform {
  override get domain() { return realVector; }
  override get codomain() { return corrCholesky; }
  override get bijective() { return true; }

  protected override _call(x: Tensor): Tensor {
    const { eps } = finfo(x.dtype), n = this.forwardShape(x.shape).at(-1)!;
    const r = toMatrix(x.tanh().clamp({ min: -1 + eps, max: 1 - eps }), n);
    const rest = r.pow(2).rsub(1).sqrt().cumprod(-1);
    return r.add(eye(n, { dtype: x.dtype, device: x.device })).mul(withOne(allButLast(rest), true));
  }

  protected override _inverse(y: Tensor): Tensor {
    const rest = withOne(allButLast(y.mul(y).cumsum(-1).rsub(1)), true);
    const t = toVector(y, -1).div(toVector(rest, -1).sqrt());
    return t.add(1).div(t.rsub(1)).log().div(2);
  }

  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    const sticks = toVector(y.mul(y).cumsum(-1).rsub(1), -2).log().sum(-1).mul(0.5);
    return sticks.add(x.add(softplus(x.mul(-2))).sub(Math.LN2).sum(-1).mul(-2));
  }

  override forwardShape(shape: Shape): Shape {
    needsDims(shape, 1);
    const n = shape.at(-1)!, d = Math.round(Math.sqrt(0.25 + 2 * n) + 0.5);
    if (d * (d - 1) / 2 !== n) throw new ValueError('Input is not a flattend lower-diagonal number');
    return [...shape.slice(0, -1), d, d];
  }

  override inverseShape(shape: Shape): Shape {
    needsDims(shape, 2);
    const d = shape.at(-1)!;
    if (shape.at(-2) !== d) throw new ValueError('Input is not square');
    return [...shape.slice(0, -2), d * (d - 1) / 2];
  }
}

/** Events of one shape to events of another with as many elements. */
export class ReshapeTransform extends Transform {
  constructor(readonly inShape: Shape, readonly outShape: Shape, options: TransformOptions = {}) {
    super(options);
    if (product(inShape) !== product(outShape)) throw new ValueError('in_shape, out_shape have different numbers of elements');
  }

  override get domain() { return independent(real, this.inShape.length); }
  override get codomain() { return independent(real, this.outShape.length); }
  override get bijective() { return true; }
  protected override remade(options: TransformOptions): Transform { return new ReshapeTransform(this.inShape, this.outShape, options); }
  protected override _call(x: Tensor): Tensor { return x.reshape(exchanged(x.shape, this.inShape, this.outShape)); }
  protected override _inverse(y: Tensor): Tensor { return y.reshape(exchanged(y.shape, this.outShape, this.inShape)); }
  override logAbsDetJacobian(x: Tensor): Tensor {
    return zeros(x.shape.slice(0, x.dim() - this.inShape.length), { dtype: x.dtype, device: x.device });
  }
  override forwardShape(shape: Shape): Shape { return exchanged(shape, this.inShape, this.outShape); }
  override inverseShape(shape: Shape): Shape { return exchanged(shape, this.outShape, this.inShape); }
}

/** A shape with its end replaced. @throws ValueError for another end */
function exchanged(shape: Shape, from: Shape, to: Shape): number[] {
  needsDims(shape, from.length);
  const cut = shape.length - from.length, end = shape.slice(cut);
  if (!sameShape(end, from)) throw new ValueError(`Shape mismatch: expected ${sizeText(end)} but got ${sizeText(from)}`);
  return [...shape.slice(0, cut), ...to];
}
