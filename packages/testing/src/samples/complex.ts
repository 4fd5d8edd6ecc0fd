import {
  angle, complex as ofParts, conj, constantPadNd, conv1d, conv2d, dot, fft, flip, istft, linalg, polar, real, stack, stft, vdot, viewAsComplex, viewAsReal, where, cat, type Tensor,
} from '@sconce/tensor';
import { pad } from '@sconce/tensor/internal';
import { constant, indices, mask, normal, positive, values, type Draw } from '../draws.js';
import { row, type Row, type RowOptions } from '../row.js';

// Complex operands are made of real inputs, and results are given as real ones, so that gradients can be compared with differences.

const pairs = (x: Tensor): Tensor => viewAsComplex(x.contiguous());
const parts = (x: Tensor): Tensor => (x.dtype.isComplex ? viewAsReal(x) : x);

/** A row of complex numbers: `z` of the pairs of `x`, `w` of those of `y`; other inputs as they are. */
function complexRow<K extends string>(
  name: string, python: string, run: (inputs: Readonly<Record<K | 'z' | 'w', Tensor>>) => Tensor, inputs: Readonly<Record<string, Draw>>,
  options: RowOptions = {},
): Row {
  const made = Object.keys(inputs).flatMap((key) => (key === 'x' ? ['z = torch.view_as_complex(x.contiguous())'] : key === 'y' ? ['w = torch.view_as_complex(y.contiguous())'] : []));
  return row<string>(name, [...made, python.includes('r = ') ? python : `r = ${python}`, 'torch.view_as_real(torch.resolve_conj(r)) if r.is_complex() else r'].join('; '), ({ x, y, ...rest }) =>
    parts(run({ ...rest, ...(x && { z: pairs(x) }), ...(y && { w: pairs(y) }) } as Readonly<Record<K | 'z' | 'w', Tensor>>)), inputs, { fastMode: true, ...options });
}

const one = { x: normal(2, 3, 2) }, two = { x: normal(2, 3, 2), y: normal(3, 2) };

const elementwise = [
  ...(['exp', 'log', 'sqrt', 'sin', 'cos', 'tan', 'sinh', 'cosh', 'tanh', 'sigmoid', 'reciprocal', 'sgn', 'abs', 'log10', 'asin', 'acos', 'atan', 'asinh', 'acosh', 'atanh'] as const)
    .map((name) => complexRow(name, `torch.${name}(z)`, ({ z }) => z[name](), one)),
  complexRow('conj', 'torch.conj(z)', ({ z }) => conj(z), one),
  complexRow('angle', 'torch.angle(z)', ({ z }) => angle(z), one),
  complexRow('angle', 'torch.angle(a)', ({ a }) => angle(a), { a: normal(5) }),
  complexRow('real', 'z.real', ({ z }) => z.real, one),
  complexRow('imag', 'z.imag', ({ z }) => z.imag, one),
  complexRow('add', 'z + w', ({ z, w }) => z.add(w), two),
  complexRow('sub', 'torch.sub(z, w, alpha=2)', ({ z, w }) => z.sub(w, { alpha: 2 }), two),
  complexRow('mul', 'z * w', ({ z, w }) => z.mul(w), two),
  complexRow('mul', 'z * w * (2 - 1j)', ({ z, w }) => z.mul(w).mul({ re: 2, im: -1 }), two),
  complexRow('mul', 'z * a', ({ z, a }) => z.mul(a), { x: normal(2, 3, 2), a: normal(3) }),
  complexRow('div', 'z / w', ({ z, w }) => z.div(w), two),
  complexRow('div', 'a / z', ({ z, a }) => a.div(z), { x: normal(2, 3, 2), a: normal(3) }),
  complexRow('pow', 'z ** w', ({ z, w }) => z.pow(w), two),
  complexRow('pow', 'z ** 3 + z ** 2.5', ({ z }) => z.pow(3).add(z.pow(2.5)), one),
  complexRow('eq', 'z == torch.flip(z, [1])', ({ z }) => z.eq(flip(z, [1])), { x: constant(normal(2, 3, 2)) }),
  complexRow('where', 'torch.where(m, z, w)', ({ z, w, m }) => where(m, z, w), { ...two, m: mask(2, 3) }),
  complexRow('mul_', 'r = z.clone(); r.mul_(w)', ({ z, w }) => z.clone().mul_(w), two),
  complexRow('copy_', 'r = z * 2; r.imag.mul_(3); r', ({ z }) => { const r = z.mul(2); r.imag.mul_(3); return r; }, one),
  complexRow('asStrided', 'r = a * 1; torch.view_as_complex(r.view(3, 2, 2)[1:]).mul_(1 + 2j); r',
    ({ a }) => { const r = a.mul(1); viewAsComplex(r.view(3, 2, 2).slice(0, 1)).mul_({ re: 1, im: 2 }); return r; },
    { a: normal(3, 4) }, { strided: false }),
  complexRow('complex', 'torch.complex(a, b)', ({ a, b }) => ofParts(a, b), { a: normal(2, 3), b: normal(3) }),
  complexRow('polar', 'torch.polar(a, b)', ({ a, b }) => polar(a, b), { a: positive(2, 3), b: normal(2, 3) }),
  // squares of the divisor are out of range
  complexRow('div', 'z / w', ({ z, w }) => z.div(w),
    { x: constant(values([1, 2, 1, 2, 3, -1, 1e30, 1e30], 4, 2)), y: constant(values([1e30, 0, 0, 1e30, 1e-30, 1e-30, 1e30, -1e30], 4, 2)) }),
];

const structured = [
  complexRow('sum', 'z.sum(0)', ({ z }) => z.sum(0), one),
  complexRow('mean', 'z.mean()', ({ z }) => z.mean(), one),
  complexRow('prod', 'z.prod()', ({ z }) => z.prod(), { x: normal(2, 3, 2) }),
  complexRow('prod', 'z.prod(1, keepdim=True)', ({ z }) => z.prod(1, { keepdim: true }), { x: normal(2, 5, 2) }),
  complexRow('cumprod', 'z.cumprod(1)', ({ z }) => z.cumprod(1), { x: normal(2, 5, 2) }),
  complexRow('vecdot', '(z.conj() * w).sum(-1)', ({ z, w }) => linalg.vecdot(z, w), { x: normal(2, 3, 2), y: normal(2, 3, 2) }),
  complexRow('linalgCross', 'torch.linalg.cross(z, w)', ({ z, w }) => linalg.cross(z, w), { x: normal(2, 3, 2), y: normal(2, 3, 2) }),
  complexRow('matrixNorm', 'torch.linalg.matrix_norm(z, 1)', ({ z }) => linalg.matrixNorm(z, 1), one),
  complexRow('add', 'torch.add(z, w, alpha=0.5 - 1j)', ({ z, w }) => z.add(w, { alpha: { re: 0.5, im: -1 } }), two),
  complexRow('reflectionPad1d', "torch.nn.functional.pad(z, [1, 2], mode='reflect')", ({ z }) => pad(z, [1, 2], { mode: 'reflect' }), { x: normal(2, 4, 2) }),
  complexRow('convolution', 'torch.nn.functional.conv1d(z, w, torch.view_as_complex(b.contiguous()), padding=1)', ({ z, w, b }) => conv1d(z, w, pairs(b), { padding: 1 }),
    { x: normal(2, 2, 5, 2), y: normal(3, 2, 3, 2), b: normal(3, 2) }),
  complexRow('convolution', 'torch.nn.functional.conv2d(z, w, stride=2, groups=2)', ({ z, w }) => conv2d(z, w, null, { stride: 2, groups: 2 }),
    { x: normal(1, 2, 5, 5, 2), y: normal(2, 1, 2, 2, 2) }),
  complexRow('norm', 'z.norm()', ({ z }) => z.norm(), one),
  complexRow('cumsum', 'z.cumsum(1)', ({ z }) => z.cumsum(1), one),
  complexRow('mm', 'z @ w', ({ z, w }) => z.matmul(w), { x: normal(2, 3, 2), y: normal(3, 4, 2) }),
  complexRow('mm', 'a.to(z.dtype) @ z', ({ z, a }) => a.to(z.dtype).matmul(z), { x: normal(3, 2, 2), a: normal(2, 3) }),
  complexRow('bmm', 'torch.bmm(z, w)', ({ z, w }) => z.bmm(w), { x: normal(2, 3, 4, 2), y: normal(2, 4, 2, 2) }),
  complexRow('addmm', 'torch.addmm(torch.ones(2, 4, dtype=z.dtype), z, w, beta=2, alpha=3)',
    ({ z, w }) => z.newOnes(2, 4).addmm(z, w, { beta: 2, alpha: 3 }), { x: normal(2, 3, 2), y: normal(3, 4, 2) }),
  complexRow('mH', 'z.mH @ z', ({ z }) => z.mH.matmul(z), one),
  // BLAS as Debian builds it gives 0 for products of complex vectors
  complexRow('dot', '(z * w).sum()', ({ z, w }) => dot(z, w), { x: normal(5, 2), y: normal(5, 2) }),
  complexRow('vdot', '(z.conj() * w).sum()', ({ z, w }) => vdot(z, w), { x: normal(5, 2), y: normal(5, 2) }),
  complexRow('cat', 'torch.cat([z, w, a], 0)', ({ z, w, a }) => cat([z, w, a.to(z.dtype)], 0), { x: normal(2, 3, 2), y: normal(1, 3, 2), a: normal(2, 3) }),
  complexRow('stack', 'torch.stack([z, z], 1)', ({ z }) => stack([z, z], 1), one),
  complexRow('flip', 'z.flip([0, 1])', ({ z }) => flip(z, [0, 1]), one),
  complexRow('repeat', 'z.repeat(2, 2)', ({ z }) => z.repeat(2, 2), one),
  complexRow('indexSelect', 'z.index_select(1, i)', ({ z, i }) => z.indexSelect(1, i), { ...one, i: indices([2, 0, 2]) }),
  complexRow('indexPut', 'r = z.clone(); r[i] = w; r', ({ z, w, i }) => z.clone().indexPut_([i], w), { x: normal(3, 2, 2), y: normal(2, 2), i: indices([2, 0]) }),
  complexRow('constantPadNd', 'torch.constant_pad_nd(z, [1, 2], 1.5)', ({ z }) => constantPadNd(z, [1, 2], 1.5), one),
  complexRow('permute', 'z.t().reshape(6)[1:5]', ({ z }) => z.t().reshape(6).slice(0, 1, 5), one),
  complexRow('maskedSelect', 'z[m]', ({ z, m }) => z.maskedSelect(m), { ...one, m: mask(2, 3) }, { host: true }),
];

const transforms = [
  ...[1, 3, 8, 30, 67].map((n) => complexRow('fftC2c', 'torch.fft.fft(z)', ({ z }) => fft.fft(z), { x: normal(2, n, 2) })),
  complexRow('fftC2c', "torch.fft.ifft(z, n=5, dim=0, norm='ortho')", ({ z }) => fft.ifft(z, { n: 5, dim: 0, norm: 'ortho' }), { x: normal(3, 2, 2) }),
  complexRow('fftC2c', "torch.fft.fftn(z, s=(4, 2), norm='forward')", ({ z }) => fft.fftn(z, [4, 2], { norm: 'forward' }), { x: normal(2, 3, 3, 2) }),
  complexRow('fftR2c', 'torch.fft.fft(a)', ({ a }) => fft.fft(a), { a: normal(2, 6) }),
  ...[1, 2, 6, 7, 62, 90].map((n) => complexRow('fftR2c', 'torch.fft.rfft(a)', ({ a }) => fft.rfft(a), { a: normal(2, n) })),
  complexRow('fftR2c', 'torch.fft.rfft2(a)', ({ a }) => fft.rfft2(a), { a: normal(2, 3, 4) }),
  complexRow('fftC2c', 'torch.fft.fftn(z, dim=(0, 2))', ({ z }) => fft.fftn(z, { dim: [0, 2] }), { x: normal(2, 10, 15, 2) }),
  complexRow('fftR2c', 'torch.fft.fft(a, dim=0)', ({ a }) => fft.fft(a, { dim: 0 }), { a: normal(10, 11) }),
  complexRow('ihfft', 'torch.fft.ihfft(a, n=4)', ({ a }) => fft.ihfft(a, 4), { a: normal(6) }),
  complexRow('fftC2r', 'torch.fft.irfft(z)', ({ z }) => fft.irfft(z), { x: normal(2, 4, 2) }),
  complexRow('fftC2r', 'torch.fft.irfft(z, n=7)', ({ z }) => fft.irfft(z, 7), { x: normal(2, 4, 2) }),
  complexRow('fftC2r', 'torch.fft.irfftn(z)', ({ z }) => fft.irfftn(z), { x: normal(2, 3, 3, 2) }),
  complexRow('fftC2r', 'torch.fft.irfft(z, dim=0)', ({ z }) => fft.irfft(z, { dim: 0 }), { x: normal(6, 9, 2) }),
  complexRow('hfftn', "torch.fft.hfftn(z, s=(2, 6), norm='ortho')", ({ z }) => fft.hfftn(z, [2, 6], { norm: 'ortho' }), { x: normal(3, 4, 2) }),
  complexRow('hfft2', 'torch.fft.hfft2(z, dim=(1, 0))', ({ z }) => fft.hfft2(z, { dim: [1, 0] }), { x: normal(3, 4, 2) }),
  complexRow('ihfftn', 'torch.fft.ihfftn(a)', ({ a }) => fft.ihfftn(a), { a: normal(3, 2, 5) }),
  complexRow('ihfft2', "torch.fft.ihfft2(a, norm='forward')", ({ a }) => fft.ihfft2(a, { norm: 'forward' }), { a: normal(3, 2, 4) }),
  complexRow('hfft', 'torch.fft.hfft(z)', ({ z }) => fft.hfft(z), { x: normal(4, 2) }),
  complexRow('fftshift', 'torch.fft.ifftshift(torch.fft.fftshift(a), dim=[1])', ({ a }) => fft.ifftshift(fft.fftshift(a), [1]), { a: normal(3, 4) }),
  complexRow('fftfreq', 'torch.fft.fftfreq(5, 0.5, dtype=dtype) + torch.fft.rfftfreq(8, dtype=dtype) + 0 * a',
    ({ a }) => fft.fftfreq(5, 0.5, { dtype: a.dtype, device: a.device }).add(fft.rfftfreq(8, { dtype: a.dtype, device: a.device })).add(a.mul(0)), { a: normal(5) }),
  complexRow('stft', "torch.stft(a, 8, window=torch.hann_window(8, dtype=dtype), return_complex=True)",
    ({ a }) => stft(a, 8, { window: hann(a), returnComplex: true }), { a: normal(2, 20) }),
  complexRow('stft', 'torch.stft(a, 6, hop_length=3, win_length=4, center=False, normalized=True, onesided=False, return_complex=True)',
    ({ a }) => stft(a, 6, { hopLength: 3, winLength: 4, center: false, normalized: true, onesided: false, returnComplex: true }), { a: normal(20) }),
  complexRow('istft', 'torch.istft(z, 8, window=torch.hann_window(8, dtype=dtype), length=12)',
    ({ z }) => istft(z, 8, { window: hann(real(z)), length: 12 }), { x: normal(2, 5, 8, 2) }, { node: 'DivBackward0' }),
];

const hann = (like: Tensor): Tensor => fft.fftfreq(8, { dtype: like.dtype, device: like.device }).mul(2 * Math.PI).cos().mul(-0.5).add(0.5);

// of what order and directions of the vectors do not change
const factors = [
  complexRow('linalgEig', 'L, V = torch.linalg.eig(a); r = (V.abs() ** 2 * L.real.unsqueeze(-2)).sum(-1)', ({ a }) => {
    const { eigenvalues: L, eigenvectors: V } = linalg.eig(a);
    return V.abs().square().mul(L.real.unsqueeze(-2)).sum(-1);
  }, { a: normal(2, 4, 4) }, { host: true }),
  complexRow('eigvals', 'torch.linalg.eigvals(z).pow(3).sum(-1)', ({ z }) => linalg.eigvals(z).pow(3).sum(-1), { x: normal(3, 3, 2) }, { host: true }),
  complexRow('complexDet', 'torch.linalg.det(z)', ({ z }) => linalg.det(z), { x: normal(2, 4, 4, 2) }, { host: true }),
  complexRow('inv', 'torch.linalg.inv(z)', ({ z }) => linalg.inv(z), { x: normal(3, 3, 2) }, { host: true }),
  complexRow('solve', 'torch.linalg.solve(z, w)', ({ z, w }) => linalg.solve(z, w), { x: normal(3, 3, 2), y: normal(3, 2, 2) }, { host: true }),
];

export const complex = [...factors, ...elementwise, ...structured, ...transforms];
