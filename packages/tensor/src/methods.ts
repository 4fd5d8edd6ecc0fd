import * as arranging from './ops/arranging.js';
import * as attributes from './ops/attributes.js';
import * as conversion from './ops/conversion.js';
import * as elementwise from './ops/elementwise.js';
import * as filling from './ops/filling.js';
import * as folding from './ops/folding.js';
import * as own from './ops/own-methods.js';
import * as random from './ops/random-methods.js';
import { Tensor } from './tensor.js';

/** The files whose functions are methods as well: each function's first argument is the tensor. */
const families = [arranging, conversion, elementwise, filling, folding, own, random];

type AnyFunction = (...args: never[]) => unknown;

/** `f(x, …)` as `x.f(…)`; a pointwise op's in-place form as `x.f_(…)`. */
type MethodsOf<M> = {
  [K in keyof M as M[K] extends AnyFunction ? K : never]:
    M[K] extends (self: infer _S, ...args: infer A) => infer R ? (...args: A) => R : never;
} & {
  [K in keyof M as M[K] extends { inplace: AnyFunction } ? `${K & string}_` : never]:
    M[K] extends { inplace: (self: infer _S, ...args: infer A) => infer R } ? (...args: A) => R : never;
};

/** `f(x)` as `x.f`. */
type AttributesOf<M> = { readonly [K in keyof M]: M[K] extends (self: Tensor) => infer R ? R : never };

/** Those that can be assigned: `z.imag = y` writes to the memory of `z`. */
const parts = { real: attributes.real, imag: attributes.imag };
type Parts = { [K in keyof typeof parts]: Tensor };

/** What the op families add to `Tensor`. */
export interface TensorMethods extends AttributesOf<Omit<typeof attributes, keyof Parts>>, Parts,
  MethodsOf<typeof arranging>, MethodsOf<typeof conversion>, MethodsOf<typeof elementwise>, MethodsOf<typeof filling>,
  MethodsOf<typeof folding>, MethodsOf<typeof own>, MethodsOf<typeof random> {}

type Method = (self: Tensor, a?: unknown, b?: unknown, c?: unknown, d?: unknown, e?: unknown) => unknown;

/** A method that passes its receiver on. Rest parameters are spread only where a function has them. */
function asMethod(fn: Method, spreads: boolean): (this: Tensor, ...args: unknown[]) => unknown {
  if (spreads) return function (...args) { return (fn as (...all: unknown[]) => unknown)(this, ...args); };
  return function (a?: unknown, b?: unknown, c?: unknown, d?: unknown, e?: unknown) { return fn(this, a, b, c, d, e); };
}

for (const family of families) {
  for (const [name, value] of Object.entries(family) as [string, unknown][]) {
    if (typeof value !== 'function') continue;
    define(name, asMethod(value as Method, value.length < 2));
    const { inplace } = value as { inplace?: Method };
    if (inplace) define(`${name}_`, asMethod(inplace, false));
  }
}

for (const [name, of] of Object.entries<(self: Tensor) => unknown>(attributes)) {
  Object.defineProperty(Tensor.prototype, name, {
    configurable: true, get(this: Tensor) { return of(this); },
    ...(name in parts && { set(this: Tensor, value: Tensor) { (of(this) as Tensor).copy_(value); } }),
  });
}

function define(name: string, value: unknown): void {
  Object.defineProperty(Tensor.prototype, name, { value, writable: true, configurable: true });
}
