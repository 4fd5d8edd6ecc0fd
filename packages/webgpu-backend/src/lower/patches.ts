import { patchOps, viewBackwardOps, type PatchAttrs } from '@sconce/tensor/internal';
import { launch, type Job } from '../kernels/job.js';
import { around, as1d } from '../shapes.js';
import { entry, type Lowering } from './entry.js';

const geometry = ({ kernelSize: [kh, kw], dilation: [dh, dw], padding: [ph, pw], stride: [sh, sw], imageSize: [h, w] }: PatchAttrs): Pick<Job, 'params' | 'ints'> => ({
  params: {
    kh, kw, h, w, rows: Math.floor((h + 2 * ph - dh * (kh - 1) - 1) / sh) + 1, columns: Math.floor((w + 2 * pw - dw * (kw - 1) - 1) / sw) + 1,
  },
  ints: { dh, dw, ph, pw, sh, sw },
});

/** Windows of images as columns, and what windows overlap in added up. */
export const lowerPatches: Lowering = (engine) => [
  entry(patchOps.im2col, ([x], [out], attrs) => launch(engine, {
    name: 'im2col', inputs: { x }, outputs: { out }, ...geometry(attrs),
    body: `let tap = i / (p.rows * p.columns);
let y = i32(i / p.columns % p.rows) * p.sh - p.ph + i32(tap / p.kw % p.kh) * p.dh;
let c = i32(i % p.columns) * p.sw - p.pw + i32(tap % p.kw) * p.dw;
let ok = u32(y) < p.h && u32(c) < p.w;
let at = (tap / (p.kh * p.kw) * p.h + u32(max(y, 0))) * p.w + u32(max(c, 0));
out[i] = select(T(), x(select(0u, at, ok)), ok);`,
  })),
  entry(patchOps.col2im, ([x], [out], attrs) => launch(engine, {
    name: 'col2im', inputs: { x }, outputs: { out }, ...geometry(attrs),
    body: `let y = i32(i / p.w % p.h) + p.ph;
let c = i32(i % p.w) + p.pw;
var s = T();
for (var a = 0; a < i32(p.kh); a++) {
  let u = y - a * p.dh;
  let row = u / p.sh;
  if (u < 0 || row * p.sh != u || row >= i32(p.rows)) { continue; }
  for (var b = 0; b < i32(p.kw); b++) {
    let v = c - b * p.dw;
    let column = v / p.sw;
    if (v < 0 || column * p.sw != v || column >= i32(p.columns)) { continue; }
    s += x((((i / (p.w * p.h)) * p.kh + u32(a)) * p.kw + u32(b)) * p.rows * p.columns + u32(row) * p.columns + u32(column));
  }
}
out[i] = s;`,
  })),
  entry(viewBackwardOps.unfold, ([g], [out], { dim, size, step }) => {
    const { size: length, inner } = around(as1d(out.layout).shape, dim);
    launch(engine, {
      name: 'unfoldBackward', inputs: { g }, outputs: { out },
      params: { length, inner, size, step, windows: Math.floor((length - size) / step) + 1 },
      body: `let j = i / p.inner % p.length;
let o = i / (p.inner * p.length);
var s = T();
for (var k = select(0u, (j - p.size) / p.step + 1u, j >= p.size); k < p.windows && k * p.step <= j; k++) {
  s += g(((o * p.windows + k) * p.inner + i % p.inner) * p.size + j - k * p.step);
}
out[i] = s;`,
    });
  }),
];
