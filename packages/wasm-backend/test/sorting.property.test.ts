import * as torch from '@sconce/tensor';
import { property } from './support/property.js';
import type { Draws, InputOptions } from './support/draws.js';

const { bool, float16, float32, float64, int16, int32, int64, uint8 } = torch;
const every = [bool, uint8, int16, int32, int64, float16, float32, float64] as const;

/** Many ties, or few; now and then a NaN, or all that is special. */
const options = (r: Draws): InputOptions => ({ range: r.pick([[-2, 2], [-50, 50], [0, 255]]), special: r.pick([false, [NaN], [NaN, Infinity, -Infinity, -0, 0], true]) });

property('the few largest and smallest', 150, (r) => {
  const shape = r.chance(0.3) ? [r.integer(1, 3), r.integer(16, 300)] : r.shape(r.integer(0, 4)), dim = r.integer(0, Math.max(shape.length - 1, 0)), dtype = r.pick(every.filter((d) => d !== bool));
  const x = r.input(r.chance(0.5) ? float32 : dtype, shape, options(r)), k = Math.min(r.pick([0, 1, 2, 5, 16, 17, 40]), shape[dim] ?? 1);
  return { run: () => [...x().topk(k, dim), ...x().topk(k, dim, { largest: false })], note: [dtype.name, shape, dim, k] };
});

property('rows that rise or fall', 20, (r) => {
  const n = r.integer(1, 200), k = Math.min(n, r.integer(1, 16)), dtype = r.pick([int32, int64, float32, float64]);
  return { run: () => [torch.arange(n), torch.arange(n, 0, -1)].flatMap((x) => [...x.to(dtype).topk(k), ...x.to(dtype).topk(k, { largest: false })]), note: [n, k] };
});

property('sorting and medians', 60, (r) => {
  const shape = r.shape(r.integer(1, 3)), dim = r.integer(0, shape.length - 1), x = r.input(r.pick(every), shape, options(r)), y = r.input(r.pick([int64, float32, float64]), shape, options(r));
  return { run: () => [...x().sort(dim), x().argsort(dim, { descending: true }), ...(shape[dim] === 0 ? [] : [...y().median(dim), ...y().nanmedian(dim), ...y().mode(dim), ...y().kthvalue(1, dim)])], note: [shape, dim] };
});

property('places that are not zero', 100, (r) => {
  const shape = r.shape(r.integer(0, 4)), dtype = r.pick(every), x = r.input(dtype, shape, { range: [-1, r.pick([1, 2])], special: r.chance(0.3) });
  return { run: () => [x().nonzero(), x().eq(0).nonzero()], note: [dtype.name, shape] };
});

property('extremes of long rows and of columns', 60, (r) => {
  const shape = [r.integer(1, 4), r.integer(1, 90), r.integer(1, 90)], x = r.input(float32, shape, options(r)), dim = r.integer(0, 2);
  return { run: () => [...x().max(dim), ...x().min(dim), x().argmax(), x().argmin()], note: [shape, dim] };
});

property('triangles', 30, (r) => {
  const shape = r.shape(r.integer(2, 4)), dtype = r.pick(every), x = r.input(dtype, shape, { writable: true }), diagonal = r.integer(-9, 9);
  return { run: () => [x().tril(diagonal), x().triu(diagonal), x().tril_(diagonal)], note: [dtype.name, shape, diagonal] };
});
