import { describe, expect, test } from 'vitest';
import { arange, float16, full, int64, ones, tensor, Tensor, uint8, where, zeros } from '@sconce/tensor';
import { currentBackend, explain } from '../src/index.js';
import { available } from './adapter.js';

const gpu = (x: Tensor): Tensor => x.to('webgpu');
const counted = async (x: Tensor): Promise<[unknown, number]> => {
  const before = currentBackend().dispatches;
  const values = await x.tolist();
  return [values, currentBackend().dispatches - before];
};

describe.skipIf(!available)('pending expressions', () => {
  test('a chain is one kernel', async () => {
    let x = gpu(tensor([-1, 0, 1, 2, 3]));
    for (let i = 0; i < 20; i++) x = x.add(1).mul(1);
    expect(await counted(x.relu())).toEqual([[19, 20, 21, 22, 23], 1]);
  });

  test('operands are broadcast, also when they are pending', async () => {
    const x = gpu(arange(6).to(tensor([0.5]).dtype).reshape(2, 3)), y = gpu(tensor([10, 20, 30])).mul(2);
    expect(await counted(x.add(y))).toEqual([[[20, 41, 62], [23, 44, 65]], 1]);
    const rows = gpu(tensor([[1], [2]])).neg();
    expect(await counted(x.mul(rows))).toEqual([[[-0, -1, -2], [-6, -8, -10]], 1]);
  });

  test('views of memory and of pending expressions', async () => {
    const x = gpu(arange(24).reshape(2, 3, 4));
    expect(await x.index(':', '1:', '::2').add(100).tolist()).toEqual([[[104, 106], [108, 110]], [[116, 118], [120, 122]]]);
    const y = x.mul(2);
    expect(await y.permute(2, 0, 1).index(1).tolist()).toEqual([[2, 10, 18], [26, 34, 42]]);
    expect(await y.add(1).transpose(0, 2).add(0).index(3).tolist()).toEqual([[7, 31], [15, 39], [23, 47]]);
    expect(await y.reshape(-1).index('5:7').tolist()).toEqual([10, 12]);
    expect(await y.neg().reshape(6, 4).add(1).index(5).tolist()).toEqual([-39, -41, -43, -45]);
  });

  test('what was read before an in-place write keeps its values', async () => {
    const x = gpu(tensor([1, 2, 3, 4])), before = x.mul(10), view = x.index('1:3');
    view.add_(100);
    const between = x.mul(10);
    x.mul_(2);
    expect(await before.tolist()).toEqual([10, 20, 30, 40]);
    expect(await between.tolist()).toEqual([10, 1020, 1030, 40]);
    expect(await x.tolist()).toEqual([2, 204, 206, 8]);
    expect(await view.tolist()).toEqual([204, 206]);
  });

  test('an operand that has to be computed takes nothing from another one', async () => {
    const y = gpu(tensor([1, 2, 3, 4, 5, 6, 7, 8])).mul(2);
    // the slice cannot be part of the expression, the whole could
    expect(await y.add(y.flip(0)).tolist()).toEqual(new Array(8).fill(18));
    const z = gpu(tensor([1, 2, 3, 4])).mul(2);
    expect(await z.index('1:').mul(10).add(z.index(':3')).tolist()).toEqual([42, 64, 86]);
    const w = gpu(tensor([[1, 2], [3, 4]])).mul(2);
    expect(await w.add(w.index('1')).add(w.index('0')).tolist()).toEqual([[10, 16], [14, 20]]);
  });

  test('copies of what is written over, and transposed targets', async () => {
    const x = gpu(arange(6).to(tensor([0.5]).dtype));
    x.index('1:').copy_(x.index(':5').clone());
    expect(await x.tolist()).toEqual([0, 0, 1, 2, 3, 4]);
    const m = gpu(zeros(2, 3));
    m.t().copy_(gpu(tensor([[1, 2], [3, 4], [5, 6]])));
    expect(await m.tolist()).toEqual([[1, 3, 5], [2, 4, 6]]);
    m.index(1).copy_(m.index(0).mul(2));
    expect(await m.tolist()).toEqual([[1, 3, 5], [2, 6, 10]]);
  });

  test('dtypes: truth values, wrapped bytes, halves, 64-bit integers', async () => {
    const x = gpu(tensor([1, -2, 0.5, NaN]));
    expect(await x.gt(0).tolist()).toEqual([true, false, true, false]);
    expect(await where(x.gt(0), x, 0).tolist()).toEqual([1, 0, 0.5, 0]);
    expect(await gpu(tensor([true, false])).logicalNot().tolist()).toEqual([false, true]);
    expect(await gpu(tensor([250, 3], { dtype: uint8 })).add(10).tolist()).toEqual([4, 13]);
    expect(await gpu(tensor([1, 3], { dtype: float16 })).div(3).tolist()).toEqual([0.333251953125, 1]);
    expect(await gpu(tensor([7n, -7n])).floorDivide(2).tolist()).toEqual([3, -4]);
    expect(await gpu(tensor([1.9, -1.9])).to(int64).tolist()).toEqual([1, -1]);
    expect(() => gpu(tensor([2n ** 40n]))).toThrow("1099511627776 does not fit into torch.int64 on device 'webgpu'");
    expect(() => gpu(tensor([1]).double())).toThrow("WebGPU doesn't support float64");
  });

  test('NaN, Inf and zero are as on the CPU', async () => {
    const values = tensor([NaN, Infinity, -Infinity, 0, -0, 1, -1, 90, -90, 1e-3, 3e38]);
    const x = gpu(values);
    const functions: readonly ((x: Tensor) => Tensor)[] = [
      (v) => v.relu(), (v) => v.tanh(), (v) => v.sigmoid(), (v) => v.log(), (v) => v.exp(), (v) => v.isnan(), (v) => v.isinf(), (v) => v.sign(),
      (v) => v.clamp({ min: -1, max: 1 }), (v) => v.pow(2), (v) => v.pow(3), (v) => v.pow(0), (v) => v.pow(0.5), (v) => v.maximum(v.neg()), (v) => v.log1p(),
      (v) => v.remainder(3), (v) => v.fmod(-3), (v) => v.eq(v), (v) => v.ne(v), (v) => v.sqrt(), (v) => v.abs(), (v) => v.atan(), (v) => v.expm1(),
    ];
    for (const f of functions) {
      const here = await f(x).tolist() as number[], there = await f(values).tolist() as number[];
      here.forEach((v, i) => {
        if (Number.isFinite(there[i])) expect(v, `${String(f)} of ${[NaN, Infinity, -Infinity, 0, -0, 1, -1, 90, -90, 1e-3, 3e38][i]}`).toBeCloseTo(there[i], 5);
        else expect(v, `${String(f)} ${i}`).toBe(there[i]);
      });
    }
  });

  test('empty, 0-d and 6-d tensors, odd offsets, 70,000 workgroups', async () => {
    expect(await gpu(zeros(0, 3)).add(1).tolist()).toEqual([]);
    expect(await gpu(tensor(2)).add(1).item()).toBe(3);
    const x = gpu(arange(64).reshape(2, 2, 2, 2, 2, 2));
    expect(await x.permute(5, 4, 3, 2, 1, 0).add(0).reshape(64).index('1:5').tolist()).toEqual([32, 16, 48, 8]);
    const y = gpu(tensor([0, 1, 2, 3, 4, 5, 6, 7]));
    expect(await y.index('3:').add(y.index('1:6')).tolist()).toEqual([4, 6, 8, 10, 12]);
    const big = full([70_000 * 256 + 3], 1, { device: 'webgpu' });
    expect(await big.add(1).index('-1:').tolist()).toEqual([2]);
    const strided = big.index('1:').mul(3);
    expect(await strided.index('17900000:17900002').tolist()).toEqual([3, 3]);
  });

  test('the kernel can be read', () => {
    const code = explain(gpu(ones(8)).mul(2).add(1).relu());
    expect(code).toContain('array<vec4<f32>>');
    expect(explain(gpu(ones(8)))).toBe('// computed');
  });
});
