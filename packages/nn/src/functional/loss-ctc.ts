import { cat, int64, RuntimeError, stack, Tensor, tensor, where, zeros } from '@sconce/tensor';
import { checkReduction, lossOptions, reduce, type ReductionOption } from './reduction.js';

export interface CtcOptions extends ReductionOption {
  /** the class that stands for nothing, default 0 */
  readonly blank?: number | undefined;
  /** give 0 where an input is too short for its target, default false */
  readonly zeroInfinity?: boolean | undefined;
}

/** Stands for ln 0 where a gradient must stay finite. */
const NEVER = -1e30;

const lengthsOf = (lengths: Tensor | readonly number[]): number[] =>
  (lengths instanceof Tensor ? Array.from(lengths.hostValues() as ArrayLike<number | bigint>, Number) : [...lengths]);

/** Targets as rows of one length; they may come one after the other in one dimension. */
function padded(targets: Tensor, lengths: readonly number[], blank: number): number[][] {
  const values = Array.from(targets.hostValues() as ArrayLike<number | bigint>, Number);
  const width = Math.max(...lengths, 0), stride = targets.dim() === 2 ? targets.shape[1] : 0;
  let start = 0;
  return lengths.map((n, i) => {
    const from = targets.dim() === 2 ? i * stride : start;
    start += n;
    return Array.from({ length: width }, (_, j) => (j < n ? values[from + j] : blank));
  });
}

/**
 * Connectionist temporal classification: the negated log-probability of all alignments of (T, N, C) log-probabilities
 * with target sequences (N, S), or of (T, C) with (S).
 * @param targets classes: padded rows, or all targets one after the other
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.ctc_loss.html
 * @see Graves et al.: Connectionist Temporal Classification, 2006
 */
export function ctcLoss(
  logProbs: Tensor, targets: Tensor, inputLengths: Tensor | readonly number[], targetLengths: Tensor | readonly number[],
  options: CtcOptions = {},
): Tensor {
  const { blank = 0, reduction = 'mean', zeroInfinity = false } = lossOptions('ctcLoss', options, 'blank');
  checkReduction(reduction);
  const batched = logProbs.dim() === 3;
  const x = batched ? logProbs : logProbs.unsqueeze(1);
  const [steps, batch, classes] = x.shape;
  const times = lengthsOf(inputLengths), lengths = lengthsOf(targetLengths);
  if (times.length !== batch) throw new RuntimeError('input_lengths must be of size batch_size');
  if (lengths.length !== batch) throw new RuntimeError('target_lengths must be of size batch_size');
  if (blank < 0 || blank >= classes) throw new RuntimeError('blank must be in label range');
  times.forEach((t) => {
    if (t > steps) throw new RuntimeError(`Expected input_lengths to have value at most ${steps}, but got value ${t} (while checking arguments for ctc_loss_cpu)`);
  });
  const rows = padded(batched || targets.dim() === 2 ? targets : targets.unsqueeze(0), lengths, blank);
  const nll = negatedLogLikelihood(x, rows, times, lengths, blank);
  const losses = zeroInfinity ? where(nll.eq(Infinity), 0, nll) : nll;
  if (reduction !== 'mean') return reduction === 'sum' ? losses.sum() : batched ? losses : losses.squeeze(0);
  return reduce(losses.div(tensor(lengths.map((n) => Math.max(n, 1)), { dtype: x.dtype, device: x.device })), 'mean');
}

/** The forward variables of Graves et al., equations 5 to 8, in logarithms: all samples and all places at once. */
function negatedLogLikelihood(
  x: Tensor, rows: readonly (readonly number[])[], times: readonly number[], lengths: readonly number[], blank: number,
): Tensor {
  const [steps, batch] = x.shape, { device, dtype } = x;
  // blanks before, between and after the labels
  const labels = rows.map((row) => [blank, ...row.flatMap((label) => [label, blank])]);
  const places = labels[0].length;
  const index = tensor(labels, { dtype: int64, device }).view(1, batch, places).expand(steps, batch, places);
  const emitted = x.gather(2, index);
  // a label may follow the one before directly, over the blank between them, if they differ
  const skips = tensor(labels.map((row) => row.map((label, s) => s > 1 && label !== blank && label !== row[s - 2])), { device });
  const starts = tensor(labels.map((row) => row.map((_, s) => s < 2)), { device });
  const never = zeros([batch, 2], { dtype, device }).add(NEVER);
  let alpha = emitted.select(0, 0).maskedFill(starts.logicalNot(), NEVER);
  const alphas = [alpha];
  for (let t = 1; t < steps; t++) {
    const shifted = cat([never, alpha], 1);
    const one = shifted.narrow(1, 1, places), two = shifted.narrow(1, 0, places).maskedFill(skips.logicalNot(), NEVER);
    alpha = stack([alpha, one, two]).logsumexp(0).add(emitted.select(0, t));
    alphas.push(alpha);
  }
  const all = stack(alphas); // (T, N, places)
  const ends = lengths.map((n, i) => {
    const last = all.select(0, Math.max(times[i] - 1, 0)).select(0, i);
    const end = last.narrow(0, Math.max(2 * n - 1, 0), n > 0 ? 2 : 1);
    return end.logsumexp(0);
  });
  const loss = stack(ends).neg();
  return where(loss.gt(-NEVER / 2), Infinity, loss.add(normalization(x, times)));
}

/**
 * Nothing, with a gradient: PyTorch takes the gradient for log-probabilities that were normalised, which adds the
 * probabilities themselves. Behind a log-softmax they cancel.
 */
function normalization(x: Tensor, times: readonly number[]): Tensor {
  const probabilities = x.exp();
  const counted = tensor(Array.from({ length: x.shape[0] }, (_, t) => times.map((n) => t < n)), { device: x.device });
  return probabilities.sub(probabilities.detach()).sum(2).mul(counted).sum(0);
}
