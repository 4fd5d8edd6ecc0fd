import { RuntimeError, type DType } from '@sconce/tensor';
import type { Expr } from '@sconce/tensor/internal';
import { isWatched } from '../watched.js';
import { BOOLS, FLOATS, INTS, NARROW, WATCHED, WIDE, type Form, type Kind } from './functions.js';

export const kindOf = (d: DType): Kind => (d.kind === 'float' ? 'f32' : d.kind === 'int' ? 'i32' : 'bool');

/** How elements of a dtype lie in memory: a 32-bit word each, whatever they take on the host. */
export const wordOf = (d: DType): 'f32' | 'i32' => (d.kind === 'float' ? 'f32' : 'i32');

const typeIn = (form: Form, kind: Kind): string => (kind === 'f32' ? form.f : kind === 'i32' ? form.i : form.b);

/** A literal of a dtype; Inf and NaN have none. */
export function literal(value: number, dtype: DType): string {
  if (dtype.kind === 'bool') return value ? 'true' : 'false';
  if (dtype.kind === 'int') {
    const v = Math.max(-2147483648, Math.min(2147483647, Math.trunc(value)));
    return v === -2147483648 ? '(-2147483647 - 1)' : v < 0 ? `(${v})` : String(v);
  }
  const v = Math.fround(value);
  if (Number.isNaN(v)) return 'nan_()';
  if (!Number.isFinite(v)) return v > 0 ? 'inf_()' : '(-inf_())';
  const text = Number.isInteger(v) && Math.abs(v) < 1e15 ? `${Object.is(v, -0) ? '-0' : v}.0` : String(v);
  return v < 0 || Object.is(v, -0) ? `(${text})` : text;
}

/**
 * Drivers take x - x for 0, (x + y) - x and xy / y for y and x, and the root of x times itself for |x|, also where these are infinite, NaN or
 * rounded: what is added to or multiplied is hidden from them by bits that they do not know.
 */
const FOLDED: Readonly<Record<string, readonly string[]>> = {
  add: ['add', 'sub', 'neg'], sub: ['add', 'sub', 'neg'], mul: ['sqrt', 'div'], div: ['mul'],
};

/** Expressions as WGSL statements, one per distinct value. */
export class Renderer {
  readonly lines: string[] = [];
  private readonly done = new Map<Expr, string>();
  private readonly byText = new Map<string, string>();
  private readonly form: Form;

  /**
   * @param input the text of an input's value
   * @param prefix what names begin with, where two renderers write to one function
   */
  constructor(wide: boolean, private readonly input: (e: Extract<Expr, { kind: 'input' }>) => string, private readonly prefix = 'v') {
    this.form = wide ? WIDE : NARROW;
  }

  /** The name or literal of an expression's value. */
  value(e: Expr): string {
    let text = this.done.get(e);
    if (text === undefined) this.done.set(e, (text = this.evaluate(e)));
    return text;
  }

  private evaluate(e: Expr): string {
    if (e.kind === 'input') return this.named(this.input(e));
    if (e.kind === 'const') {
      const text = literal(e.value, e.dtype);
      return this.form.wide ? `${typeIn(this.form, kindOf(e.dtype))}(${text})` : text;
    }
    const xs = e.args.map((x) => this.value(x));
    if (e.kind === 'cast') return this.named(this.cast(xs[0], e.args[0].dtype, e.dtype, isWatched(e) ? 'long_' : 'int_'));
    // an expression of literals alone would be evaluated by the compiler, which refuses Inf and NaN
    if (e.args.every((x) => x.kind === 'const')) xs.forEach((x, i) => { xs[i] = this.bound(x); });
    const kind = kindOf(e.kind === 'where' ? e.dtype : e.args[0].dtype), { f, u } = this.form;
    const at = e.kind === 'sub' && xs[0] === xs[1] ? 0 : e.args.findIndex((x) => FOLDED[e.kind]?.includes(x.kind));
    if (kind === 'f32' && at >= 0) xs[at] = this.named(`bitcast<${f}>(bitcast<${u}>(${xs[at]}) | ${u}(p.zero))`);
    const text = (kind === 'f32' ? FLOATS : kind === 'bool' ? BOOLS : isWatched(e) ? WATCHED : INTS)[e.kind];
    if (!text) throw new RuntimeError(`"${e.kind}" not implemented for '${e.args[0].dtype.scalarType}' on device webgpu`);
    return this.named(text(this.form, ...xs));
  }

  private cast(x: string, from: DType, to: DType, toInt: 'long_' | 'int_'): string {
    const { form } = this, a = kindOf(from), b = kindOf(to);
    if (b === 'bool') return a === 'f32' ? `nonzero_${form.wide ? '4' : ''}(${x})` : a === 'i32' ? `${x} != ${form.i}(0)` : x;
    const wide = form.wide ? '4' : '';
    if (b === 'i32') {
      const whole = a === 'f32' ? `${toInt}${wide}(${x})` : a === 'bool' ? `${form.i}(${x})` : x;
      if (to.name === 'uint8') return `${this.named(whole)} & ${form.i}(255)`;
      if (to.name === 'int8') return `extractBits(${whole}, 0u, 8u)`;
      return to.name === 'int16' ? `extractBits(${whole}, 0u, 16u)` : whole;
    }
    const real = a === 'f32' ? x : `${form.f}(${x})`;
    return to.name === 'float16' ? `half_${wide}(${real})` : to.name === 'bfloat16' ? `bfloat_${wide}(${real})` : real;
  }

  /** The text in a variable; the same text gives the same one. */
  named(text: string): string {
    if (/^[a-z]\w*$/.test(text)) return text;
    return this.byText.get(text) ?? this.bound(text);
  }

  private bound(text: string): string {
    const name = `${this.prefix}${this.lines.length}`;
    this.lines.push(`let ${name} = ${text};`);
    this.byText.set(text, name);
    return name;
  }
}

/** A value read from memory, as it is held in registers. */
export const loaded = (text: string, dtype: DType, wide: boolean): string =>
  dtype.kind === 'bool' ? `(${text} != ${wide ? 'vec4<i32>(0)' : '0'})` : text;

/** A value as it is written to memory. */
export const stored = (text: string, dtype: DType, wide: boolean): string =>
  dtype.kind === 'bool' ? `${wide ? 'vec4<i32>' : 'i32'}(${text})` : text;
