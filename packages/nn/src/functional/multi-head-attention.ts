import { bool, cat, RuntimeError, uint8, ValueError, zeros, type Tensor } from '@sconce/tensor';
import { shapeText, warnOnce } from '@sconce/tensor/internal';
import { dropout } from './dropout.js';
import { linear } from './linear.js';
import { pad } from './padding.js';

/** The parameters of `multiHeadAttention`. */
export interface AttentionWeights {
  readonly numHeads: number;
  /** projections of query, key and value: one below the other, or each by itself */
  readonly inProjWeight: Tensor | readonly [query: Tensor, key: Tensor, value: Tensor];
  readonly inProjBias: Tensor | null;
  readonly outProjWeight: Tensor;
  readonly outProjBias: Tensor | null;
  /** a key and a value that are added to those given */
  readonly biasK?: Tensor | null | undefined;
  readonly biasV?: Tensor | null | undefined;
  /** add a key and a value of zeros */
  readonly addZeroAttn?: boolean | undefined;
}

export interface MultiHeadAttentionOptions {
  /** true, or -∞, for keys that are padding: (batch, keys) */
  readonly keyPaddingMask?: Tensor | null | undefined;
  /** true where a query may not look at a key, or what is added: (queries, keys), or one per batch and head */
  readonly attnMask?: Tensor | null | undefined;
  /** give the weights as well, default true */
  readonly needWeights?: boolean | undefined;
  /** give the mean of the heads' weights, default true */
  readonly averageAttnWeights?: boolean | undefined;
}

/** @throws ValueError with PyTorch's texts for dimensions that do not go together */
function checkDims(
  query: Tensor, key: Tensor, value: Tensor, { keyPaddingMask, attnMask }: MultiHeadAttentionOptions,
): void {
  const dims = query.dim();
  if (dims !== 2 && dims !== 3) throw new ValueError(`query should be unbatched 2D or batched 3D tensor but received ${dims}-D query tensor`);
  const kind = dims === 3 ? 'For batched (3-D) `query`' : 'For unbatched (2-D) `query`';
  if (key.dim() !== dims || value.dim() !== dims) {
    throw new ValueError(`${kind}, expected \`key\` and \`value\` to be ${dims}-D but found ${key.dim()}-D and ${value.dim()}-D tensors respectively`);
  }
  if (keyPaddingMask && keyPaddingMask.dim() !== dims - 1) {
    throw new ValueError(`${kind}, expected \`key_padding_mask\` to be \`None\` or ${dims - 1}-D but found ${keyPaddingMask.dim()}-D tensor instead`);
  }
  if (attnMask && attnMask.dim() !== 2 && attnMask.dim() !== 3) {
    throw new ValueError(`${kind}, expected \`attn_mask\` to be \`None\`, 2-D or 3-D but found ${attnMask.dim()}-D tensor instead`);
  }
}

function projected(
  query: Tensor, key: Tensor, value: Tensor, { inProjWeight, inProjBias }: AttentionWeights,
): Tensor[] {
  const together = !Array.isArray(inProjWeight);
  if (together && query === key && key === value) return linear(query, inProjWeight as Tensor, inProjBias).chunk(3, -1);
  const weights = together ? (inProjWeight as Tensor).chunk(3) : inProjWeight as readonly Tensor[];
  const biases = inProjBias?.chunk(3);
  return [query, key, value].map((x, i) => linear(x, weights[i], biases?.[i] ?? null));
}

/** The attention mask in three dimensions. @throws RuntimeError with PyTorch's text for one of another size */
function mask3d(mask: Tensor | null | undefined, heads: number, queries: number, keys: number): Tensor | null {
  if (!mask) return null;
  if (mask.dtype === uint8) warnOnce('Byte tensor for attn_mask in nn.MultiheadAttention is deprecated. Use bool tensor instead.');
  else if (mask.dtype !== bool && !mask.isFloatingPoint()) {
    throw new ValueError(`Only float, byte, and bool types are supported for attn_mask, not ${mask.dtype}`);
  }
  const wanted = mask.dim() === 2 ? [queries, keys] : [heads, queries, keys];
  if (mask.shape.join() !== wanted.join()) {
    throw new RuntimeError(`The shape of the ${mask.dim()}D attn_mask is torch.Size(${shapeText(mask.shape)}), but should be (${wanted.join(', ')}).`);
  }
  const plain = mask.dtype === uint8 ? mask.to({ dtype: bool }) : mask;
  return plain.dim() === 2 ? plain.unsqueeze(0) : plain;
}

/** Both masks as what is added to the scores; null for none. */
function merged(attention: Tensor | null, padding: Tensor | null, numHeads: number, like: Tensor): Tensor | null {
  let mask = attention;
  if (padding) {
    const [batch, keys] = padding.shape;
    const perHead = padding.view(batch, 1, 1, keys).expand(-1, numHeads, -1, -1).reshape(batch * numHeads, 1, keys);
    mask = mask === null ? perHead : mask.dtype === bool ? mask.logicalOr(perHead) : mask.maskedFill(perHead, -Infinity);
  }
  if (mask?.dtype !== bool) return mask;
  return zeros(mask.shape, { dtype: like.dtype, device: like.device }).maskedFill(mask, -Infinity);
}

/**
 * Attention by several heads of (queries, batch, size) to (keys, batch, …), or without a batch. Gives the result and the
 * weights, null where they are not wanted.
 * @see https://arxiv.org/abs/1706.03762 (Vaswani et al.: Attention is all you need)
 */
export function multiHeadAttention(
  query: Tensor, key: Tensor, value: Tensor, weights: AttentionWeights,
  options: MultiHeadAttentionOptions & { readonly dropoutP?: number; readonly training?: boolean } = {},
): [Tensor, Tensor | null] {
  checkDims(query, key, value, options);
  const { needWeights = true, averageAttnWeights = true, dropoutP = 0, training = true } = options;
  const { numHeads, biasK, biasV } = weights;
  if (query.dim() === 2) {
    const same = query === key && key === value;
    const q = query.unsqueeze(1), padding = options.keyPaddingMask?.unsqueeze(0);
    const [output, attention] = multiHeadAttention(
      q, same ? q : key.unsqueeze(1), same ? q : value.unsqueeze(1), weights, { ...options, keyPaddingMask: padding });
    return [output.squeeze(1), attention?.squeeze(0) ?? null];
  }
  const [queries, batch, size] = query.shape, heads = batch * numHeads, each = size / numHeads;
  let padding = options.keyPaddingMask ?? null;
  if (padding && padding.dtype !== bool && !padding.isFloatingPoint()) throw new ValueError('only bool and floating types of key_padding_mask are supported');
  const expected = weights.outProjWeight.shape[1];
  if (size !== expected) throw new ValueError(`was expecting embedding dimension of ${expected}, but got ${size}`);
  if (!Array.isArray(weights.inProjWeight) && key.shape.join() !== value.shape.join()) {
    throw new ValueError(`key shape torch.Size(${shapeText(key.shape)}) does not match value shape torch.Size(${shapeText(value.shape)})`);
  }
  let attention = mask3d(options.attnMask, heads, queries, key.shape[0]);
  let [q, k, v] = projected(query, key, value, weights);
  const oneMore = (): void => {
    attention &&= pad(attention, [0, 1], { value: attention.dtype === bool ? false : 0 });
    padding &&= pad(padding, [0, 1], { value: padding.dtype === bool ? false : 0 });
  };
  if (biasK && biasV) {
    k = cat([k, biasK.repeat(1, batch, 1)]);
    v = cat([v, biasV.repeat(1, batch, 1)]);
    oneMore();
  }
  const perHead = (x: Tensor): Tensor => x.contiguous().view(x.shape[0], heads, each).transpose(0, 1);
  [q, k, v] = [perHead(q), perHead(k), perHead(v)];
  if (weights.addZeroAttn) {
    const nothing = zeros([heads, 1, each], { dtype: k.dtype, device: k.device });
    [k, v] = [cat([k, nothing], 1), cat([v, nothing], 1)];
    oneMore();
  }
  const keys = k.shape[1];
  if (padding && padding.shape.join() !== [batch, keys].join()) {
    throw new ValueError(`expecting key_padding_mask shape of (${batch}, ${keys}), but got torch.Size(${shapeText(padding.shape)})`);
  }
  const mask = merged(attention, padding, numHeads, q);
  const scores = q.div(Math.sqrt(each)).bmm(k.transpose(-2, -1));
  const probabilities = dropout((mask ? scores.add(mask) : scores).softmax(-1), { p: dropoutP, training });
  const joined = probabilities.bmm(v).transpose(0, 1).contiguous().view(queries * batch, size);
  const output = linear(joined, weights.outProjWeight, weights.outProjBias).view(queries, batch, -1);
  if (!needWeights) return [output, null];
  const byHead = probabilities.view(batch, numHeads, queries, keys);
  return [output, averageAttnWeights ? byHead.sum(1).div(numHeads) : byHead];
}
