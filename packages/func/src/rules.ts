import { baddbmm, linalg, matmul, type Tensor } from '@sconce/tensor';
import {
  convolutionOps, indexingOps, joiningOps, matmulOps, runStructured, scanOps, scatterOps, shapeOps, softmaxOps, sortingOps, spectralOps,
  type AddMmAttrs, type AlongDim, type StructuredOp, type SvdAttrs,
} from '@sconce/tensor/internal';
import { isShared } from './examples.js';

/** Computes an op for all examples [examples, …] at once; null where these operands have to be taken one by one. */
type Rule<A> = (examples: readonly Tensor[], attrs: A) => readonly Tensor[] | null;

const rules = new Map<unknown, Rule<never>>();
const rule = <A>(op: StructuredOp<A>, compute: Rule<A>): void => { rules.set(op, compute as Rule<never>); };

/** How an op is computed for all examples at once, where there is a way: all others are computed example by example. */
export const ruleOf = (op: StructuredOp<unknown>): Rule<unknown> | undefined => rules.get(op) as Rule<unknown> | undefined;

/** A second factor that is the same for all examples makes one large product. */
const factor = (x: Tensor): Tensor => (isShared(x) ? x.select(0, 0) : x);
const product = (a: Tensor, b: Tensor): Tensor => matmul(a, b.dim() === 3 ? factor(b) : b);

rule(matmulOps.mm, ([a, b]) => [product(a, b)]);
rule(matmulOps.bmm, ([a, b]) => [matmul(a, b)]);
rule(matmulOps.mv, ([a, x]) => [matmul(a, x.unsqueeze(2)).squeeze(2)]);
rule(matmulOps.dot, ([x, y]) => [matmul(x.unsqueeze(1), y.unsqueeze(2)).view(-1)]);
rule<AddMmAttrs>(matmulOps.addmm, ([c, a, b], attrs) => {
  const rows = c.dim() === 2 ? c.unsqueeze(1) : c.dim() === 1 ? c.view(-1, 1, 1) : c;
  const plain = attrs.beta === 1 && attrs.alpha === 1 && isShared(b);
  return [plain ? product(a, b).add(rows) : baddbmm(rows.expand(-1, a.shape[1], b.shape[2]), a, b, attrs)];
});

/** Dimensions are counted from behind the examples'. */
const further = <A extends AlongDim>(op: StructuredOp<A>): void => {
  rule(op, (xs, attrs) => (xs.every((x) => x.dim() > 1 && x.dim() === xs[0].dim()) ? runStructured(op, xs, { ...attrs, dim: attrs.dim + 1 }) : null));
};
for (const op of [
  softmaxOps.softmax, softmaxOps.logSoftmax, softmaxOps.softmaxBackward, softmaxOps.logSoftmaxBackward, joiningOps.cat, indexingOps.gather,
  ...Object.values(scanOps), sortingOps.sort, sortingOps.topk, scatterOps.scatter, scatterOps.scatterAdd,
]) further(op as StructuredOp<AlongDim>);
rule(joiningOps.stack, (xs, { dim }) => runStructured(joiningOps.stack, xs, { dim: dim + 1 }));
for (const op of [shapeOps.tril, shapeOps.triu]) rule(op, (xs, attrs) => runStructured(op, xs, attrs));

// values alone have no gradients of their own: whether vectors are wanted is asked where the examples are
rule<SvdAttrs>(spectralOps.svd, ([x], attrs) => {
  const none = x.newEmpty([x.shape[0], 0]);
  return attrs.vectors === 'none' ? [none, linalg.svdvals(x), none] : runStructured(spectralOps.svd, [x], attrs);
});

// pictures of all examples are one batch, where the weight is the same for all
rule(convolutionOps.convolution, ([x, ...rest], attrs) => {
  if (!rest.every(isShared)) return null;
  const [y] = runStructured(convolutionOps.convolution, [x.flatten(0, 1), ...rest.map((w) => w.select(0, 0))], attrs);
  return [y.unflatten(0, [x.shape[0], -1])];
});
