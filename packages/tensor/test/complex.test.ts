import { describe, expect, test } from 'vitest';
import * as torch from '../src/index.js';
import { RuntimeError, tensor } from '../src/index.js';

const c = (re: number, im: number): torch.Complex => ({ re, im });

describe('complex tensors print as in PyTorch', () => {
  test.each([
    [tensor([c(1, 2), c(2.5, -3)]), 'tensor([1.0000+2.j, 2.5000-3.j])'],
    [tensor([c(1e-5, 2), 1000000]), 'tensor([1.0000e-05+2.j, 1.0000e+06+0.j])'],
    [tensor([[c(1, 2), c(2.5, -3)]], { dtype: torch.complex128 }), 'tensor([[1.0000+2.j, 2.5000-3.j]], dtype=torch.complex128)'],
    [tensor(c(3, 0)), 'tensor(3.+0.j)'],
    [tensor([c(NaN, 2), c(2.5, -Infinity)]), 'tensor([   nan+2.j, 2.5000-infj])'],
    [torch.zeros(0, { dtype: torch.cfloat }), 'tensor([], dtype=torch.complex64)'],
    [torch.complex(torch.arange(2000).float(), torch.arange(2000).mul(0.5)), `tensor([0.0000e+00+0.0000e+00j, 1.0000e+00+5.0000e-01j, 2.0000e+00+1.0000e+00j,
         ..., 1.9970e+03+9.9850e+02j, 1.9980e+03+9.9900e+02j,
        1.9990e+03+9.9950e+02j])`],
    [tensor([new Array<torch.Complex>(12).fill(c(1, 1))]), `tensor([[1.+1.j, 1.+1.j, 1.+1.j, 1.+1.j, 1.+1.j, 1.+1.j, 1.+1.j, 1.+1.j, 1.+1.j, 1.+1.j,
         1.+1.j, 1.+1.j]])`],
    [tensor([c(1e10, 1), c(1, 1e-10)]), 'tensor([1.0000e+10+1.0000e+00j, 1.0000e+00+1.0000e-10j])'],
  ])('%s', (x, text) => expect(String(x)).toBe(text));
});

describe('values', () => {
  test('go in and out as { re, im }', async () => {
    const z = tensor([[c(1, 2), 3], [c(0, -1), c(4, 0)]]);
    expect([z.dtype, z.shape, z.elementSize()]).toEqual([torch.complex64, [2, 2], 8]);
    expect(await z.tolist<torch.Complex>()).toEqual([[c(1, 2), c(3, 0)], [c(0, -1), c(4, 0)]]);
    expect(await z.select(0, 1).select(0, 0).item<torch.Complex>()).toEqual(c(0, -1));
    expect([...z.numpy()]).toEqual([1, 2, 3, 0, 0, -1, 4, 0]);
    expect(await torch.full([2], c(1, -1)).tolist<torch.Complex>()).toEqual([c(1, -1), c(1, -1)]);
  });

  test('parts are views', async () => {
    const z = tensor([c(1, 2), c(3, 4)]);
    z.imag.mul_(10);
    torch.viewAsReal(z).select(0, 1).fill_(7);
    expect(await z.tolist<torch.Complex>()).toEqual([c(1, 20), c(7, 7)]);
    expect(torch.viewAsComplex(torch.viewAsReal(z)).dataPtr()).toBe(z.dataPtr());
    expect(z.real.dataPtr()).toBe(z.dataPtr());
    expect(z.imag.dataPtr()).toBe(z.dataPtr() + 4);
  });

  test('in place, both parts come of the old ones', async () => {
    const z = tensor([c(1, 2), c(3, 4)]);
    z.mul_(z).add_(c(0, 1)).div_(c(0, 1));
    expect(await z.tolist<torch.Complex>()).toEqual([c(5, 3), c(25, 7)]);
  });

  test('become real by losing the imaginary part', async () => {
    expect(await tensor([c(1.5, 2)]).to(torch.float32).tolist()).toEqual([1.5]);
    expect(() => tensor([c(1, 2)], { dtype: torch.float32 })).toThrow("can't convert complex to float");
  });
});

test('dtypes meet as in PyTorch', () => {
  const { complex64, complex128, float32, float64, int64, promoteTypes, resultType } = torch;
  expect([promoteTypes(complex64, float64), promoteTypes(complex64, int64), promoteTypes(complex128, float32)])
    .toEqual([complex128, complex64, complex128]);
  expect([float32, float64, int64].map((dtype) => resultType(torch.ones(2, { dtype }), c(0, 1)))).toEqual([complex64, complex128, complex64]);
  const z = torch.ones(2, { dtype: complex64 });
  expect(resultType(z, tensor(1, { dtype: float64 }))).toBe(complex64);
  expect(resultType(torch.ones(2, { dtype: float64 }), tensor(c(0, 1)))).toBe(complex128);
  expect([torch.isComplex(z), z.isFloatingPoint(), torch.isComplex(z.real)]).toEqual([true, false, false]);
});

test('0-d complex numbers change the kind alone', () => {
  const { complex64, complex128, bfloat16, float32, float64, int32 } = torch, z = tensor(c(0, 2), { dtype: complex128 });
  expect([float32, bfloat16, int32, float64].map((dtype) => torch.ones(2, { dtype }).mul(z).dtype)).toEqual([complex64, complex64, complex128, complex128]);
  expect(torch.dist(torch.ones(2), tensor(2, { dtype: float64 })).dtype).toBe(float32);
});

test('integers among complex numbers have no imaginary parts, and reals take the real ones', () => {
  const { complex64, complex128 } = torch, x = torch.arange(4).view(2, 2), z = tensor([c(1, 2), c(3, -1)]);
  expect([x.mean(0, { dtype: complex64 }), x.sum({ dtype: complex128 })].map(String)).toEqual(['tensor([1.+0.j, 2.+0.j])', 'tensor(6.+0.j, dtype=torch.complex128)']);
  expect(String(torch.cat([tensor([1n, 2n]), tensor([c(0, 1)])]))).toBe('tensor([1.+0.j, 2.+0.j, 0.+1.j])');
  expect(String(torch.stack([tensor([true, false]), tensor([c(0, 1), c(0, 2)])]))).toBe('tensor([[1.+0.j, 0.+0.j],\n        [0.+1.j, 0.+2.j]])');
  expect(String(x.cumsum(0, { dtype: complex64 }))).toBe('tensor([[0.+0.j, 1.+0.j],\n        [2.+0.j, 4.+0.j]])');
  expect([z.sum({ dtype: torch.float64 }), z.mean({ dtype: torch.float32 }), z.prod({ dtype: torch.int32 })].map(String))
    .toEqual(['tensor(4., dtype=torch.float64)', 'tensor(2.)', 'tensor(3, dtype=torch.int32)']);
});

describe('errors in PyTorch\'s words', () => {
  const z = tensor([c(1, 2)]), x = torch.ones(3, 3);
  test.each<[() => unknown, string]>([
    [() => torch.viewAsReal(x), 'view_as_real is only supported for complex tensors'],
    [() => torch.viewAsComplex(x.int()), 'view_as_complex is only supported for half, float and double tensors, but got a tensor of scalar type: Int'],
    [() => torch.viewAsComplex(tensor(1)), 'Input tensor must have one or more dimensions'],
    [() => torch.viewAsComplex(x), 'Tensor must have a last dimension of size 2'],
    [() => torch.viewAsComplex(torch.ones(2, 2).t()), 'Tensor must have a last dimension with stride 1'],
    [() => torch.viewAsComplex(x.narrow(1, 0, 2)), 'Tensor must have a stride divisible by 2 for all but last dimension'],
    [() => torch.viewAsComplex(torch.ones(5).narrow(0, 1, 2)), 'Tensor must have a storage_offset divisible by 2'],
    [() => torch.complex(x, x.double()), 'Expected object of scalar type Float but got scalar type Double for second argument'],
    [() => torch.complex(x.int(), x), 'Expected both inputs to be Half, Float or Double tensors but got Int and Float'],
    [() => torch.imag(x), 'imag is not implemented for tensors with non-complex dtypes.'],
    [() => z.abs_(), 'In-place abs is not supported for complex tensors.'],
    [() => x.mul_(c(0, 1)), "result type ComplexFloat can't be cast to the desired output type Float"],
    [() => torch.ones(2).fill_(c(0, 1)), 'value cannot be converted to type float without overflow'],
    [() => torch.full([2], c(0, 1), { dtype: torch.float32 }), 'value cannot be converted to type float without overflow'],
    [() => torch.constantPadNd(x, [1, 1], c(0, 1)), 'value cannot be converted to type float without overflow'],
    [() => z.unique(), '"unique" not implemented for \'ComplexFloat\''],
    [() => z.logsumexp(0), 'logsumexp(): Expected floating point type for result tensor, but got: ComplexFloat'],
    [() => torch.linalg.slogdet(z.expand(1, 1)), 'linalg.slogdet: complex matrices are not implemented here'],
    [() => z.lt(1), '"lt_cpu" not implemented for \'ComplexFloat\''],
    [() => z.argmax(), '"argmax_cpu" not implemented for \'ComplexFloat\''],
    [() => torch.ones(3).mH, 'tensor.mH is only supported on matrices or batches of matrices. Got 1-D tensor.'],
    [() => torch.ones(3).H, 'tensor.H is only supported on matrices (2-D tensors). Got 1-D tensor.'],
    [() => torch.fft.fft(x, 0), 'Invalid number of data points (0) specified'],
    [() => torch.fft.irfft(torch.ones(1)), 'Invalid number of data points (0) specified'],
    [() => torch.fft.fft(x, { norm: 'none' as never }), 'Invalid normalization mode: "none"'],
    [() => torch.fft.rfft(z), 'rfft expects a real input tensor, but got ComplexFloat'],
    [() => torch.fft.fft(x.half()), 'Unsupported dtype Half'],
    [() => torch.fft.fftn(x, [2, 2, 2]), 'Got shape with 3 values but input tensor only has 2 dimensions.'],
    [() => torch.fft.fftn(x, { s: [2, 2], dim: [0] }), 'When given, dim and shape arguments must have the same length'],
    [() => torch.fft.fftn(x, { dim: [0, -2] }), 'FFT dims must be unique'],
    [() => torch.fft.rfftn(x, { dim: [] }), 'rfftn must transform at least one axis'],
    [() => torch.stft(torch.ones(20), 8, { winLength: 9 }),
      'stft(torch.FloatTensor[28], n_fft=8, hop_length=2, win_length=9, window=None, normalized=0, onesided=None, return_complex=None) : expected 0 < win_length <= n_fft, but got win_length=9'],
    [() => torch.istft(torch.zeros(5, 7, { dtype: torch.cfloat }), 8, { window: torch.zeros(8) }),
      'istft(CPUComplexFloatType[5, 7], n_fft=8, hop_length=2, win_length=8, window=torch.FloatTensor{[8]}, center=1, normalized=0, onesided=None, length=None, return_complex=0) window overlap add min: 1'],
    [() => torch.linalg.eig(torch.ones(2, 3)), 'linalg.eig: A must be batches of square matrices, but they are 2 by 3 matrices'],
    [() => torch.linalg.eig(tensor([[1, NaN], [0, 1]])), 'torch.linalg.eig: input tensor should not contain infs or NaNs.'],
  ])('%#: %s', (call, message) => {
    expect(call).toThrow(RuntimeError);
    expect(call).toThrow(message);
  });
});

describe('random numbers and measures', () => {
  test('draws are those of PyTorch for the same seed', () => {
    torch.manualSeed(0);
    expect(String(torch.randn(2, { dtype: torch.cfloat }))).toBe('tensor([ 1.0896-0.2075j, -1.5406+0.4019j])');
    expect(String(torch.rand(2, { dtype: torch.cfloat }))).toBe('tensor([0.4556+0.6323j, 0.3489+0.4017j])');
  });

  test('variances, truth and systems', async () => {
    const z = tensor([[c(1, 2), c(3, 4)], [c(5, 6), c(7, 8)]]);
    expect(await z.std(0).tolist()).toEqual([4, 4]);
    expect(await z.any().item()).toBe(true);
    const some = tensor([c(0, 0), c(0, 1), c(2, 0)]);
    expect(await some.logicalNot().tolist()).toEqual([true, false, false]);
    expect(await some.logicalAnd(tensor([1, 1, 0])).tolist()).toEqual([false, true, false]);
    expect(await some.bool().tolist()).toEqual([false, true, true]);
    expect((await z.nonzero().tolist() as number[][]).length).toBe(4);
    expect(await largest(torch.linalg.inv(z).matmul(z).sub(torch.eye(2)))).toBeLessThan(1e-6);
    expect(await largest(torch.linalg.solve(z, z.select(1, 0)).sub(tensor([1, 0])))).toBeLessThan(1e-6);
  });
});

/** The largest absolute value. */
const largest = async (x: torch.Tensor): Promise<number> => Number(await x.abs().max().item());

describe('Fourier transforms', () => {
  // sizes of powers, of small and of large factors, and of a prime
  test.each([4, 60, 64, 97, 202, 243, 503])('of %i points are the sums that they stand for', async (n) => {
    const z = torch.complex(torch.randn(n, { dtype: torch.float64 }), torch.randn(n, { dtype: torch.float64 }));
    const k = torch.arange(n), turns = k.unsqueeze(1).mul(k).remainder(n).double().mul(-2 * Math.PI / n);
    const sums = torch.polar(torch.ones(n, n, { dtype: torch.float64 }), turns).mv(z);
    expect(await largest(torch.fft.fft(z).sub(sums))).toBeLessThan(1e-9);
    expect(await largest(torch.fft.ifft(torch.fft.fft(z)).sub(z))).toBeLessThan(1e-13);
    expect(await largest(torch.fft.rfft(z.real).sub(torch.fft.fft(z.real).narrow(0, 0, Math.floor(n / 2) + 1)))).toBeLessThan(1e-12);
    expect(await largest(torch.fft.irfft(torch.fft.rfft(z.real), n).sub(z.real))).toBeLessThan(1e-13);
  });

  test('simple angles are exact', () => {
    expect(String(torch.fft.fft(tensor([0, 1, 2, 3])))).toBe('tensor([ 6.+0.j, -2.+2.j, -2.+0.j, -2.-2.j])');
    expect(torch.fft.fft(torch.ones(400, { dtype: torch.float64 })).abs().gt(1e-15).sum().hostValue()).toBe(1);
    expect(String(torch.fft.rfft(torch.ones(12)))).toBe('tensor([12.+0.j,  0.+0.j,  0.+0.j,  0.+0.j,  0.+0.j,  0.+0.j,  0.+0.j])');
  });
});

test('transforms go into what is given', async () => {
  const out = torch.zeros(4, { dtype: torch.complex64 });
  expect(torch.fft.fft(tensor([0, 1, 2, 3]), { out })).toBe(out);
  expect(String(out)).toBe('tensor([ 6.+0.j, -2.+2.j, -2.+0.j, -2.-2.j])');
  expect(String(torch.fft.fftn(tensor([1, 0, 0, 0]), { out }))).toBe('tensor([1.+0.j, 1.+0.j, 1.+0.j, 1.+0.j])');
  expect(() => torch.fft.fft(out, 2.5)).toThrow(new TypeError('a number of points must be an integer, but got 2.5'));
});

test('parts are assigned, as in PyTorch', async () => {
  const z = tensor([c(1, 2), c(3, 4)]);
  z.real = tensor([5, 6]);
  z.imag = tensor(7);
  expect(await z.tolist()).toEqual([c(5, 7), c(6, 7)]);
  expect([z.isConj(), z.conj().isConj(), torch.isNeg(z), z.resolveConj() === z]).toEqual([false, false, false, true]);
});

describe('what has no meaning or is not there is refused', () => {
  const z = tensor([[c(1, 2), c(3, 4)], [c(0, 1), c(2, 0)]]), x = torch.ones(2, 2);
  test.each<[() => unknown, string]>([
    [() => x.indexPut_([0], c(0, 2)), 'value cannot be converted to type float without overflow'],
    [() => x.indexPut([x.gt(0)], c(0, 2)), 'value cannot be converted to type float without overflow'],
    [() => x.add(x, { alpha: c(0, 2) }), 'For non-complex input tensors, argument alpha must not be a complex number.'],
    [() => z.addmm(z, z, { alpha: c(0, 2) as never }), 'addmm(): complex alpha is not implemented here'],
    [() => z.indexAdd(0, tensor([0n]), z.slice(0, 0, 1), { alpha: c(0, 2) as never }), 'indexAdd(): complex alpha is not implemented here'],
    [() => z.isposinf(), 'isposinf does not support complex inputs.'],
    [() => z.nansum(), 'nansum does not support complex inputs'],
    [() => z.sign(), 'Unlike NumPy, torch.sign is not intended to support complex numbers. Please use torch.sgn instead.'],
    [() => z.floor(), 'floor is not supported for complex inputs'],
    [() => torch.maximum(z, z), 'maximum not implemented for complex tensors.'],
    [() => torch.hypot(z, z), '"hypot_cpu" not implemented for \'ComplexFloat\''],
    [() => torch.viewAsComplex(x.half()), 'view_as_complex: complex numbers of half precision (complex32) are not there'],
    [() => torch.fft.fft(x, { out: torch.zeros(2, 2) }), 'fft expects a complex output tensor, but got Float'],
    [() => torch.fft.irfft2(z, { out: z }), 'irfftn expects a floating point output tensor, but got ComplexFloat'],
    [() => torch.fft.fft(tensor(1), 4), 'a tensor without dimensions has no points'],
  ])('%s', (call, text) => {
    expect(call).toThrow(text);
    expect(call).toThrow(RuntimeError);
  });
});

test('eigenvalues and eigenvectors satisfy their equation; of real matrices they come in exact pairs', async () => {
  torch.manualSeed(3);
  for (let n = 0; n <= 9; n++) {
    for (const A of [torch.randn(2, n, n, { dtype: torch.float64 }), torch.randint(-2, 3, [2, n, n]).double(), torch.complex(torch.randn(2, n, n), torch.randn(2, n, n)).cdouble()]) {
      if (n === 0) continue;
      const { eigenvalues: L, eigenvectors: V } = torch.linalg.eig(A);
      expect(await largest(A.cdouble().matmul(V).sub(V.mul(L.unsqueeze(-2))))).toBeLessThan(1e-13);
      expect(await largest(V.abs().square().sum(-2).sub(1))).toBeLessThan(1e-14);
      const turns = L.imag.sort(-1).values;
      if (A.isFloatingPoint()) expect(await largest(turns.add(turns.flip([-1])))).toBe(0);
    }
  }
  expect(String(torch.linalg.eigvals(tensor([[0, 1], [-1, 0]])))).toBe('tensor([0.+1.j, 0.-1.j])');
});
