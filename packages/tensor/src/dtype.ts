/** Typed arrays that hold tensor data; float16 and bfloat16 are held as raw bits in a Uint16Array. */
export type TypedArray =
  | Float32Array | Float64Array | Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | BigInt64Array;

export interface TypedArrayConstructor {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): TypedArray;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): TypedArray;
}

export type DTypeName =
  | 'bool' | 'uint8' | 'int8' | 'int16' | 'int32' | 'int64' | 'float16' | 'bfloat16' | 'float32' | 'float64'
  | 'complex64' | 'complex128';

/** bool < int < float < complex: a dtype of a higher kind wins in type promotion. */
export type DTypeKind = 'bool' | 'int' | 'float' | 'complex';

/**
 * The type of a tensor's elements, as `torch.dtype`.
 * @see https://pytorch.org/docs/stable/tensor_attributes.html#torch.dtype
 * @example
 * torch.float32.itemsize        // 4
 * String(torch.int64)           // 'torch.int64'
 */
export class DType {
  constructor(
    readonly name: DTypeName,
    /** small integer, dense from 0: an index into per-dtype tables */
    readonly code: number,
    /** bytes per element */
    readonly itemsize: number,
    readonly kind: DTypeKind,
    /** the word in PyTorch's messages: "expected scalar type Float" */
    readonly scalarType: string,
    /** of complex numbers, the array of their parts: two elements each */
    readonly Array: TypedArrayConstructor,
  ) {}

  get isFloatingPoint(): boolean { return this.kind === 'float'; }
  get isComplex(): boolean { return this.kind === 'complex'; }
  /** Floating point or complex: what can have gradients. */
  get isDifferentiable(): boolean { return this.kind === 'float' || this.kind === 'complex'; }
  get isSigned(): boolean { return this.kind !== 'bool' && this.name !== 'uint8'; }
  toString(): string { return `torch.${this.name}`; }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }
}

export const bool = /* @__PURE__ */ new DType('bool', 0, 1, 'bool', 'Bool', Uint8Array);
export const uint8 = /* @__PURE__ */ new DType('uint8', 1, 1, 'int', 'Byte', Uint8Array);
export const int8 = /* @__PURE__ */ new DType('int8', 2, 1, 'int', 'Char', Int8Array);
export const int16 = /* @__PURE__ */ new DType('int16', 3, 2, 'int', 'Short', Int16Array);
export const int32 = /* @__PURE__ */ new DType('int32', 4, 4, 'int', 'Int', Int32Array);
export const int64 = /* @__PURE__ */ new DType('int64', 5, 8, 'int', 'Long', BigInt64Array);
export const float16 = /* @__PURE__ */ new DType('float16', 6, 2, 'float', 'Half', Uint16Array);
export const bfloat16 = /* @__PURE__ */ new DType('bfloat16', 7, 2, 'float', 'BFloat16', Uint16Array);
export const float32 = /* @__PURE__ */ new DType('float32', 8, 4, 'float', 'Float', Float32Array);
export const float64 = /* @__PURE__ */ new DType('float64', 9, 8, 'float', 'Double', Float64Array);
/** Complex numbers of float32 parts. */
export const complex64 = /* @__PURE__ */ new DType('complex64', 10, 8, 'complex', 'ComplexFloat', Float32Array);
/** Complex numbers of float64 parts. */
export const complex128 = /* @__PURE__ */ new DType('complex128', 11, 16, 'complex', 'ComplexDouble', Float64Array);

/** Every dtype, indexed by its code. */
export const dtypes: readonly DType[] = [
  bool, uint8, int8, int16, int32, int64, float16, bfloat16, float32, float64, complex64, complex128,
];

/** The dtype of a complex dtype's parts; any other as it is. */
export const realDtype = (d: DType): DType => (d === complex64 ? float32 : d === complex128 ? float64 : d);
/** The complex dtype with parts of a floating-point dtype; a complex one as it is. */
export const complexDtype = (d: DType): DType => (d === float64 || d === complex128 ? complex128 : complex64);

let defaultDType = float32;

/** The dtype of new floating-point tensors (float32 unless changed). */
export const getDefaultDtype = (): DType => defaultDType;

/** Changes the dtype of new floating-point tensors; only floating-point dtypes are accepted. */
export function setDefaultDtype(dtype: DType): void {
  if (!dtype.isFloatingPoint) throw new TypeError(`only floating-point types are supported as the default type`);
  defaultDType = dtype;
}

/**
 * The smallest dtype to which both promote, by PyTorch's table.
 * @see https://pytorch.org/docs/stable/tensor_attributes.html#type-promotion-doc
 * @example torch.promoteTypes(torch.int32, torch.float16) // torch.float16
 */
export function promoteTypes(a: DType, b: DType): DType {
  if (a === b) return a;
  if (a.isComplex || b.isComplex) return a.itemsize === 16 || realDtype(b) === float64 || a === float64 ? complex128 : complex64;
  if (a.kind !== b.kind) return kindRank(a) > kindRank(b) ? a : b;
  if (a.kind === 'float') return a.itemsize === 2 && b.itemsize === 2 ? float32 : a.code > b.code ? a : b;
  const [low, high] = a.code < b.code ? [a, b] : [b, a];
  // uint8 with int8 needs a type that holds both ranges
  return low === uint8 && high === int8 ? int16 : high;
}

/** Whether a result of `from` may be stored as `to`: float never becomes int, nothing but bool becomes bool. */
export const canCast = (from: DType, to: DType): boolean => kindRank(from) <= kindRank(to);

const RANKS = { bool: 0, int: 1, float: 2, complex: 3 };

/** 0, 1, 2, 3 for bool, int, float, complex. @internal */
export const kindRank = (d: DType): number => RANKS[d.kind];
