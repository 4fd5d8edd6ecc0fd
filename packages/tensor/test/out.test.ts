import { expect, test } from 'vitest';
import * as torch from '@sconce/tensor';
import type { Tensor } from '@sconce/tensor';

// `out` of functions that are no elementwise ones: the tensors that were given hold the results, and are the results.

const x = torch.tensor([3, 1, 2]), square = torch.tensor([[4, 1], [1, 3]]), long = { dtype: torch.int64 };
const { a, tau } = torch.geqrf(square), factor = torch.linalg.cholesky(square), { LU, pivots } = torch.linalg.luFactor(square);
const { LD, pivots: pivoted } = torch.linalg.ldlFactor(square);
const first = torch.tensor([0n]), one = torch.tensor([1]), { linalg } = torch;

interface Out { readonly out?: Tensor | undefined }
const singles: Readonly<Record<string, (options?: Out) => Tensor>> = {
  msort: (o) => torch.msort(x, o), isin: (o) => torch.isin(x, one, o), nonzero: (o) => torch.nonzero(x, o), softmax: (o) => torch.softmax(x, 0, o),
  logSoftmax: (o) => torch.logSoftmax(x, 0, o), tensordot: (o) => torch.tensordot(square, square, o), renorm: (o) => torch.renorm(square, 2, 0, 1, o),
  cross: (o) => torch.cross(x, x.add(1), 0, o), takeAlongDim: (o) => torch.takeAlongDim(x, first, 0, o), indexAdd: (o) => torch.indexAdd(x, 0, first, one, o),
  indexCopy: (o) => torch.indexCopy(x, 0, first, one, o), inverse: (o) => torch.inverse(square, o), cholesky: (o) => torch.cholesky(square, o),
  choleskySolve: (o) => torch.choleskySolve(square, factor, o), choleskyInverse: (o) => torch.choleskyInverse(factor, o),
  luSolve: (o) => torch.luSolve(square, LU, pivots, o), orgqr: (o) => torch.orgqr(a, tau, o), max: (o) => torch.max(x, one, o), min: (o) => torch.min(x, one, o),
  'linalg.inv': (o) => linalg.inv(square, o), 'linalg.det': (o) => linalg.det(square, o), 'linalg.solve': (o) => linalg.solve(square, square, o),
  'linalg.cholesky': (o) => linalg.cholesky(square, o), 'linalg.solveTriangular': (o) => linalg.solveTriangular(square, square, { upper: true, ...o }),
  'linalg.svdvals': (o) => linalg.svdvals(square, o), 'linalg.eigvals': (o) => linalg.eigvals(square, o), 'linalg.eigvalsh': (o) => linalg.eigvalsh(square, o),
  'linalg.pinv': (o) => linalg.pinv(square, o), 'linalg.matrixRank': (o) => linalg.matrixRank(square, o), 'linalg.cond': (o) => linalg.cond(square, null, o),
  'linalg.matrixPower': (o) => linalg.matrixPower(square, 3, o), 'linalg.multiDot': (o) => linalg.multiDot([square, square], o),
  'linalg.vecdot': (o) => linalg.vecdot(x, x, -1, o), 'linalg.cross': (o) => linalg.cross(x, x.add(1), o),
  'linalg.tensorinv': (o) => linalg.tensorinv(square.reshape(2, 1, 1, 2), o), 'linalg.tensorsolve': (o) => linalg.tensorsolve(square, one.expand(2), o),
  'linalg.householderProduct': (o) => linalg.householderProduct(a, tau, o), 'linalg.luSolve': (o) => linalg.luSolve(LU, pivots, square, o),
  ormqr: (o) => torch.ormqr(a, tau, square, o), mvlgamma: (o) => torch.mvlgamma(x, 1, o), narrowCopy: (o) => torch.narrowCopy(x, 0, 1, 2, o),
  'linalg.ldlSolve': (o) => linalg.ldlSolve(LD, pivoted, square, o), 'special.ndtr': (o) => torch.special.ndtr(x, o), 'fft.fftfreq': (o) => torch.fft.fftfreq(4, o),
};

test.each(Object.entries(singles))('%s writes into out', (_, fn) => {
  const wanted = fn(), out = torch.empty([0], { dtype: wanted.dtype });
  expect(fn({ out })).toBe(out);
  expect(out.shape).toEqual(wanted.shape);
  expect(out.hostValues()).toEqual(wanted.hostValues());
});

interface Outs { readonly out?: readonly Tensor[] | undefined }
const several: Readonly<Record<string, (options?: Outs) => readonly Tensor[]>> = {
  sort: (o) => torch.sort(x, o), topk: (o) => torch.topk(x, 2, o), kthvalue: (o) => torch.kthvalue(x, 2, o), mode: (o) => torch.mode(x, o),
  max: (o) => torch.max(x, 0, o), min: (o) => torch.min(x, 0, o), median: (o) => torch.median(x, 0, o), nanmedian: (o) => torch.nanmedian(x, 0, o),
  cummax: (o) => torch.cummax(x, 0, o), cummin: (o) => torch.cummin(x, 0, o), aminmax: (o) => torch.aminmax(x, o), frexp: (o) => torch.frexp(x, o),
  histogram: (o) => torch.histogram(x, 4, o), geqrf: (o) => torch.geqrf(square, o), slogdet: (o) => torch.slogdet(square, o), qr: (o) => torch.qr(square, o),
  svd: (o) => torch.svd(square, o), 'linalg.slogdet': (o) => linalg.slogdet(square, o), 'linalg.qr': (o) => linalg.qr(square, o),
  'linalg.svd': (o) => linalg.svd(square, o), 'linalg.eigh': (o) => linalg.eigh(square, o), 'linalg.eig': (o) => linalg.eig(square, o),
  'linalg.lu': (o) => linalg.lu(square, o), 'linalg.luFactor': (o) => linalg.luFactor(square, o), 'linalg.luFactorEx': (o) => linalg.luFactorEx(square, o),
  luUnpack: (o) => torch.luUnpack(LU, pivots, o), 'linalg.ldlFactor': (o) => linalg.ldlFactor(square, o), 'linalg.ldlFactorEx': (o) => linalg.ldlFactorEx(square, o),
  'linalg.invEx': (o) => linalg.invEx(square, o), 'linalg.solveEx': (o) => linalg.solveEx(square, square, o), 'linalg.choleskyEx': (o) => linalg.choleskyEx(square, o),
};

test.each(Object.entries(several))('%s writes into each of out', (_, fn) => {
  const wanted = fn(), out = wanted.map(({ dtype }) => torch.empty([0], { dtype })), results = fn({ out });
  expect(results).toHaveLength(wanted.length);
  wanted.forEach((x, i) => {
    expect(results[i]).toBe(out[i]);
    expect(out[i].shape).toEqual(x.shape);
    expect(out[i].hostValues()).toEqual(x.hostValues());
  });
});

test('random draws into out are those without it', () => {
  const out = torch.empty(3), draw = (fn: () => Tensor): Tensor => (torch.manualSeed(0), fn()), p = x.div(4);
  for (const fn of [(o: Out) => torch.bernoulli(p, o), (o: Out) => torch.bernoulli(p, { p: 0.5, ...o }), (o: Out) => torch.normal(x, p, undefined, o)]) {
    const wanted = draw(() => fn({}));
    expect(draw(() => fn({ out }))).toBe(out);
    expect(out.hostValues()).toEqual(wanted.hostValues());
  }
});

// the messages are PyTorch's
test('out that does not fit is refused before anything is written', () => {
  const values = torch.zeros(3), indices = torch.zeros([3], long);
  const refused = (out: readonly Tensor[], message: string): void => {
    expect(() => torch.sort(x, { out })).toThrow(message);
    expect(values.hostValues()).toEqual(torch.zeros(3).hostValues());
  };
  refused(values as unknown as Tensor[], "sort(): argument 'out' must be tuple of Tensors, not Tensor");
  refused([values], 'expected tuple of 2 elements but got 1');
  refused([values, torch.zeros(3)], 'Expected out tensor to have dtype long int, but got float instead');
  refused([indices, indices], 'Expected out tensor to have dtype float, but got long int instead');
  expect(() => torch.nonzero(x, { asTuple: true, out: indices } as object)).toThrow('nonzero does not support the out kwarg when as_tuple is True');
  expect(() => torch.max(x, { out: values } as object)).toThrow("max(): argument 'out' goes with a dim, or with a second tensor");
  expect(() => torch.median(x, { out: [values, indices] })).toThrow("median(): argument 'out' goes with a dim");
});

// PyTorch 1.13's answers
const single = 'unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory location. '
  + 'Please clone() the tensor before performing the operation.';
const eight = (): Tensor => torch.arange(8), nine = (): Tensor => torch.arange(9).view(3, 3);

test('what an elementwise function reads may be where it writes, or apart from it in the same memory', () => {
  const v = eight();
  torch.add(v.slice(0, 0, 4), v.slice(0, 4, 8), { out: v.slice(0, 0, 4) });
  expect(Array.from(v.hostValues(), Number)).toEqual([4, 6, 8, 10, 4, 5, 6, 7]);
  const m = nine().float(), { version } = m.storage;
  expect(torch.mul(m, 2, { out: m })).toBe(m);
  expect(Array.from(m.hostValues(), Number)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16]);
  expect(m.storage.version).toBe(version + 1);
});

test.each<readonly [string, () => Tensor]>([
  ['a number, shifted', () => { const v = eight(); return torch.add(v.slice(0, 0, 4), 1, { out: v.slice(0, 2, 6) }); }],
  ['one operand is out, the other is shifted', () => { const v = eight(); return torch.add(v.slice(0, 0, 4), v.slice(0, 1, 5), { out: v.slice(0, 1, 5) }); }],
  ['the other is turned', () => { const m = nine(); return torch.add(m, m.t(), { out: m }); }],
  ['out is turned', () => { const m = nine(); return torch.add(m, m, { out: m.t() }); }],
  ['a row and an element of it', () => { const m = nine(); return torch.add(m.select(0, 0), m.select(0, 0).select(0, 1), { out: m.select(0, 0) }); }],
])('elements that are read after they may have been written: %s', (_, compute) => expect(compute).toThrow(single));

test('out whose elements share memory', () => {
  expect(() => torch.add(torch.ones(3), 1, { out: torch.zeros(1).expand(3) })).toThrow(
    'unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please clone() the tensor before performing the operation.');
});

test('out that is an operand is not resized', () => {
  const y = torch.ones(3, 1);
  expect(() => torch.add(y, torch.ones(3, 2), { out: y })).toThrow('output with shape [3, 1] doesn\'t match the broadcast shape [3, 2]');
});
