import { RuntimeError, stack, Tensor, zeros, type DType } from '@sconce/tensor';
import {
  extremaOps, randomOps, reductionOps, runPointwise, runReduce, runStructured, runStructuredInplace, Scalar, type Backend, type Kernel, type Op,
  type Operand, type PointwiseOp, type ReduceAttrs, type ReduceOp, type StructuredOp, type View,
} from '@sconce/tensor/internal';
import { ExamplesDevice, ExamplesStorage, examplesOf, isShared, setExamples } from './examples.js';
import { ruleOf } from './rules.js';

type Structured = StructuredOp<unknown>;
/** Computes for all examples at once: operands and results are [examples, …]. */
type Compute = (examples: readonly Tensor[]) => readonly Tensor[];

/** Ops on what stands for one of many examples are ops on the examples, wherever those are. */
export const examplesBackend: Backend = {
  type: 'vmap',
  complex: true,
  alloc: (device, nbytes) => new ExamplesStorage(device as ExamplesDevice, nbytes),
  free() {},
  write(dst, src, byteOffset = 0) {
    const storage = dst as ExamplesStorage;
    storage.bytes = new Uint8Array(storage.nbytes);
    storage.bytes.set(new Uint8Array(src.buffer, src.byteOffset, src.byteLength), byteOffset);
  },
  read: () => Promise.reject(unreadable()),
  lower<A>(op: Op<A>): Kernel<A> | undefined {
    if (op.kind === 'pointwise') return pointwise(op) as Kernel<never> as Kernel<A>;
    if (op.kind === 'reduce') return reduce(op) as Kernel<never> as Kernel<A>;
    return op.kind === 'structured' ? structured(op as Structured) as Kernel<A> : undefined;
  },
  synchronize: () => Promise.resolve(),
};

const unreadable = (): RuntimeError => new RuntimeError(
  "vmap: It looks like you're calling .item() on a Tensor. We don't support vmap over calling .item() on a Tensor, please try to " +
  "rewrite what you're doing with other operations. If error is occurring somewhere inside PyTorch internals, please file a bug report.");

/** Computes once what is the same for all examples. */
function computed(compute: Compute, operands: readonly Tensor[]): readonly Tensor[] {
  if (!operands.every(isShared)) return compute(operands);
  const [{ shape: [size] }] = operands;
  return compute(operands.map((x) => x.narrow(0, 0, 1))).map((y) => y.expand(size, ...y.shape.slice(1)));
}

/** With as many dimensions behind the examples' as the result has. */
function aligned(x: Tensor, rank: number): Tensor {
  const [size, ...shape] = x.shape;
  return x.reshape(size, ...Array.from({ length: rank - shape.length }, () => 1), ...shape);
}

const pointwise = (op: PointwiseOp): Kernel<DType> => (inputs, [output], dtype) => {
  const rank = output.layout.shape.length;
  const operands = inputs.map((x, i): Operand => {
    if (x instanceof Scalar) return x.value;
    const examples = aligned(examplesOf(x), rank);
    // what decided the dtype is not to be asked again: the dimension of the examples would make numbers of one element arrays
    return op.roles[i] === 'value' ? examples.to(dtype) : examples;
  });
  const [result] = computed((xs) => {
    const next = xs.values();
    return [runPointwise(op, operands.map((x) => (x instanceof Tensor ? next.next().value! : x)))];
  }, operands.filter((x) => x instanceof Tensor));
  setExamples(output, result);
};

/** What folds all there is, and what is folded along a dimension in its place: the gradients of the former know no dimensions. */
const ALONG = new Map<ReduceOp, ReduceOp>([
  [reductionOps.prod, reductionOps.prodDim], [extremaOps.max, extremaOps.amax], [extremaOps.min, extremaOps.amin],
]);

const reduce = (op: ReduceOp): Kernel<ReduceAttrs> => ([input], [output], { dims, keepdim }) => {
  const along = ALONG.get(op);
  const [result] = computed(([x]) => [along ? runReduce(along, x.reshape(x.shape[0], input.layout.numel), [1], false, output.dtype)
    : runReduce(op, x, dims.map((d) => d + 1), keepdim, output.dtype)], [examplesOf(input)]);
  setExamples(output, result);
};

const RANDOM = new Set<unknown>(Object.values(randomOps));
/** Draws that operands decide. */
const DECIDED = new Set<unknown>([randomOps.bernoulliTensor, randomOps.bernoulliOf, randomOps.rreluNoise, randomOps.poisson, randomOps.multinomial]);
/** Draws that are not one for each element. */
const WHOLE = new Set<unknown>([randomOps.multinomial, randomOps.randperm]);

const structured = (op: Structured): Kernel => (inputs, outputs, attrs) => {
  const examples = inputs.map(examplesOf), device = outputs[0].storage.device as ExamplesDevice;
  const run: Compute = (xs) => runStructured(op, xs, attrs);
  const results = RANDOM.has(op) ? drawn(op, outputs[0].storage === inputs[0].storage ? writing(op, attrs) : run, examples, device)
    : computed((xs) => ruleOf(op)?.(xs, attrs) ?? oneByOne(run, xs, outputs), examples);
  outputs.forEach((output, i) => { setExamples(output, results[i]); });
};

/** What ops that draw give where they write over their first operand. */
const writing = (op: Structured, attrs: unknown): Compute => ([x, ...rest]) => [runStructuredInplace(op, [x.contiguous().clone(), ...rest], attrs)];

function drawn(op: Structured, run: Compute, examples: readonly Tensor[], { randomness, size }: ExamplesDevice): readonly Tensor[] {
  if (randomness === 'error') {
    throw new RuntimeError("vmap: called random operation while in randomness error mode. Please either use the 'same' or 'different' randomness " +
      'flags on vmap or perform the randomness operation out of vmap');
  }
  if (randomness === 'same' && DECIDED.has(op) && !examples.every(isShared)) {
    throw new RuntimeError('Vmap does not currently support same randomness with a batched tensor input. Please file an issue with functorch');
  }
  if (randomness === 'same') return run(examples.map((x) => x.select(0, 0))).map((y) => y.unsqueeze(0).expand(size, ...y.shape));
  return WHOLE.has(op) ? oneByOne(run, examples, []) : run(examples);
}

/** For one example after the other. */
function oneByOne(run: Compute, examples: readonly Tensor[], outputs: readonly View[]): readonly Tensor[] {
  const [{ shape: [size], device }] = examples;
  if (size === 0) return outputs.map(({ layout: { shape }, dtype }) => zeros([0, ...shape], { dtype, device }));
  const results = Array.from({ length: size }, (_, i) => run(examples.map((x) => x.select(0, i))));
  return results[0].map((_, k) => stack(results.map((r) => r[k])));
}
