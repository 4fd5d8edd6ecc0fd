import {
  float32Bytes, float64Bytes, int64Bytes, signed, signed64, unsigned, vectorConstant, type Value, type ValueType,
} from './code.js';

// Instructions as functions of their operands: `f32x4.add(a, b)` is the code of a, of b, and the opcode.

const value = <T extends ValueType>(type: T, ...code: Value['code']): Value<T> => ({ type, code });
const int32Bytes = (n: number): number[] => [n & 255, (n >> 8) & 255, (n >> 16) & 255, (n >> 24) & 255];
const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];

type I32 = Value<'i32'>;
type I64 = Value<'i64'>;
type F32 = Value<'f32'>;
type F64 = Value<'f64'>;
type V128 = Value<'v128'>;

const i32op = (opcode: number) => (a: I32, b: I32 | number): I32 => value('i32', a.code, lift(b).code, opcode);
const f32op = (opcode: number) => (a: F32, b: F32): F32 => value('f32', a.code, b.code, opcode);
const f64op = (opcode: number) => (a: F64, b: F64): F64 => value('f64', a.code, b.code, opcode);
const vop = (opcode: number) => (a: V128, b: V128): V128 => value('v128', a.code, b.code, simd(opcode));
const vun = (opcode: number) => (a: V128): V128 => value('v128', a.code, simd(opcode));

const lift = (x: I32 | number): I32 => (typeof x === 'number' ? i32.const(x) : x);

/** The immediate of a memory access: alignment (log2) and a constant offset. */
const at = (align: number, offset: number): number[] => [align, ...unsigned(offset)];

export const i32 = {
  const: (n: number): I32 => value('i32', 0x41, signed(n | 0)),
  add: i32op(0x6a), sub: i32op(0x6b), mul: i32op(0x6c), divS: i32op(0x6d), divU: i32op(0x6e), remS: i32op(0x6f), remU: i32op(0x70),
  and: i32op(0x71), or: i32op(0x72), xor: i32op(0x73), shl: i32op(0x74), shrS: i32op(0x75), shrU: i32op(0x76),
  eq: i32op(0x46), ne: i32op(0x47), ltS: i32op(0x48), ltU: i32op(0x49), gtS: i32op(0x4a), gtU: i32op(0x4b), leS: i32op(0x4c),
  leU: i32op(0x4d), geS: i32op(0x4e), geU: i32op(0x4f),
  eqz: (a: I32): I32 => value('i32', a.code, 0x45),
  /** how many zeros there are below the lowest bit */
  ctz: (a: I32): I32 => value('i32', a.code, 0x68),
  load: (p: I32, offset = 0): I32 => value('i32', p.code, 0x28, at(2, offset)),
  load8u: (p: I32, offset = 0): I32 => value('i32', p.code, 0x2d, at(0, offset)),
  load8s: (p: I32, offset = 0): I32 => value('i32', p.code, 0x2c, at(0, offset)),
  load16s: (p: I32, offset = 0): I32 => value('i32', p.code, 0x2e, at(1, offset)),
  load16u: (p: I32, offset = 0): I32 => value('i32', p.code, 0x2f, at(1, offset)),
  /** a where the condition is not zero, else b */
  select: (a: I32, b: I32, condition: I32): I32 => value('i32', a.code, b.code, condition.code, 0x1b),
  wrap: (a: I64): I32 => value('i32', a.code, 0xa7),
  truncSatF32: (a: F32): I32 => value('i32', a.code, 0xfc, 0),
  truncSatF64: (a: F64): I32 => value('i32', a.code, 0xfc, 2),
  reinterpret: (a: F32): I32 => value('i32', a.code, 0xbc),
} as const;

export const i64 = {
  const: (n: bigint): I64 => value('i64', 0x42, signed64(n)),
  load: (p: I32, offset = 0): I64 => value('i64', p.code, 0x29, at(3, offset)),
  add: (a: I64, b: I64): I64 => value('i64', a.code, b.code, 0x7c), mul: (a: I64, b: I64): I64 => value('i64', a.code, b.code, 0x7e),
  divS: (a: I64, b: I64): I64 => value('i64', a.code, b.code, 0x7f), remS: (a: I64, b: I64): I64 => value('i64', a.code, b.code, 0x81),
  lt: (a: I64, b: I64): I32 => value('i32', a.code, b.code, 0x53), gt: (a: I64, b: I64): I32 => value('i32', a.code, b.code, 0x55),
  extend: (a: I32): I64 => value('i64', a.code, 0xac),
  truncSatF64: (a: F64): I64 => value('i64', a.code, 0xfc, 6),
  select: (a: I64, b: I64, condition: I32): I64 => value('i64', a.code, b.code, condition.code, 0x1b),
} as const;

export const f32 = {
  const: (x: number): F32 => value('f32', 0x43, float32Bytes(x)),
  add: f32op(0x92), sub: f32op(0x93), mul: f32op(0x94), div: f32op(0x95), min: f32op(0x96), max: f32op(0x97),
  copysign: f32op(0x98),
  abs: (a: F32): F32 => value('f32', a.code, 0x8b), neg: (a: F32): F32 => value('f32', a.code, 0x8c),
  ceil: (a: F32): F32 => value('f32', a.code, 0x8d), floor: (a: F32): F32 => value('f32', a.code, 0x8e),
  trunc: (a: F32): F32 => value('f32', a.code, 0x8f), nearest: (a: F32): F32 => value('f32', a.code, 0x90),
  sqrt: (a: F32): F32 => value('f32', a.code, 0x91),
  eq: (a: F32, b: F32): I32 => value('i32', a.code, b.code, 0x5b), ne: (a: F32, b: F32): I32 => value('i32', a.code, b.code, 0x5c),
  lt: (a: F32, b: F32): I32 => value('i32', a.code, b.code, 0x5d), gt: (a: F32, b: F32): I32 => value('i32', a.code, b.code, 0x5e),
  le: (a: F32, b: F32): I32 => value('i32', a.code, b.code, 0x5f), ge: (a: F32, b: F32): I32 => value('i32', a.code, b.code, 0x60),
  load: (p: I32, offset = 0): F32 => value('f32', p.code, 0x2a, at(2, offset)),
  convertI32: (a: I32): F32 => value('f32', a.code, 0xb2),
  convertI64: (a: I64): F32 => value('f32', a.code, 0xb4),
  demote: (a: F64): F32 => value('f32', a.code, 0xb6),
  reinterpret: (a: I32): F32 => value('f32', a.code, 0xbe),
} as const;

export const f64 = {
  const: (x: number): F64 => value('f64', 0x44, float64Bytes(x)),
  add: f64op(0xa0), sub: f64op(0xa1), mul: f64op(0xa2), div: f64op(0xa3), min: f64op(0xa4), max: f64op(0xa5),
  sqrt: (a: F64): F64 => value('f64', a.code, 0x9f), neg: (a: F64): F64 => value('f64', a.code, 0x9a),
  lt: (a: F64, b: F64): I32 => value('i32', a.code, b.code, 0x63), gt: (a: F64, b: F64): I32 => value('i32', a.code, b.code, 0x64),
  ge: (a: F64, b: F64): I32 => value('i32', a.code, b.code, 0x66), ne: (a: F64, b: F64): I32 => value('i32', a.code, b.code, 0x62),
  convertI64: (a: I64): F64 => value('f64', a.code, 0xb9),
  load: (p: I32, offset = 0): F64 => value('f64', p.code, 0x2b, at(3, offset)),
  convertI32: (a: I32): F64 => value('f64', a.code, 0xb7),
  promote: (a: F32): F64 => value('f64', a.code, 0xbb),
} as const;

export const v128 = {
  load: (p: I32, offset = 0): V128 => value('v128', p.code, simd(0), at(4 - 4, offset)),
  load32Splat: (p: I32, offset = 0): V128 => value('v128', p.code, simd(9), at(2, offset)),
  load64Splat: (p: I32, offset = 0): V128 => value('v128', p.code, simd(10), at(3, offset)),
  load64Zero: (p: I32, offset = 0): V128 => value('v128', p.code, simd(93), at(3, offset)),
  load32Zero: (p: I32, offset = 0): V128 => value('v128', p.code, simd(92), at(2, offset)),
  zero: (): V128 => value('v128', simd(12), new Array<number>(16).fill(0)),
  not: vun(77), and: vop(78), andnot: vop(79), or: vop(80), xor: vop(81),
  /** four bytes, or four of 16 bits, each widened to 32 bits; reads no further */
  load8x4: (p: I32, isSigned: boolean, offset = 0): V128 => {
    const bytes = v128.load32Zero(p, offset), words = value('v128', bytes.code, simd(isSigned ? 135 : 137));
    return value('v128', words.code, simd(isSigned ? 167 : 169));
  },
  loadLane32: (p: I32, into: V128, lane: number): V128 => value('v128', p.code, into.code, simd(86), at(2, 0), lane),
  loadLane64: (p: I32, into: V128, lane: number): V128 => value('v128', p.code, into.code, simd(87), at(3, 0), lane),
  load16x4: (p: I32, isSigned: boolean, offset = 0): V128 => value('v128', p.code, simd(isSigned ? 3 : 4), at(1, offset)),
  /** a where the mask's bits are set, else b */
  bitselect: (a: V128, b: V128, mask: V128): V128 => value('v128', a.code, b.code, mask.code, simd(82)),
  anyTrue: (a: V128): I32 => value('i32', a.code, simd(83)),
} as const;

export const i8x16 = {
  ne: vop(36),
  /** the highest bit of each byte */
  bitmask: (a: V128): I32 => value('i32', a.code, simd(100)),
} as const;

/** A lane-wise choice of 16 bytes of two vectors. */
export const shuffle = (a: V128, b: V128, lanes: readonly number[]): V128 =>
  value('v128', a.code, b.code, simd(13), [...lanes]);

/** A choice of four 32-bit lanes: 0–3 are a's, 4–7 are b's. */
export const shuffle32 = (a: V128, b: V128, lanes: readonly number[]): V128 =>
  shuffle(a, b, lanes.flatMap((l) => [4 * l, 4 * l + 1, 4 * l + 2, 4 * l + 3]));

export const f32x4 = {
  splat: (a: F32): V128 => value('v128', a.code, simd(19)),
  const: (x: number): V128 => ({ type: 'v128', code: [vectorConstant([0, 1, 2, 3].map(() => float32Bytes(x)))] }),
  extract: (a: V128, lane: number): F32 => value('f32', a.code, simd(31), lane),
  replace: (a: V128, lane: number, x: F32): V128 => value('v128', a.code, x.code, simd(32), lane),
  eq: vop(65), ne: vop(66), lt: vop(67), gt: vop(68), le: vop(69), ge: vop(70),
  ceil: vun(103), floor: vun(104), trunc: vun(105), nearest: vun(106),
  abs: vun(224), neg: vun(225), sqrt: vun(227), add: vop(228), sub: vop(229), mul: vop(230), div: vop(231),
  min: vop(232), max: vop(233), pmin: vop(234), pmax: vop(235),
  convertI32x4: vun(250),
  /** two doubles as floats in the first lanes, zero in the others */
  demoteF64x2: vun(94),
  /** a * b + c: fused where relaxed SIMD is there (0x105), else in two steps */
  madd: (fused: boolean) => (a: V128, b: V128, c: V128): V128 =>
    (fused ? value('v128', a.code, b.code, c.code, simd(0x105)) : f32x4.add(f32x4.mul(a, b), c)),
} as const;

export const f64x2 = {
  splat: (a: F64): V128 => value('v128', a.code, simd(20)),
  const: (x: number): V128 => ({ type: 'v128', code: [vectorConstant([float64Bytes(x), float64Bytes(x)])] }),
  extract: (a: V128, lane: number): F64 => value('f64', a.code, simd(33), lane),
  eq: vop(71), ne: vop(72), lt: vop(73), gt: vop(74), le: vop(75), ge: vop(76),
  replace: (a: V128, lane: number, x: F64): V128 => value('v128', a.code, x.code, simd(34), lane),
  ceil: vun(116), floor: vun(117), trunc: vun(122), nearest: vun(148),
  abs: vun(236), neg: vun(237), sqrt: vun(239), add: vop(240), sub: vop(241), mul: vop(242), div: vop(243), min: vop(244), max: vop(245), pmin: vop(246), pmax: vop(247),
  promoteLow: vun(95), convertLowI32x4: vun(254),
  madd: (fused: boolean) => (a: V128, b: V128, c: V128): V128 =>
    (fused ? value('v128', a.code, b.code, c.code, simd(0x107)) : f64x2.add(f64x2.mul(a, b), c)),
} as const;

export const i32x4 = {
  splat: (a: I32): V128 => value('v128', a.code, simd(17)),
  const: (n: number): V128 => ({ type: 'v128', code: [vectorConstant([0, 1, 2, 3].map(() => int32Bytes(n)))] }),
  extract: (a: V128, lane: number): I32 => value('i32', a.code, simd(27), lane),
  replace: (a: V128, lane: number, x: I32): V128 => value('v128', a.code, x.code, simd(28), lane),
  eq: vop(55), ne: vop(56), ltS: vop(57), ltU: vop(58), gtS: vop(59), leS: vop(61), geS: vop(63),
  add: vop(174), sub: vop(177), mul: vop(181), minS: vop(182), minU: vop(183), maxS: vop(184),
  shl: (a: V128, n: I32): V128 => value('v128', a.code, n.code, simd(171)),
  shrS: (a: V128, n: I32): V128 => value('v128', a.code, n.code, simd(172)),
  shrU: (a: V128, n: I32): V128 => value('v128', a.code, n.code, simd(173)),
  abs: vun(160), neg: vun(161),
  truncSatF32x4: vun(248),
  /** two doubles as integers in the first lanes, zero in the others */
  truncSatF64x2: vun(252),
} as const;

export const i64x2 = {
  splat: (a: I64): V128 => value('v128', a.code, simd(18)),
  const: (n: bigint): V128 => ({ type: 'v128', code: [vectorConstant([int64Bytes(n), int64Bytes(n)])] }),
  extract: (a: V128, lane: number): I64 => value('i64', a.code, simd(29), lane),
  replace: (a: V128, lane: number, x: I64): V128 => value('v128', a.code, x.code, simd(30), lane),
  abs: vun(192), neg: vun(193), add: vop(206), sub: vop(209), mul: vop(213),
  eq: vop(214), ne: vop(215), ltS: vop(216), gtS: vop(217), leS: vop(218), geS: vop(219),
  shl: (a: V128, n: I32): V128 => value('v128', a.code, n.code, simd(203)),
  shrU: (a: V128, n: I32): V128 => value('v128', a.code, n.code, simd(205)),
  extendLow: vun(199), extendHigh: vun(200),
} as const;
