import * as torch from '@sconce/tensor';
import type { DType } from '@sconce/tensor';
import { expect, test } from 'vitest';
import { wasm } from '../src/index.js';
import { property } from './support/property.js';
import type { Draws, Make } from './support/draws.js';

const { float32, float64, int64 } = torch;
const close = { rtol: 2e-6, atol: 1e-4 };

const draw = (r: Draws): { dtype: DType; m: number; n: number; k: number } =>
  ({ dtype: r.pick([float32, float32, float64, int64]), m: r.size(), n: r.size(), k: r.chance(0.1) ? r.pick([255, 256, 257, 513]) : r.size() });

property('mm', 80, (r) => {
  const { dtype, m, n, k } = draw(r), a = r.input(dtype, [m, k]), b = r.input(dtype, [k, n]);
  return { run: () => a().mm(b()), ...close, note: [dtype.name, m, k, n] };
});

property('rows that lie 4,096 bytes apart', 12, (r) => {
  const dtype = r.pick([float32, float32, float64]), m = r.integer(1, 9), n = r.pick([1, 2]) * 4096 / dtype.itemsize, k = r.pick([12, 13, 64, 65, 300]);
  const a = r.input(dtype, [m, k]), b = r.input(dtype, [k, n], { contiguous: true }), c = r.input(dtype, [n]);
  return { run: () => [a().mm(b()), torch.addmm(c(), a(), b())], ...close, note: [dtype.name, m, k, n] };
});

property('bmm', 40, (r) => {
  const { dtype, m, n, k } = draw(r), batch = r.size(5), a = r.input(dtype, [batch, m, k]), b = r.input(dtype, [batch, k, n]);
  return { run: () => a().bmm(b()), ...close };
});

property('cdist', 80, (r) => {
  const { m, n, k } = draw(r), dtype = r.pick([float32, float64]), batch = r.chance(0.5) ? [] : [r.size(4)], other = r.chance(0.8) ? batch : [1];
  const p = r.pick([1, 2, 2, 3, Infinity]), x = r.input(dtype, [...batch, m, k], { special: r.chance(0.2) }), y = r.input(dtype, [...other, n, k]);
  return { run: () => torch.cdist(x(), y(), { p }), rtol: 2e-6, atol: 1e-6, note: [dtype.name, batch, other, m, n, k, p] };
});

/** A factor: mostly 1. */
const factor = (r: Draws): number => (r.chance(0.6) ? 1 : r.pick([0, -1, 0.5, 2]));

property('addmm', 60, (r) => {
  const { m, n, k } = draw(r), dtype = r.pick([float32, float64]), shape = r.pick([[n], [m, n], [1, n], [m, 1], [1], []]);
  const c = r.input(dtype, shape), a = r.input(dtype, [m, k]), b = r.input(dtype, [k, n]), beta = factor(r), alpha = factor(r);
  return { run: () => torch.addmm(c(), a(), b(), { beta, alpha }), ...close, note: [shape, m, k, n, beta, alpha] };
});

property('baddbmm', 30, (r) => {
  const { m, n, k } = draw(r), batch = r.size(4), shape = r.pick([[n], [m, n], [batch, m, n], [batch, 1, n], [1, 1, 1]]);
  const c = r.input(float32, shape), a = r.input(float32, [batch, m, k]), b = r.input(float32, [batch, k, n]), beta = factor(r);
  return { run: () => torch.baddbmm(c(), a(), b(), { beta }), ...close, note: [shape, batch, m, k, n, beta] };
});

property('products with vectors', 60, (r) => {
  const { dtype, m, k } = draw(r), a = r.input(dtype, [m, k]), x = r.input(dtype, [k]), y = r.input(dtype, [k]), c = r.input(dtype, r.pick([[m], [1], []]));
  return { run: () => [a().mv(x()), torch.dot(x(), y()), torch.addmv(c(), a(), x())], ...close };
});

property('products written over an operand', 40, (r) => {
  const n = r.integer(1, 20), options = { writable: true }, [a, b, c]: Make[] = [r.input(float32, [n, n]), r.input(float32, [n, n]), r.input(float32, [n, n], options)];
  const beta = factor(r), alpha = factor(r);
  return {
    run: () => {
      const x = c(), y = c(), z = c();
      x.addmm_(a(), b(), { beta, alpha });
      y.addmm_(y, b(), { beta, alpha });
      return [x, y, z.addmm_(a(), z, { beta, alpha })];
    },
    ...close,
  };
});

property('numbers that are not finite', 20, (r) => {
  const m = r.integer(1, 9), n = r.integer(1, 20), k = r.integer(1, 20), values = { range: [0, 2] as const };
  const a = r.input(float32, [m, k], values), b = r.input(float32, [k, n], values), at = r.integer(0, m - 1), bad = r.pick([NaN, Infinity]);
  return { run: () => { const x = a().clone(); x.select(0, at).fill_(bad); return x.mm(b().add(1)); }, ...close };
});

test.each([float32, float64])('sums of a million products keep their digits, whatever is added: %s', (dtype) => {
  torch.registerBackend(wasm());
  torch.manualSeed(0);
  const k = 2 ** 20, x = torch.rand(2, k, { dtype }), y = torch.rand(k, 3, { dtype }), across = y.t().contiguous().t();
  // element by element in float64
  const wanted = x.double().unsqueeze(2).mul(y.double()).sum(1);
  const check = (product: torch.Tensor, sums: torch.Tensor): void => {
    expect(product.double().div(sums).sub(1).abs().max().hostValue()).toBeLessThan(dtype === float32 ? 2e-6 : 1e-13);
  };
  const row = torch.full([3], 1000, { dtype }), matrix = torch.full([3, 2], 2000, { dtype }).t();
  for (const b of [y, across]) {
    check(x.mm(b), wanted);
    check(torch.addmm(row, x, b), wanted.add(1000));
    check(torch.addmm(matrix, x, b), wanted.add(2000));
    check(torch.addmm(matrix.contiguous(), x, b), wanted.add(2000));
    check(x.unsqueeze(0).bmm(b.unsqueeze(0)), wanted);
  }
  check(x.mv(y.select(1, 1)), wanted.select(1, 1));
  check(x.select(0, 1).dot(y.select(1, 2)), wanted.select(0, 1).select(0, 2));
});
