import { bool, NotImplementedError, type DType } from '@sconce/tensor';
import { expr, operandDtype, pointwiseExpr, updateExprs, type Kernel, type PointwiseOp, type UpdateOp } from '@sconce/tensor/internal';
import type { Engine } from './engine.js';
import { asStored, substitute } from './expressions.js';
import { watched } from './watched.js';
import { isThere } from './wgsl/functions.js';
import { checkDtype } from './words.js';

/** @throws NotImplementedError for an expression that calls what was not given to `webgpu` */
function checkFunctions(e: expr.Expr, name: string): void {
  if (e.kind === 'input' || e.kind === 'const') return;
  if (!isThere(e.kind)) {
    throw new NotImplementedError(`'${name}' is not implemented for device 'webgpu': its kernel is \`extra\` of @sconce/webgpu-backend/extra`);
  }
  for (const x of e.args) checkFunctions(x, name);
}

/** The kernel of a pointwise op: its expression becomes the value of the output, to be computed when it is needed. */
export function lowerPointwise(engine: Engine, op: PointwiseOp): Kernel<DType> {
  let checked = false;
  return (inputs, [out], compute) => {
    const dtypes = inputs.map((v, i) => operandDtype(op, v, i, compute));
    if (out.layout.numel === 0) {
      pointwiseExpr(op, dtypes, compute, out.dtype); // throws for dtypes that the op has no kernel for
      return;
    }
    checkDtype(out.dtype);
    checkDtype(compute);
    const { roots, leaves, size } = engine.fuse(inputs, dtypes, out.layout.shape, (xs) => {
      const root = op.expr(...xs.map((x, i) => expr.cast(x, op.roles[i] === 'bool' ? bool : compute)));
      if (!checked) checkFunctions(root, op.name);
      checked = true;
      return [watched(asStored(root, out.dtype))];
    });
    engine.store(out, roots[0], leaves, size);
  };
}

/** The kernel of an update: all its expressions in one dispatch, over what they are computed from. */
export function lowerUpdate(engine: Engine, op: UpdateOp): Kernel<null> {
  return (inputs, outputs) => {
    const [out] = outputs;
    if (out.layout.numel === 0) return;
    // what is written has to be memory, and no part of another's expression
    for (const o of outputs) engine.bytesOf(o.storage, o.dtype);
    const { dtype } = out;
    const { roots, leaves } = engine.fuse(inputs, inputs.map(() => dtype), out.layout.shape, (xs) => {
      const exprs = updateExprs(op, inputs, dtype);
      return exprs.map((e) => asStored(substitute(e, ({ index }) => xs[index]), dtype));
    });
    engine.writeInto(outputs, roots, leaves, true);
  };
}
