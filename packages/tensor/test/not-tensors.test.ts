import { expect, test } from 'vitest';
import * as torch from '../src/index.js';

/* What programs in JavaScript get wrong, where TypeScript would have told: PyTorch 1.13's words, with JavaScript's names for what was given. */

const one = torch.ones(1, 1), wrong = (x: unknown) => x as torch.Tensor;

test.each<[string, () => unknown]>([
  ["matmul(): argument 'input' (position 1) must be Tensor, not Array", () => torch.matmul(wrong([1]), one)],
  ["matmul(): argument 'other' (position 2) must be Tensor, not Array", () => torch.matmul(one, wrong([1]))],
  ["mm(): argument 'mat2' (position 2) must be Tensor, not number", () => one.mm(wrong(3))],
  ["bmm(): argument 'mat2' (position 2) must be Tensor, not number", () => one.bmm(wrong(3))],
  ["sum(): argument 'input' (position 1) must be Tensor, not Array", () => torch.sum(wrong([1]))],
  ["mean(): argument 'input' (position 1) must be Tensor, not Array", () => torch.mean(wrong([1]))],
  ["max(): argument 'input' (position 1) must be Tensor, not Array", () => torch.max(wrong([1]))],
  ["sigmoid(): argument 'input' (position 1) must be Tensor, not number", () => torch.sigmoid(wrong(3))],
  ["exp(): argument 'input' (position 1) must be Tensor, not number", () => torch.exp(wrong(3))],
  ["avg_pool2d(): argument 'input' (position 1) must be Tensor, not number", () => torch.avgPool2d(wrong(3), 2)],
  ["max_pool2d(): argument 'input' (position 1) must be Tensor, not Array", () => torch.maxPool2d(wrong([1]), 2)],
  ["layer_norm(): argument 'input' (position 1) must be Tensor, not Array", () => torch.layerNorm(wrong([1]), [1])],
  ["cat(): argument 'tensors' (position 1) must be tuple of Tensors, not number", () => torch.cat(3 as never)],
  ["cat(): argument 'tensors' (position 1) must be tuple of Tensors, not Tensor", () => torch.cat(one as never)],
  ["stack(): argument 'tensors' (position 1) must be tuple of Tensors, not number", () => torch.stack(3 as never)],
  ['expected Tensor as element 1 in argument 0, but got number', () => torch.cat([one, wrong(2)])],
  ['expected Tensor as element 0 in argument 0, but got number', () => torch.stack([wrong(1)])],
  ["tensor(): argument 'dtype' must be torch.dtype, not string", () => torch.tensor([1], { dtype: 'float64' as never })],
  ["sum(): argument 'dtype' must be torch.dtype, not string", () => one.sum({ dtype: 'float64' as never })],
  ["new(): argument 'dtype' must be torch.dtype, not string", () => torch.ones(2, { dtype: 'float64' as never })],
])('%s', (text, fn) => {
  expect(fn).toThrow(new TypeError(text));
});

test('a value that nobody waited for', async () => {
  const late = one.item();
  expect(() => one.mul(late as never)).toThrow('but got Promise: write await before it');
  expect(() => torch.matmul(one, late as never)).toThrow('must be Tensor, not Promise: write await before it');
  await late;
});

test('text of sizes is no size', () => {
  expect(() => torch.zeros('3' as never)).toThrow('sizes must be integers, but got string');
  expect(() => one.reshape('1' as never)).toThrow('sizes must be integers, but got string at position 0');
});

test('a tensor of several elements has no one value', async () => {
  await expect(torch.ones(2).item()).rejects.toThrow(new torch.ValueError('only one element tensors can be converted to Python scalars'));
});

test('a tensor is no text and no number by itself', () => {
  expect(() => 'loss ' + (one as unknown as string)).toThrow('and `${x}` for text');
});

test.each<[torch.DType, string]>([
  [torch.uint8, 'unsigned char'], [torch.int8, 'signed char'], [torch.int16, 'short int'], [torch.int32, 'int'], [torch.int64, 'long int'],
  [torch.float16, 'c10::Half'], [torch.bfloat16, 'c10::BFloat16'], [torch.float64, 'double'], [torch.bool, 'bool'],
  [torch.complex64, 'c10::complex<float>'], [torch.complex128, 'c10::complex<double>'],
])('a convolution of %s with a bias of float', (dtype, text) => {
  expect(() => torch.conv2d(torch.ones(1, 1, 2, 2, { dtype }), torch.ones(1, 1, 1, 1), torch.ones(1)))
    .toThrow(`Input type (${text}) and bias type (float) should be the same`);
});
