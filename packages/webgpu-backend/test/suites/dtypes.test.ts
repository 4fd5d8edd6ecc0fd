import { describe, test } from 'vitest';
import * as torch from '@sconce/tensor';
import { available } from '../adapter.js';
import { cases, same, type On } from '../same.js';

const { bool, bfloat16, float16, float32, int8, int16, int32, int64, uint8 } = torch;
const values = [0, 1, 2, 3, 5, 7, 100, 127, -1, -2, -7, -128];
const ints = [int8, int16, int32, int64, uint8];

const of = (dtype: torch.DType, list: readonly number[] = values): torch.Tensor =>
  torch.tensor(dtype === uint8 ? list.map((v) => v & 255) : [...list], { dtype });

type Op = (x: torch.Tensor, y: torch.Tensor) => torch.Tensor | readonly torch.Tensor[];

/** Ops of integers; those of int8, int16 and uint8 wrap. */
const operations: Readonly<Record<string, Op>> = {
  add: (x, y) => x.add(y), sub: (x, y) => x.sub(y), mul: (x, y) => x.mul(y), neg: (x) => x.neg(), abs: (x) => x.abs(), square: (x) => x.square(),
  'true division': (x, y) => x.div(y.eq(0).to(y.dtype).add(y)), 'floor division': (x, y) => x.floorDivide(y.eq(0).to(y.dtype).add(y)),
  'truncated division': (x, y) => x.div(y.eq(0).to(y.dtype).add(y), { roundingMode: 'trunc' }),
  remainder: (x, y) => x.remainder(y.eq(0).to(y.dtype).add(y)), fmod: (x, y) => x.fmod(y.eq(0).to(y.dtype).add(y)), pow: (x) => x.remainder(5).pow(3),
  and: (x, y) => x.bitwiseAnd(y), or: (x, y) => x.bitwiseOr(y), xor: (x, y) => x.bitwiseXor(y), not: (x) => x.bitwiseNot(),
  'shifted left': (x) => x.bitwiseLeftShift(2), 'shifted right': (x) => x.bitwiseRightShift(1), gcd: (x, y) => x.gcd(y),
  compared: (x, y) => [x.lt(y), x.ge(y), x.eq(y), x.maximum(y), x.minimum(y), x.clamp({ min: 1, max: 90 }), x.sign()],
  sums: (x) => [x.sum(), x.sum(0, { dtype: x.dtype }), x.amax(), x.amin(), x.argmax(), x.any(), x.all(), x.reshape(3, 4).sum(1), x.reshape(3, 4).amax(0), x.index(':4').prod()],
  running: (x) => [x.cumsum(0), ...x.cummax(0), x.index(':5').cumprod(0)],
  ordered: (x) => [...x.sort(0), ...x.sort(0, { descending: true }), ...x.topk(3), x.median(), ...x.mode(0)],
  moved: (x, y) => [torch.cat([x, y]), torch.stack([x, y], 1), x.flip(0), x.roll(3, 0), x.reshape(3, 4).t().contiguous(), torch.where(x.gt(y), x, y), x.reshape(3, 4).tril()],
  indexed: (x) => {
    const at = torch.tensor([3n, 0n, 11n]).to(x.device), two = x.index(':3');
    return [x.gather(0, at), x.index(at), x.indexSelect(0, at), x.scatter(0, at, two), x.scatterAdd(0, at, two), x.indexAdd(0, at, two), x.indexPut([at], two, { accumulate: true }), x.maskedFill(x.gt(2), 9), x.indexFill(0, at, 4)];
  },
  products: (x) => x.reshape(3, 4).index(':', ':3').matmul(x.reshape(3, 4)),
  written: (x, y) => [x.clone().add_(y), x.clone().mul_(3), x.clone().fill_(-1), x.clone().index('2:5').copy_(y.index(':3'))],
  filled: (x) => [torch.onesLike(x), torch.fullLike(x, 3), x.newZeros([2])],
};

describe.skipIf(!available).each(ints.map((d) => [d.name, d] as const))('%s', (_, dtype) => {
  cases(Object.fromEntries(Object.entries(operations).map(([name, run]) => [name, (on: On) => run(on(of(dtype)), on(of(dtype).flip(0)))])));
});

describe.skipIf(!available)('truth values', () => {
  const x = (): torch.Tensor => torch.tensor([true, false, true, true]), y = (): torch.Tensor => torch.tensor([false, false, true, true]);
  const both = (f: Op) => (on: On) => f(on(x()), on(y()));
  cases({
    logic: both((a, b) => [a.logicalAnd(b), a.logicalOr(b), a.logicalXor(b), a.logicalNot(), a.bitwiseAnd(b), a.bitwiseOr(b), a.bitwiseXor(b), a.bitwiseNot()]),
    arithmetic: both((a, b) => [a.add(b), a.mul(b), a.add(1), a.mul(2.5), a.eq(b), a.lt(b), a.maximum(b)]),
    sums: both((a) => [a.sum(), a.any(), a.all(), a.cumsum(0), a.to(float32).mean(), a.amax()]),
    moved: both((a, b) => [torch.cat([a, b]), a.flip(0), ...a.sort(0), a.gather(0, torch.tensor([1n, 0n]).to(a.device)), torch.where(a, b, a), a.index(torch.tensor([1n]).to(a.device))]),
    written: both((a, b) => [a.clone().bitwiseAnd_(b), a.clone().fill_(false), a.clone().copy_(torch.tensor([0, 2, NaN, -0]).to(a.device)), a.maskedFill(b, false)]),
  });
});

describe.skipIf(!available)('conversions', () => {
  const all = [float32, float16, bfloat16, ...ints, bool];
  test.each(all.flatMap((from) => all.map((to) => [from.name, to.name, from, to] as const)))('%s to %s', async (_, __, from, to) => {
    const list = from.kind === 'float' ? [0, -0, 1.5, -1.5, 2.999, 100.7, 126.4, -3.2, 0.1] : from === bool ? [0, 1] : values;
    // what the target does not hold is not the same on all of PyTorch's devices
    const held = to === uint8 && from.kind === 'float' ? list.map((v) => Math.abs(v)) : list;
    await same(`${from} to ${to}`, (on) => [on(of(from, held)).to(to), on(of(from, held)).to(to).to(float32)]);
  });
});

describe.skipIf(!available).each([['float16', float16], ['bfloat16', bfloat16]] as const)('%s', (_, dtype) => {
  const x = (): torch.Tensor => torch.tensor([0.1, -2.3, 700, 1e-3, 65000, -0, 3.14159, 40000], { dtype });
  cases({
    'is rounded after each op': (on) => [on(x()).add(on(x())), on(x()).mul(3), on(x()).div(7), on(x()).neg(), on(x()).add(1).sub(1), on(x()).abs().sqrt()],
    compared: (on) => [on(x()).gt(1), on(x()).maximum(on(x()).flip(0)), on(x()).clamp({ max: 10 })],
    moved: (on) => [torch.cat([on(x()), on(x())]), on(x()).flip(0), ...on(x()).sort(0), on(x()).gather(0, on(torch.tensor([1n]))), on(x()).index('1::2')],
    reduced: (on) => [on(x()).amax(), on(x()).index(':3').sum(), on(x()).argmin()],
  });
});
