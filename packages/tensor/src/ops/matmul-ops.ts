import type { View } from '../backend.js';
import { RuntimeError } from '../errors.js';
import { shapeText } from '../layout.js';
import { structuredOp, type Meta } from '../op.js';

/** Factors of `beta · input + alpha · product`. With `beta: 0` the input is not read, not even for NaN. */
export interface AddMmAttrs { readonly beta: number; readonly alpha: number }

/** A product has one dtype; booleans have none. */
function checkDtypes(a: View, b: View, kernel: string): void {
  if (a.dtype !== b.dtype) {
    throw new RuntimeError(`expected scalar type ${a.dtype.scalarType} but found ${b.dtype.scalarType}`);
  }
  if (a.dtype.kind === 'bool') throw new RuntimeError(`"${kernel}" not implemented for 'Bool'`);
}

function mmMeta(a: View, b: View): Meta {
  const [m, k] = a.layout.shape, [k2, n] = b.layout.shape;
  if (k !== k2) throw new RuntimeError(`mat1 and mat2 shapes cannot be multiplied (${m}x${k} and ${k2}x${n})`);
  return { shape: [m, n], dtype: a.dtype };
}

export function addmmMeta(a: View, b: View): Meta {
  if (a.layout.shape.length !== 2) throw new RuntimeError(`mat1 must be a matrix, got ${a.layout.shape.length}-D tensor`);
  if (b.layout.shape.length !== 2) throw new RuntimeError(`mat2 must be a matrix, got ${b.layout.shape.length}-D tensor`);
  return mmMeta(a, b);
}

const mmOp = structuredOp<null>({
  name: 'mm',
  meta([a, b]) {
    if (a.layout.shape.length !== 2) throw new RuntimeError('self must be a matrix');
    if (b.layout.shape.length !== 2) throw new RuntimeError('mat2 must be a matrix');
    const meta = mmMeta(a, b);
    checkDtypes(a, b, 'addmm_impl_cpu_');
    return [meta];
  },
});

const addmmOp = structuredOp<AddMmAttrs>({
  name: 'addmm',
  meta([c, a, b]) {
    const meta = addmmMeta(a, b);
    if (c.dtype !== b.dtype) throw new RuntimeError('self and mat2 must have the same dtype');
    if (a.dtype !== b.dtype) throw new RuntimeError('mat1 and mat2 must have the same dtype');
    checkDtypes(a, b, 'addmm_impl_cpu_');
    return [meta];
  },
});

/** The sizes of two batches of matrices. */
function batchSizes(a: View, b: View): readonly [a: readonly number[], b: readonly number[]] {
  if (a.layout.shape.length !== 3) throw new RuntimeError('batch1 must be a 3D tensor');
  if (b.layout.shape.length !== 3) throw new RuntimeError('batch2 must be a 3D tensor');
  return [a.layout.shape, b.layout.shape];
}

export function bmmMeta(a: View, b: View): Meta {
  const [[batch, m, k], [batch2, k2, n]] = batchSizes(a, b);
  if (batch !== batch2 || k !== k2) {
    throw new RuntimeError(
      `Expected size for first two dimensions of batch2 tensor to be: ${shapeText([batch, k])} but got: ${shapeText([batch2, k2])}.`);
  }
  checkDtypes(a, b, 'bmm');
  return { shape: [batch, m, n], dtype: a.dtype };
}

const bmmOp = structuredOp<null>({ name: 'bmm', meta: ([a, b]) => [bmmMeta(a, b)] });

const baddbmmOp = structuredOp<AddMmAttrs>({
  name: 'baddbmm',
  meta([c, a, b]) {
    const meta = bmmMeta(a, b);
    checkDtypes(c, a, 'bmm');
    return [meta];
  },
});

const addbmmOp = structuredOp<AddMmAttrs>({
  name: 'addbmm',
  meta([c, a, b]) {
    const [[batch, m, k], [batch2, k2, n]] = batchSizes(a, b);
    if (batch !== batch2) {
      throw new RuntimeError(`batch1 and batch2 must have same number of batches, got ${batch} and ${batch2}`);
    }
    if (k !== k2) throw new RuntimeError(`Incompatible matrix sizes for bmm (${m}x${k} and ${k2}x${n})`);
    if (c.dtype !== b.dtype) throw new RuntimeError('self and mat2 must have the same dtype');
    checkDtypes(a, b, 'addbmm');
    return [{ shape: [m, n], dtype: a.dtype }];
  },
});

const vectorExpected = (c: number, a: number, x: number): RuntimeError =>
  new RuntimeError(`vector + matrix @ vector expected, got ${c}, ${a}, ${x}`);

const mvOp = structuredOp<null>({
  name: 'mv',
  meta([a, x]) {
    const { shape } = a.layout, length = x.layout.shape[0];
    if (shape.length !== 2 || x.layout.shape.length !== 1) throw vectorExpected(1, shape.length, x.layout.shape.length);
    if (shape[1] !== length) throw new RuntimeError(`size mismatch, got ${shape[0]}, ${shape[0]}x${shape[1]},${length}`);
    checkDtypes(a, x, 'addmv_impl_cpu');
    return [{ shape: [shape[0]], dtype: a.dtype }];
  },
});

const addmvOp = structuredOp<AddMmAttrs>({
  name: 'addmv',
  meta([c, a, x]) {
    const { shape } = a.layout, length = x.layout.shape[0], bias = c.layout.shape;
    if (shape.length !== 2 || x.layout.shape.length !== 1 || bias.length > 1) {
      throw vectorExpected(bias.length, shape.length, x.layout.shape.length);
    }
    const size = c.layout.numel;
    if (shape[1] !== length || (size !== 1 && size !== shape[0])) {
      throw new RuntimeError(`size mismatch, got ${size}, ${shape[0]}x${shape[1]},${length}`);
    }
    checkDtypes(c, a, 'addmv_impl_cpu');
    checkDtypes(a, x, 'addmv_impl_cpu');
    return [{ shape: [shape[0]], dtype: a.dtype }];
  },
});

const dotOp = structuredOp<null>({
  name: 'dot',
  meta([x, y]) {
    const a = x.layout.shape, b = y.layout.shape;
    if (a.length !== 1 || b.length !== 1) {
      throw new RuntimeError(`1D tensors expected, but got ${a.length}D and ${b.length}D tensors`);
    }
    if (x.dtype !== y.dtype) {
      throw new RuntimeError(
        `dot : expected both vectors to have same dtype, but found ${x.dtype.scalarType} and ${y.dtype.scalarType}`);
    }
    if (a[0] !== b[0]) {
      throw new RuntimeError(
        `inconsistent tensor size, expected tensor ${shapeText(a)} and src ${shapeText(b)} to have the same number of elements, but got ${a[0]} and ${b[0]} elements respectively`);
    }
    checkDtypes(x, y, 'dot');
    return [{ shape: [], dtype: x.dtype }];
  },
});

/** Records of the matrix products. */
export const matmulOps = {
  mm: mmOp, addmm: addmmOp, bmm: bmmOp, baddbmm: baddbmmOp, addbmm: addbmmOp, mv: mvOp, addmv: addmvOp, dot: dotOp,
};
