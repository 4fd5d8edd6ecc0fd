import { numberAt } from './cpu/host.js';
import { formatTensor } from './printing.js';
import { contiguousStrides } from './layout.js';
import type { ScalarLike } from './scalar.js';
import type { Tensor } from './tensor.js';

/** How a tensor prints, as PyTorch prints it; without its values where they are not in host memory. */
export function tensorToString(x: Tensor): string {
  const suffixes: string[] = [];
  const onHost = x.device.type === 'cpu';
  if (!onHost) suffixes.push(`device='${x.device}'`);
  const node = x.gradFn;
  if (node) suffixes.push(`grad_fn=<${node.name}>`);
  else if (x.requiresGrad) suffixes.push('requires_grad=True');
  if (!onHost) return `tensor(..., ${suffixes[0]}, size=(${x.shape.join(', ')}${x.ndim === 1 ? ',' : ''})${suffixes.slice(1).map((s) => `, ${s}`).join('')})`;
  const logical = contiguousStrides(x.shape);
  const valueAt = (i: number): ScalarLike => {
    let at = x.layout.offset;
    for (let d = 0; d < logical.length; d++) {
      at += Math.floor(i / logical[d]) * x.layout.strides[d];
      i %= logical[d];
    }
    return numberAt(x, at);
  };
  return formatTensor(valueAt, x.shape, x.dtype, { suffixes });
}
