import { bool, ones, RuntimeError, Tensor } from '@sconce/tensor';
import { checked, passOn } from '@sconce/tensor/internal';
import { dropout } from './dropout.js';

export interface AttentionOptions {
  /** bool: true where a query may look at a key; else what is added to the scores */
  readonly attnMask?: Tensor | null | undefined;
  /** probability of a weight to be dropped, default 0 */
  readonly dropoutP?: number | undefined;
  /** queries look at the keys up to their own place, default false */
  readonly isCausal?: boolean | undefined;
  /** factor of the scores, default 1 / √(size of a query) */
  readonly scale?: number | null | undefined;
}

/**
 * softmax(query · keyᵀ · scale + mask) · value, for (…, L, E), (…, S, E) and (…, S, Ev).
 * @throws RuntimeError for a mask together with `isCausal`
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.scaled_dot_product_attention.html
 * @see https://arxiv.org/abs/1706.03762 (Vaswani et al.: Attention is all you need)
 */
export function scaledDotProductAttention(
  query: Tensor, key: Tensor, value: Tensor, options: AttentionOptions = {},
): Tensor {
  const { attnMask, dropoutP = 0, isCausal = false, scale } = checked('scaledDotProductAttention', options, 'attnMask');
  if (isCausal && attnMask) throw new RuntimeError('_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True');
  const factor = scale ?? 1 / Math.sqrt(query.size(-1));
  let scores = passOn(query.matmul(key.transpose(-2, -1)), (products) => products.mul(factor));
  const without = (hidden: Tensor): Tensor => passOn(hidden, () => passOn(scores, (all) => all.maskedFill(hidden, -Infinity)));
  if (isCausal) scores = without(passOn(ones(query.size(-2), key.size(-2), { dtype: bool, device: query.device }), (all) => all.triu(1)));
  else if (attnMask?.dtype === bool) scores = without(attnMask.logicalNot());
  else if (attnMask) scores = passOn(scores, (all) => all.add(attnMask));
  const weights = passOn(scores, (all) => all.softmax(-1));
  return passOn(passOn(weights, (all) => dropout(all, { p: dropoutP, training: dropoutP > 0 })), (all) => all.matmul(value));
}
