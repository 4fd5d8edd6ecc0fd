import { autocastOperands } from '../autocast-hook.js';
import { RuntimeError, ValueError } from '../errors.js';
import { wrapDim, product as size } from '../layout.js';
import { checked } from '../options.js';
import { Tensor } from '../tensor.js';
import { mul } from './arithmetic.js';
import type { OutOption } from './define.js';
import { bmm, mm } from './matmul.js';
import { intoOut } from './out.js';
import { sum } from './reduction.js';
import { expand, permute, reshape, unsqueeze } from './views.js';
import { diagonal } from './views-windows.js';

/** A dimension in an equation: a letter, or the place counted from the end among those that an ellipsis covers. */
type Label = string | number;

/** An operand with the label of each of its dimensions, all different. */
interface Labelled { readonly x: Tensor; readonly labels: readonly Label[] }

const ELLIPSIS = '...';
const invalid = (position: number): RuntimeError => new RuntimeError(
  `einsum(): invalid subscript given at index ${position} in the equation string, subscripts must be in [a-zA-Z]`);

/** The letters and the ellipsis of one term of an equation that begins at a position. */
function parseTerm(term: string, start: number, where: string): string[] {
  const subscripts: string[] = [];
  for (let i = 0; i < term.length; i++) {
    if (term[i] === ' ') continue;
    if (term[i] === '.') {
      if (subscripts.includes(ELLIPSIS)) {
        throw new RuntimeError(where === 'output'
          ? "einsum(): found '.' for output but an ellipsis (...) was already found"
          : `einsum(): found '.' for ${where} for which an ellipsis was already found`);
      }
      if (term.slice(i, i + 3) !== ELLIPSIS) throw new RuntimeError(`einsum(): found '.' for ${where} that is not part of any ellipsis`);
      subscripts.push(ELLIPSIS);
      i += 2;
    } else if (/[a-zA-Z]/.test(term[i])) subscripts.push(term[i]);
    else throw invalid(start + i);
  }
  return subscripts;
}

/** The labels of an operand's dimensions. */
function labelsOf(subscripts: readonly string[], x: Tensor, operand: number): Label[] {
  const letters = subscripts.filter((s) => s !== ELLIPSIS).length;
  const covered = x.dim() - letters;
  if (!subscripts.includes(ELLIPSIS) ? covered !== 0 : covered < 0) {
    const ellipsis = subscripts.includes(ELLIPSIS);
    throw new RuntimeError(
      `einsum(): the number of subscripts in the equation (${letters}) ${ellipsis ? 'is more than' : 'does not match'} the number of dimensions (${x.dim()}) for operand ${operand}${ellipsis ? '' : ' and no ellipsis was given'}`);
  }
  return withCovered(subscripts, covered);
}

/** Subscripts with the places of the dimensions that the ellipsis covers. */
const withCovered = (subscripts: readonly string[], covered: number): Label[] =>
  subscripts.flatMap((s): Label[] => (s === ELLIPSIS ? Array.from({ length: covered }, (_, i) => covered - i) : [s]));

/** Takes diagonals until no label is repeated. */
function withoutRepeats(x: Tensor, labels: readonly Label[], operand: number): Labelled {
  const i = labels.findIndex((l, at) => labels.indexOf(l) < at);
  if (i < 0) return { x, labels };
  const first = labels.indexOf(labels[i]);
  if (x.shape[first] !== x.shape[i]) {
    throw new RuntimeError(
      `einsum(): subscript ${labels[i]} is repeated for operand ${operand} but the sizes don't match, ${x.shape[i]} != ${x.shape[first]}`);
  }
  const rest = labels.filter((_, at) => at !== first && at !== i);
  return withoutRepeats(diagonal(x, { dim1: first, dim2: i }), [...rest, labels[i]], operand);
}

/** Checks that all dimensions of a label have one size, or 1. */
function checkSizes(operands: readonly Labelled[]): void {
  const sizes = new Map<Label, number>();
  operands.forEach(({ x, labels }, operand) => labels.forEach((label, d) => {
    const size = x.shape[d], seen = sizes.get(label) ?? 1;
    if (seen !== 1 && size !== 1 && size !== seen) {
      throw new RuntimeError(typeof label === 'string'
        ? `einsum(): subscript ${label} has size ${size} for operand ${operand} which does not broadcast with previously seen size ${seen}`
        : `einsum(): dimension ${d} covered by ellipsis in operand ${operand}has size ${size} which does not broadcast with previously seen ellipsis with size ${seen} for the respective dimension`);
    }
    if (seen === 1) sizes.set(label, size);
  }));
}

/** Without an arrow: what the ellipsis covers, then the letters that occur once, in order (capitals first). */
function implicitOutput(terms: readonly (readonly string[])[]): string[] {
  const all = terms.flat();
  const once = [...new Set(all)].filter((s) => s !== ELLIPSIS && all.indexOf(s) === all.lastIndexOf(s)).sort();
  return all.includes(ELLIPSIS) ? [ELLIPSIS, ...once] : once;
}

function checkOutput(output: readonly string[], terms: readonly (readonly string[])[]): void {
  output.forEach((s, i) => {
    if (output.indexOf(s) < i) throw new RuntimeError(`einsum(): output subscript ${s} appears more than once in the output`);
    if (s !== ELLIPSIS && !terms.some((term) => term.includes(s))) {
      throw new RuntimeError(`einsum(): output subscript ${s} does not appear in the equation for any input operand`);
    }
  });
}

/** Sums over the labels that nothing else needs. */
function summed({ x, labels }: Labelled, needed: (label: Label) => boolean): Labelled {
  const dims = labels.flatMap((l, d) => (needed(l) ? [] : [d]));
  return dims.length === 0 ? { x, labels } : { x: sum(x, dims), labels: labels.filter(needed) };
}

/** The dimensions in the order of some labels, with size 1 for those that are missing. */
function arranged({ x, labels }: Labelled, order: readonly Label[]): Tensor {
  const present = order.filter((l) => labels.includes(l));
  const permuted = present.every((l, i) => l === labels[i]) ? x : permute(x, present.map((l) => labels.indexOf(l)));
  return order.reduce((y, label, d) => (labels.includes(label) ? y : unsqueeze(y, d)), permuted);
}

/** The product of two operands, summed over their common labels that are not kept. */
function contract(left: Labelled, right: Labelled, kept: (label: Label) => boolean): Labelled {
  const a = summed(left, (l) => kept(l) || right.labels.includes(l));
  const b = summed(right, (l) => kept(l) || left.labels.includes(l));
  const common = a.labels.filter((l) => b.labels.includes(l));
  const inner = common.filter((l) => !kept(l)), batch = common.filter(kept);
  const rows = a.labels.filter((l) => !common.includes(l)), columns = b.labels.filter((l) => !common.includes(l));
  const labels = [...batch, ...rows, ...columns];
  if (inner.length === 0) return { x: mul(arranged(a, labels), arranged(b, labels)), labels };

  // sizes of 1 meet larger ones: batches are expanded, inner dimensions too
  const size = (l: Label): number => {
    const sizes = [a, b].flatMap(({ x, labels: own }) => (own.includes(l) ? [x.shape[own.indexOf(l)]] : []));
    return sizes.find((n) => n !== 1) ?? 1;
  };
  const count = (list: readonly Label[]): number => list.reduce<number>((n, l) => n * size(l), 1);
  const matrices = (operand: Labelled, order: readonly Label[], shape: readonly number[]): Tensor =>
    reshape(expand(arranged(operand, order), order.map(size)), shape);
  const product = bmm(
    matrices(a, [...batch, ...rows, ...inner], [count(batch), count(rows), count(inner)]),
    matrices(b, [...batch, ...inner, ...columns], [count(batch), count(inner), count(columns)]));
  return { x: reshape(product, labels.map(size)), labels };
}

/** The dimensions of an operand or of the result, by number instead of by letter. */
export type Subscripts = readonly (number | '...')[];

function letterOf(subscript: number | '...'): string {
  if (subscript === '...') return subscript;
  if (subscript >= 0 && subscript < 26) return String.fromCharCode(65 + subscript);
  if (subscript >= 26 && subscript < 52) return String.fromCharCode(97 + subscript - 26);
  throw new ValueError('einsum(): subscript in subscript list is not within the valid range [0, 52)');
}

/** The equation of operands that each have their subscripts behind them, and those of the result last, or none. */
function equationOf(given: readonly (Tensor | Subscripts)[]): [equation: string, ...operands: Tensor[]] {
  if (given.length < 2) return [''];
  const term = (subscripts: unknown): string => (subscripts as Subscripts).map(letterOf).join('');
  const pairs = given.length >> 1, output = given.length % 2 === 1 ? `->${term(given.at(-1))}` : '';
  const places = Array.from({ length: pairs }, (_, i) => 2 * i);
  return [places.map((i) => term(given[i + 1])).join(',') + output, ...places.map((i) => given[i] as Tensor)];
}

/**
 * Sums of products of elements, by Einstein's notation: a letter for each dimension of each operand, an arrow, and the
 * letters of the result; letters that are not in the result are summed over. `...` covers any further dimensions. Numbers
 * below 52 may stand for the letters, in a list behind each operand.
 * @throws RuntimeError for equations that cannot be read or do not fit the operands
 * @see https://pytorch.org/docs/stable/generated/torch.einsum.html
 * @example torch.einsum('ij,jk->ik', torch.ones(2, 3), torch.ones(3, 4)).shape // [2, 4]
 * @example torch.einsum(torch.ones(2, 3), [0, 1], torch.ones(3, 4), [1, 2], [0, 2]).shape // [2, 4]
 */
export function einsum(equation: string, ...operands: Tensor[] | [operands: readonly Tensor[]]): Tensor;
export function einsum(operand: Tensor, subscripts: Subscripts, ...rest: (Tensor | Subscripts)[]): Tensor;
export function einsum(...args: [string, ...(Tensor | readonly Tensor[])[]] | [Tensor, ...(Tensor | Subscripts)[]]): Tensor {
  const [equation, ...operands] = typeof args[0] === 'string' ? args as [string, ...Tensor[]] : equationOf(args as (Tensor | Subscripts)[]);
  const tensors = autocastOperands('einsum', (Array.isArray(operands[0]) ? operands[0] : operands) as readonly Tensor[]);
  if (tensors.length === 0) {
    throw new ValueError(
      'einsum(): must specify the equation string and at least one operand, or at least one operand and its subscripts list');
  }
  const arrow = equation.indexOf('->');
  const left = arrow < 0 ? equation : equation.slice(0, arrow);
  let start = 0;
  const terms = left.split(',').map((term, i) => {
    const subscripts = parseTerm(term, start, `operand ${i}`);
    start += term.length + 1;
    return subscripts;
  });
  if (tensors.length !== terms.length) {
    const which = tensors.length < terms.length ? 'fewer' : 'more';
    throw new RuntimeError(`einsum(): ${which} operands were provided than specified in the equation`);
  }
  const labelled = tensors.map((x, i) => withoutRepeats(x, labelsOf(terms[i], x, i), i));
  checkSizes(labelled);
  const output = arrow < 0 ? implicitOutput(terms) : parseTerm(equation.slice(arrow + 2), arrow + 2, 'output');
  checkOutput(output, terms);

  const covered = Math.max(...tensors.map((x, i) => (terms[i].includes(ELLIPSIS) ? x.dim() - terms[i].length + 1 : 0)));
  const result = withCovered(output, covered);
  const product = labelled.reduce((product, operand, i) => {
    const later = labelled.slice(i + 1);
    return contract(product, operand, (l) => result.includes(l) || later.some(({ labels }) => labels.includes(l)));
  });
  return arranged(summed(product, (l) => result.includes(l)), result);
}

export interface TensordotOptions extends OutOption {
  /** how many of the last dimensions of one and the first of the other are summed over, or which; default 2 */
  readonly dims?: number | readonly [readonly number[], readonly number[]] | undefined;
}

/**
 * Sums of products over some dimensions of two tensors.
 * @see https://pytorch.org/docs/stable/generated/torch.tensordot.html
 * @example torch.tensordot(torch.ones(2, 3, 4), torch.ones(4, 3, 5), { dims: [[1, 2], [1, 0]] }).shape // [2, 5]
 */
export function tensordot(a: Tensor, b: Tensor, options: TensordotOptions = {}): Tensor {
  const { dims = 2, out } = checked('tensordot', options, 'dims');
  if (typeof dims === 'number' && dims < 0) throw new RuntimeError(`tensordot expects dims >= 0, but got dims=${dims}`);
  const [given1, given2] = typeof dims === 'number'
    ? [Array.from({ length: dims }, (_, i) => i - dims), Array.from({ length: dims }, (_, i) => i)] : dims;
  if (given1.length !== given2.length) throw new RuntimeError('both dimension lists should have same length');
  const dims1 = given1.map((d) => wrapDim(d, a.dim())), dims2 = given2.map((d) => wrapDim(d, b.dim()));
  let x = a, y = b;
  dims1.forEach((d, i) => {
    const m = a.shape[d], n = b.shape[dims2[i]];
    // a size of 1 meets any other: what it meets can be summed at once
    if (n === 1) x = sum(x, d, { keepdim: true });
    else if (m === 1) y = sum(y, dims2[i], { keepdim: true });
    else if (m !== n) {
      throw new RuntimeError(
        `contracted dimensions need to match, but first has size ${m} in dim ${given1[i]} and second has size ${n} in dim ${given2[i]}`);
    }
  });
  const free1 = [...x.shape.keys()].filter((d) => !dims1.includes(d));
  const free2 = [...y.shape.keys()].filter((d) => !dims2.includes(d));
  const count = dims1.reduce((n, d) => n * x.shape[d], 1);
  const shape1 = free1.map((d) => x.shape[d]), shape2 = free2.map((d) => y.shape[d]);
  const product = mm(
    reshape(permute(x, [...free1, ...dims1]), size(shape1), count),
    reshape(permute(y, [...dims2, ...free2]), count, size(shape2)));
  return intoOut(reshape(product, [...shape1, ...shape2]), out);
}

