import type { AdaptivePoolAttrs, AvgPoolAttrs, MaxPoolAttrs, MaxPoolBackwardAttrs, View } from '@sconce/tensor/internal';
import type { Engine } from '../engine.js';
import { wordOf } from '../wgsl/render.js';
import { axes, coordinates, loops, offset, perAxis } from './axes.js';
import { launch, type Job } from './job.js';

/** How windows lie along a dimension. */
interface Windows {
  readonly name: string;
  /** elements `lo$`, `lo$ + by$`, … below `hi$` of window `c$`, of which `size$` count in a mean */
  readonly window: string;
  /** windows from `lo$` to `hi$` are all that may hold element `c$` */
  readonly holding: string;
  readonly numbers: Pick<Job, 'params' | 'ints'>;
}

const adaptive = ({ inputSize, outputSize }: AdaptivePoolAttrs): Windows => ({
  name: 'adaptive',
  window: `let lo$ = c$ * i32(p.in_$) / i32(p.out_$);
let hi$ = ((c$ + 1) * i32(p.in_$) + i32(p.out_$) - 1) / i32(p.out_$);
let by$ = 1;
let size$ = hi$ - lo$;`,
  holding: `let lo$ = c$ * i32(p.out_$) / i32(p.in_$);
let hi$ = ((c$ + 1) * i32(p.out_$) + i32(p.in_$) - 1) / i32(p.in_$) - 1;`,
  numbers: { params: { ...axes('in', inputSize), ...axes('out', outputSize) } },
});

const fixed = (inputSize: readonly number[], attrs: MaxPoolAttrs | AvgPoolAttrs, window: string): Omit<Windows, 'name'> => ({
  window,
  holding: `let lo$ = max(0, (c$ + p.pad_$ - (p.kernel_$ - 1) * p.dilation_$ + p.stride_$ - 1) / p.stride_$);
let hi$ = min((c$ + p.pad_$) / p.stride_$, i32(p.out_$) - 1);`,
  numbers: {
    params: { ...axes('in', inputSize), ...axes('out', attrs.outputSize) },
    ints: {
      ...axes('kernel', attrs.kernel), ...axes('stride', attrs.stride), ...axes('pad', attrs.padding),
      ...axes('dilation', 'dilation' in attrs ? attrs.dilation : attrs.kernel.map(() => 1)),
    },
  },
});

const dilated = (inputSize: readonly number[], attrs: MaxPoolAttrs): Windows => ({
  name: 'dilated', ...fixed(inputSize, attrs, `let from$ = c$ * p.stride_$ - p.pad_$;
let by$ = p.dilation_$;
let lo$ = select(from$, from$ + (by$ - 1 - from$) / by$ * by$, from$ < 0);
let hi$ = min(from$ + (p.kernel_$ - 1) * by$ + 1, i32(p.in_$));`),
});

const averaged = (attrs: AvgPoolAttrs): Windows => ({
  name: `averaged ${attrs.countIncludePad}`, ...fixed(attrs.inputSize, attrs, `let from$ = c$ * p.stride_$ - p.pad_$;
let to$ = min(from$ + p.kernel_$, i32(p.in_$) + p.pad_$);
let lo$ = max(from$, 0);
let hi$ = min(to$, i32(p.in_$));
let by$ = 1;
let size$ = ${attrs.countIncludePad ? 'to$ - from$' : 'hi$ - lo$'};`),
});

const windowsOf = (inputSize: readonly number[], attrs: MaxPoolAttrs | AdaptivePoolAttrs): Windows =>
  ('kernel' in attrs ? dilated(inputSize, attrs) : adaptive(attrs));

const planes = (sizes: string, dims: number): string => perAxis(dims, `p.${sizes}_$`).join(' * ');

/** Largest values and their places in a plane; a NaN is larger than all. */
export function maxPool(engine: Engine, x: View, values: View, places: View, attrs: MaxPoolAttrs | AdaptivePoolAttrs): void {
  const dims = attrs.outputSize.length, { name, window, numbers } = windowsOf(x.layout.shape.slice(-dims), attrs);
  const larger = wordOf(x.dtype) === 'f32' ? 'v > best || isnan_(v)' : 'v > best';
  launch(engine, {
    name: `maxPool ${dims} ${name}`, inputs: { x }, outputs: { values, places }, ...numbers,
    body: () => `${coordinates(dims, 'i', 'out')}
${perAxis(dims, window).join('\n')}
let base = rest * ${planes('in', dims)};
var place = -1;
var best = T();
${loops(dims, 'var s$ = lo$; s$ < hi$; s$ += by$', `let at = ${offset(dims, 's', 'in')};
let v = x(base + u32(at));
if (place < 0 || ${larger}) { best = v; place = at; }`)}
values[i] = best;
places[i] = place;`,
  });
}

/** Each element of the input gathers the gradients of the windows in which it was the largest. */
export function maxPoolBackward(engine: Engine, grad: View, places: View, out: View, { inputSize, pooling }: MaxPoolBackwardAttrs): void {
  const dims = inputSize.length, { name, holding, numbers } = windowsOf(inputSize, pooling);
  // windows that lie apart: one alone may hold the element, and no loop is needed
  const apart = 'kernel' in pooling && pooling.kernel.every((k, d) => (k - 1) * pooling.dilation[d] < pooling.stride[d]);
  const look = `let at = base + u32(${offset(dims, 'o', 'out')});
if (places(at) == own) { s += grad(at); }`;
  launch(engine, {
    name: `maxPoolBackward ${dims} ${name} ${apart}`, inputs: { grad, places }, outputs: { out }, puts: true, ...numbers,
    body: () => `${coordinates(dims, 'i', 'in')}
${apart ? perAxis(dims, 'let o$ = min((c$ + p.pad_$) / p.stride_$, i32(p.out_$) - 1);').join('\n') : perAxis(dims, holding).join('\n')}
let base = rest * ${planes('out', dims)};
let own = ${offset(dims, 'c', 'in')};
var s = T();
${apart ? look : loops(dims, 'var o$ = lo$; o$ <= hi$; o$++', look)}
put(i, s);`,
  });
}

interface Average {
  readonly windows: Windows;
  /** in place of the windows' sizes */
  readonly divisor: number | null;
}

export const averageOf = (attrs: AvgPoolAttrs | AdaptivePoolAttrs): Average =>
  ('kernel' in attrs ? { windows: averaged(attrs), divisor: attrs.divisorOverride } : { windows: adaptive(attrs), divisor: null });

const divided = (sum: string, dims: number, divisor: number | null): string =>
  `${sum} / ${divisor === null ? `T(${perAxis(dims, 'size$').join(' * ')})` : 'T(p.divisor)'}`;

/** The means of windows. */
export function averagePool(engine: Engine, x: View, out: View, dims: number, { windows: { name, window, numbers }, divisor }: Average): void {
  launch(engine, {
    name: `averagePool ${dims} ${name} ${divisor === null}`, inputs: { x }, outputs: { out }, puts: true, ...numbers, floats: { divisor: divisor ?? 1 },
    body: () => `${coordinates(dims, 'i', 'out')}
${perAxis(dims, window).join('\n')}
let base = rest * ${planes('in', dims)};
var s = T();
${loops(dims, 'var s$ = lo$; s$ < hi$; s$++', `s += x(base + u32(${offset(dims, 's', 'in')}));`)}
put(i, ${divided('s', dims, divisor)});`,
  });
}

/** Each element of the input gathers its shares of the gradients of the windows that hold it. */
export function averagePoolBackward(engine: Engine, grad: View, out: View, dims: number, { windows: { name, window, holding, numbers }, divisor }: Average): void {
  // the window of a window's number, for which alone its size is needed
  const inner = `{\n${perAxis(dims, 'let c$ = o$;').join('\n')}\n${perAxis(dims, window).join('\n')}
s += ${divided(`grad(base + u32(${offset(dims, 'c', 'out')}))`, dims, divisor)};\n}`;
  launch(engine, {
    name: `averagePoolBackward ${dims} ${name} ${divisor === null}`, inputs: { grad }, outputs: { out }, puts: true, ...numbers, floats: { divisor: divisor ?? 1 },
    body: () => `${coordinates(dims, 'i', 'in')}
${perAxis(dims, holding).join('\n')}
let base = rest * ${planes('out', dims)};
var s = T();
${loops(dims, 'var o$ = lo$; o$ <= hi$; o$++', inner)}
put(i, s);`,
  });
}
