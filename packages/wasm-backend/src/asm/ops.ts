import { float32Bytes, float64Bytes, signed, unsigned, type Value, type ValueType } from './code.js';

// Instructions as functions of their operands: `f32x4.add(a, b)` is the code of a, of b, and the opcode.

const value = <T extends ValueType>(type: T, ...code: Value['code']): Value<T> => ({ type, code });
const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];

type I32 = Value<'i32'>;
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
  load: (p: I32, offset = 0): I32 => value('i32', p.code, 0x28, at(2, offset)),
  load8u: (p: I32, offset = 0): I32 => value('i32', p.code, 0x2d, at(0, offset)),
  load8s: (p: I32, offset = 0): I32 => value('i32', p.code, 0x2c, at(0, offset)),
  load16s: (p: I32, offset = 0): I32 => value('i32', p.code, 0x2e, at(1, offset)),
  truncSatF32: (a: F32): I32 => value('i32', a.code, 0xfc, 0),
  truncSatF64: (a: F64): I32 => value('i32', a.code, 0xfc, 2),
  reinterpret: (a: F32): I32 => value('i32', a.code, 0xbc),
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
  demote: (a: F64): F32 => value('f32', a.code, 0xb6),
  reinterpret: (a: I32): F32 => value('f32', a.code, 0xbe),
} as const;

export const f64 = {
  const: (x: number): F64 => value('f64', 0x44, float64Bytes(x)),
  add: f64op(0xa0), sub: f64op(0xa1), mul: f64op(0xa2), div: f64op(0xa3), min: f64op(0xa4), max: f64op(0xa5),
  sqrt: (a: F64): F64 => value('f64', a.code, 0x9f), neg: (a: F64): F64 => value('f64', a.code, 0x9a),
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
  /** a where the mask's bits are set, else b */
  bitselect: (a: V128, b: V128, mask: V128): V128 => value('v128', a.code, b.code, mask.code, simd(82)),
  anyTrue: (a: V128): I32 => value('i32', a.code, simd(83)),
} as const;

/** A lane-wise choice of 16 bytes of two vectors. */
export const shuffle = (a: V128, b: V128, lanes: readonly number[]): V128 =>
  value('v128', a.code, b.code, simd(13), [...lanes]);

/** A choice of four 32-bit lanes: 0–3 are a's, 4–7 are b's. */
export const shuffle32 = (a: V128, b: V128, lanes: readonly number[]): V128 =>
  shuffle(a, b, lanes.flatMap((l) => [4 * l, 4 * l + 1, 4 * l + 2, 4 * l + 3]));

export const f32x4 = {
  splat: (a: F32): V128 => value('v128', a.code, simd(19)),
  const: (x: number): V128 => value('v128', simd(12), [0, 1, 2, 3].map(() => float32Bytes(x))),
  extract: (a: V128, lane: number): F32 => value('f32', a.code, simd(31), lane),
  replace: (a: V128, lane: number, x: F32): V128 => value('v128', a.code, x.code, simd(32), lane),
  eq: vop(65), ne: vop(66), lt: vop(67), gt: vop(68), le: vop(69), ge: vop(70),
  ceil: vun(103), floor: vun(104), trunc: vun(105), nearest: vun(106),
  abs: vun(224), neg: vun(225), sqrt: vun(227), add: vop(228), sub: vop(229), mul: vop(230), div: vop(231),
  min: vop(232), max: vop(233), pmin: vop(234), pmax: vop(235),
  convertI32x4: vun(250),
  /** a * b + c: fused where relaxed SIMD is there (0x105), else in two steps */
  madd: (fused: boolean) => (a: V128, b: V128, c: V128): V128 =>
    (fused ? value('v128', a.code, b.code, c.code, simd(0x105)) : f32x4.add(f32x4.mul(a, b), c)),
} as const;

export const f64x2 = {
  splat: (a: F64): V128 => value('v128', a.code, simd(20)),
  const: (x: number): V128 => value('v128', simd(12), float64Bytes(x), float64Bytes(x)),
  extract: (a: V128, lane: number): F64 => value('f64', a.code, simd(33), lane),
  eq: vop(71), ne: vop(72), lt: vop(73), gt: vop(74), le: vop(75), ge: vop(76),
  abs: vun(236), neg: vun(237), sqrt: vun(239), add: vop(240), sub: vop(241), mul: vop(242), div: vop(243), min: vop(244), max: vop(245),
  promoteLow: vun(95),
  madd: (fused: boolean) => (a: V128, b: V128, c: V128): V128 =>
    (fused ? value('v128', a.code, b.code, c.code, simd(0x107)) : f64x2.add(f64x2.mul(a, b), c)),
} as const;

export const i32x4 = {
  splat: (a: I32): V128 => value('v128', a.code, simd(17)),
  const: (n: number): V128 => i32x4.splat(i32.const(n)),
  extract: (a: V128, lane: number): I32 => value('i32', a.code, simd(27), lane),
  eq: vop(55), ne: vop(56), ltS: vop(57), gtS: vop(59), leS: vop(61), geS: vop(63),
  add: vop(174), sub: vop(177), mul: vop(181), minS: vop(182), maxS: vop(184),
  shl: (a: V128, n: I32): V128 => value('v128', a.code, n.code, simd(171)),
  shrS: (a: V128, n: I32): V128 => value('v128', a.code, n.code, simd(172)),
  shrU: (a: V128, n: I32): V128 => value('v128', a.code, n.code, simd(173)),
  truncSatF32x4: vun(248),
} as const;
