import { grad } from '@sconce/autograd';
import { RuntimeError, Tensor, ValueError, zerosLike } from '@sconce/tensor';
import { meeting, type GradFn } from '@sconce/tensor/internal';
import { formOf, kindOf, leavesOf, mapTree } from './tree.js';

export interface GradOptions {
  /** which arguments to differentiate by: one, or a list of them for a list of derivatives; default 0 */
  readonly argnums?: number | readonly number[] | undefined;
  /** the function gives `[what is differentiated, anything else]`, and the result has the latter as well; default false */
  readonly hasAux?: boolean | undefined;
}

type Arguments = readonly unknown[];
/** A function's arguments by which is differentiated, in their form. */
export type Chosen<A extends Arguments, O> = O extends { readonly argnums: infer N }
  ? N extends readonly number[] ? { -readonly [K in keyof N]: N[K] extends keyof A ? A[N[K]] : A[number] } : N extends number ? A[N] : never
  : A[0];
/** What a function gives that is differentiated, and what comes with it. */
export type Output<R, O> = O extends { readonly hasAux: true } ? R extends readonly [infer Y, unknown] ? Y : never : R;
export type Aux<R> = R extends readonly [unknown, infer X] ? X : never;
/** What a transform gives, with what comes along. */
export type AndAux<T, R, O> = O extends { readonly hasAux: true } ? [T, Aux<R>] : T;

/** The arguments of a call, with what is differentiated as tensors of its own. */
export interface Differentiable {
  readonly args: readonly unknown[];
  /** those of the arguments by which is differentiated, in their form */
  readonly chosen: unknown;
  readonly leaves: readonly Tensor[];
  /** whether derivatives by what is outside may be asked for later */
  readonly isPart: boolean;
}

/** @throws RuntimeError for numbers of arguments that there are not; ValueError for arguments that are no tensors */
export function differentiable(args: readonly unknown[], argnums?: number | readonly number[]): Differentiable {
  const isList = Array.isArray(argnums), given = argnums === undefined ? args.map((_, i) => i) : isList ? argnums as readonly number[] : [argnums as number];
  const numbers = given.map((n) => {
    if (!Number.isInteger(n)) throw new RuntimeError(`argnum must be int, got: ${kindOf(n)}`);
    if (n < -args.length || n >= args.length) throw new RuntimeError(`Got argnum=${n}, but only ${args.length} positional inputs`);
    return n < 0 ? n + args.length : n;
  });
  if (isList && numbers.length === 0) throw new RuntimeError('argnums must be non-empty');
  if (new Set(numbers).size !== numbers.length) throw new RuntimeError(`argnums elements must be unique, got (${numbers.join(', ')})`);
  let isPart = false;
  const leaves: Tensor[] = [];
  const chosen = numbers.map((n) => mapTree(args[n], (x) => {
    if (!(x instanceof Tensor)) throw new ValueError(`Thing passed to transform API must be Tensor, got ${kindOf(x)}`);
    isPart ||= x.requiresGrad;
    const leaf = x.requiresGrad ? x.view(x.shape) : x.detach().requiresGrad_();
    leaves.push(leaf);
    return leaf;
  }));
  const replaced = args.map((x, i) => (numbers.includes(i) ? chosen[numbers.indexOf(i)] : x));
  return { args: replaced, chosen: argnums === undefined || isList ? chosen : chosen[0], leaves, isPart };
}

/** The tensors of a result. @throws RuntimeError for others */
export function tensorsOf(result: unknown, api: string): readonly Tensor[] {
  const leaves = leavesOf(result);
  if (leaves.length === 0) throw new RuntimeError(`${api}: Expected f to be a function that has non-empty output (got output = [])`);
  for (const y of leaves) {
    if (!(y instanceof Tensor)) throw new RuntimeError(`${api}: expected f(*primals) to return only tensors, got unsupported type ${kindOf(y)}`);
  }
  return leaves as readonly Tensor[];
}

/** A result and what comes with it. @throws RuntimeError for anything but a list of two */
export function withAux(result: unknown, hasAux: boolean, api: string): readonly [result: unknown, aux: unknown] {
  if (!hasAux) return [result, undefined];
  if (Array.isArray(result) && result.length === 2) return result as [unknown, unknown];
  throw new RuntimeError(`${api}: output of function f should be a tuple: (output, aux) if has_aux is True`);
}

/** Gradients that can be differentiated again; zeros where outputs do not depend on an input. */
export function gradients(outputs: readonly Tensor[], inputs: readonly Tensor[], vectors: readonly (Tensor | null)[] = outputs.map(() => null)): Tensor[] {
  const rooted = outputs.flatMap((y, i) => (y.requiresGrad ? [i] : []));
  if (rooted.length === 0) return inputs.map((x) => zerosLike(x));
  const met = rooted.map((i) => meeting([outputs[i], vectors[i]])[1]);
  const found = grad(rooted.map((i) => outputs[i]), inputs, met, { createGraph: true, allowUnused: true });
  return found.map((g, i) => g ?? zerosLike(inputs[i]));
}

/** @throws RuntimeError for trees of different forms */
export function checkForms(given: unknown, wanted: unknown, says: (given: string, wanted: string) => string): void {
  if (formOf(given) !== formOf(wanted)) throw new RuntimeError(says(formOf(given), formOf(wanted)));
}

/** What a transform gives: with its history where that leads to what is outside, or else without. */
export function settled<T>(result: T, outputs: readonly Tensor[], { leaves, isPart }: Differentiable, isRecorded: boolean): T {
  if (isRecorded && (isPart || leadsElsewhere(outputs, new Set(leaves)))) return result;
  return mapTree(result, (x) => (x instanceof Tensor && x.requiresGrad ? x.detach() : x)) as T;
}

/** Whether the outputs depend on a leaf that is not among these. */
function leadsElsewhere(outputs: readonly Tensor[], own: ReadonlySet<Tensor>): boolean {
  const seen = new Set<GradFn>(), open = outputs.flatMap(({ gradFn }) => gradFn ?? []);
  for (let node = open.pop(); node; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.variable && !own.has(node.variable)) return true;
    for (const [next] of node.nextFunctions) if (next) open.push(next);
  }
  return false;
}
