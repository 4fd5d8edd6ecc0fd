import { bool, type DType } from '@sconce/tensor';
import type { Expr, Layout } from '@sconce/tensor/internal';
import { Bytes, type Leaf } from './values.js';

/** How many leaves are in memory. */
export const arrays = (leaves: readonly Leaf[]): number => leaves.reduce((n, l) => n + (l.source instanceof Bytes ? 1 : 0), 0);

/** The leaf that reads the same: memory alike, or the same number. */
export const find = (leaves: readonly Leaf[], source: Bytes | number, dtype: DType, layout: Layout): Leaf | undefined =>
  leaves.find((l) => Object.is(l.source, source) && l.dtype === dtype && (typeof source === 'number' || l.layout.equals(layout)));

/**
 * The leaves that expressions of operands read.
 * @param leaves what the operands read
 */
export function used(roots: readonly Expr[], operands: readonly Expr[], leaves: readonly Leaf[]): readonly Leaf[] {
  // operands may be long: what lies below them is looked at only where not all of them are met
  const met = nodesOf(roots, operands);
  if (operands.every((e) => met.has(e))) return leaves;
  const seen = nodesOf(roots);
  return leaves.filter((l) => seen.has(l.node));
}

/** The nodes of expressions, without those below certain ones. */
export function nodesOf(roots: readonly Expr[], ends: readonly Expr[] = []): Set<Expr> {
  const seen = new Set<Expr>();
  const visit = (e: Expr): void => {
    if (seen.has(e)) return;
    seen.add(e);
    if (e.kind !== 'input' && e.kind !== 'const' && !ends.includes(e)) e.args.forEach(visit);
  };
  roots.forEach(visit);
  return seen;
}

/** An expression with others in the place of its inputs. */
export function substitute(root: Expr, other: (input: Extract<Expr, { kind: 'input' }>) => Expr): Expr {
  const done = new Map<Expr, Expr>();
  const visit = (e: Expr): Expr => {
    if (e.kind === 'const') return e;
    let result = done.get(e);
    if (!result) {
      if (e.kind === 'input') result = other(e);
      else {
        const args = e.args.map(visit);
        result = args.every((x, i) => x === e.args[i]) ? e : { ...e, args } as Expr;
      }
      done.set(e, result);
    }
    return result;
  };
  return visit(root);
}

/** An expression as a dtype that memory holds: results of small dtypes are rounded once per op, as eager ops round. */
export function asStored(e: Expr, dtype: DType): Expr {
  const small = dtype.itemsize < 4 && dtype !== bool;
  return e.dtype === dtype && !small ? e : { kind: 'cast', args: [e], dtype };
}

