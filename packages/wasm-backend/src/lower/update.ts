import { float32, type DType } from '@sconce/tensor';
import { jsBackend, Scalar, updateExprs, type Kernel, type Op, type UpdateOp, type View } from '@sconce/tensor/internal';
import type { Engine, KernelFunction } from '../engine.js';
import { costOf } from '../kernels/functions.js';
import { addFlat } from '../kernels/pointwise.js';
import { renderable } from '../kernels/render.js';
import { runFlat } from './pointwise.js';

const fits = (v: View): boolean => v instanceof Scalar || (v.dtype === float32 && v.layout.isContiguous);
const asFloat32 = (): DType => float32;

/** The kernel of an update of contiguous float32 tensors. */
export function lowerUpdate(engine: Engine, op: UpdateOp): Kernel<null> {
  let rendered: KernelFunction | null | undefined, cost = 1, slow: Kernel<null> | undefined;

  const find = (inputs: readonly View[]): KernelFunction | null => {
    if (rendered === undefined) {
      const expressions = updateExprs(op, inputs, float32);
      const operands = inputs.map((v) => ({ access: v instanceof Scalar ? 'number' as const : 'contiguous' as const, dtype: float32 }));
      // what an update writes beside the parameter is an average of gradients first, which ends as subnormal numbers where those end
      const average = op.writes > 1 ? 1 : undefined;
      cost = Math.max(...expressions.map(costOf));
      rendered = expressions.every((e) => renderable(e))
        ? engine.compile((m) => addFlat(m, expressions, operands, operands.slice(0, op.writes), average)).flat : null;
    }
    return rendered;
  };

  return (inputs, outputs, attrs) => {
    const fn = inputs.every(fits) ? find(inputs) : null;
    if (!fn) return (slow ??= jsBackend.lower(op as Op<null>)!)(inputs, outputs, attrs);
    runFlat(engine, fn, outputs, inputs, cost, asFloat32, float32);
  };
}
