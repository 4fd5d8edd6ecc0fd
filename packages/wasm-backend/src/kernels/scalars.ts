import type { DType } from '@sconce/tensor';
import type { Value, ValueType } from '../asm/code.js';
import type { FunctionBuilder } from '../asm/module.js';
import { f32, f64, i32, i64 } from '../asm/ops.js';

type I32 = Value<'i32'>;

/** How elements of a dtype are read and compared one by one. */
export interface Scalars<T extends ValueType> {
  readonly type: T;
  load(p: I32): Value<T>;
  store(c: FunctionBuilder, p: I32, x: Value<T>): void;
  less(a: Value<T>, b: Value<T>): I32;
  isNaN(a: Value<T>): I32;
}

const never = (): I32 => i32.const(0);
const integers = (read: (p: I32) => I32, store: (c: FunctionBuilder, p: I32, x: I32) => void): Scalars<'i32'> =>
  ({ type: 'i32', load: read, store, less: (a, b) => i32.ltS(a, b), isNaN: never });

/** Of the dtypes that are compared here; the others are left to the JavaScript kernels. */
export const SCALARS: Partial<Record<string, Scalars<ValueType>>> = {
  float32: { type: 'f32', load: (p) => f32.load(p), store: (c, p, x) => c.storeF32(p, x), less: f32.lt, isNaN: (a) => f32.ne(a, a) } satisfies Scalars<'f32'>,
  float64: { type: 'f64', load: (p) => f64.load(p), store: (c, p, x) => c.storeF64(p, x), less: f64.lt, isNaN: (a) => f64.ne(a, a) } satisfies Scalars<'f64'>,
  int64: { type: 'i64', load: (p) => i64.load(p), store: (c, p, x) => c.storeI64(p, x), less: i64.lt, isNaN: never } satisfies Scalars<'i64'>,
  int32: integers((p) => i32.load(p), (c, p, x) => c.storeI32(p, x)),
  uint8: integers((p) => i32.load8u(p), (c, p, x) => c.store8(p, x)),
  bool: integers((p) => i32.load8u(p), (c, p, x) => c.store8(p, x)),
};

/** Whether elements of a dtype are compared here. */
export const isComparable = (d: DType): boolean => SCALARS[d.name] !== undefined;
