import { helpers, type Helper } from './helpers.js';

/** How values of a kind of dtype are held in registers. */
export type Kind = 'f32' | 'i32' | 'bool';

/** The text of a function for values of a kind; `T` writes a constant or a type for one value or four. */
export interface Form {
  /** `f32` or `vec4<f32>` */
  readonly f: string;
  readonly i: string;
  readonly u: string;
  readonly b: string;
  readonly wide: boolean;
}

export const NARROW: Form = { f: 'f32', i: 'i32', u: 'u32', b: 'bool', wide: false };
export const WIDE: Form = { f: 'vec4<f32>', i: 'vec4<i32>', u: 'vec4<u32>', b: 'vec4<bool>', wide: true };

type Text = (form: Form, ...xs: string[]) => string;

/** A call of a helper that works on one value or four alike. */
const call = (name: string): Text => (form, ...xs) => `${name}${form.wide ? '4' : ''}(${xs.join(', ')})`;
const builtin = (name: string): Text => (_, ...xs) => `${name}(${xs.join(', ')})`;
const infix = (op: string): Text => (_, x, y) => `${x} ${op} ${y}`;
const same: Text = (_, x) => x;

/** Functions of float32, beside those that helpers of their names are. */
export const FLOATS: Record<string, Text> = {
  neg: (_, x) => `-${x}`, abs: builtin('abs'), floor: builtin('floor'), ceil: builtin('ceil'), trunc: builtin('trunc'),
  round: builtin('round'), sqrt: builtin('sqrt'),
  add: infix('+'), sub: infix('-'), mul: infix('*'), div: infix('/'), lt: infix('<'), le: infix('<='), eq: infix('=='),
  where: (_, test, x, y) => `select(${y}, ${x}, ${test})`,
};

/** Functions of integers. */
export const INTS: Readonly<Record<string, Text>> = {
  neg: (_, x) => `-${x}`, abs: builtin('abs'), sign: builtin('sign'), floor: same, ceil: same, trunc: same, round: same,
  not: (_, x) => `~${x}`, isnan: (form) => `${form.b}(false)`,
  add: infix('+'), sub: infix('-'), mul: infix('*'), div: infix('/'), mod: infix('%'), max: builtin('max'), min: builtin('min'),
  and: infix('&'), or: infix('|'), xor: infix('^'), lt: infix('<'), le: infix('<='), eq: infix('=='),
  shl: call('shl_'), shr: call('shr_'), gcd: call('gcd_'), pow: call('powi_'),
  where: (_, test, x, y) => `select(${y}, ${x}, ${test})`,
};

/** Functions of integers that are watched. */
export const WATCHED: Readonly<Record<string, Text>> = { add: call('addl_'), sub: call('subl_'), mul: call('mull_') };

/** Functions of truth values. */
export const BOOLS: Readonly<Record<string, Text>> = {
  not: (_, x) => `!${x}`, and: infix('&'), or: infix('|'), xor: infix('!='), eq: infix('=='), add: infix('|'), mul: infix('&'),
  max: infix('|'), min: infix('&'), lt: (_, x, y) => `!${x} & ${y}`, le: (_, x, y) => `!${x} | ${y}`, sub: infix('!='),
  where: (_, test, x, y) => `select(${y}, ${x}, ${test})`, isnan: (form) => `${form.b}(false)`, abs: same, sign: same,
};

const byName = new Map<string, Helper>();

/** Adds functions that expressions may call. */
export function addHelpers(more: readonly Helper[]): void {
  for (const helper of more) {
    byName.set(helper.name, helper);
    if (!helper.integer) FLOATS[helper.name.slice(0, -1)] ??= call(helper.name);
  }
}

addHelpers(helpers);

/** Whether expressions may have nodes of that kind. */
export const isThere = (kind: string): boolean => kind === 'cast' || kind in FLOATS || kind in INTS;

/** The helpers that a text calls, and those that they call, in the order in which they are to be declared. */
export function declarationsFor(text: string): string {
  const found = new Set<string>(), done: string[] = [];
  const visit = (body: string): void => {
    for (const [, name, four] of body.matchAll(/\b([a-z][a-z0-9]*_)(4?)\(/g)) {
      const helper = byName.get(name);
      if (!helper || found.has(name + four)) continue;
      found.add(name + four);
      const code = four === '4' ? wideText(helper) : helper.text(NARROW);
      visit(code.replace(/fn \w+\(/, ''));
      done.push(code);
    }
  };
  visit(text);
  return done.join('\n');
}

/** A helper for four values: the same text, or one call per value where it has loops and branches. */
function wideText(h: Helper): string {
  if (!h.scalar) return h.text(WIDE);
  const type = h.integer ? 'vec4<i32>' : 'vec4<f32>', names = ['x', 'y'].slice(0, h.arity);
  const calls = ['x', 'y', 'z', 'w'].map((c) => `${h.name}(${names.map((n) => `${n}.${c}`).join(', ')})`);
  return `fn ${h.name}4(${names.map((n) => `${n}: ${type}`).join(', ')}) -> ${type} { return ${type}(${calls.join(', ')}); }`;
}
