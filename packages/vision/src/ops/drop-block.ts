import * as nn from '@sconce/nn';
import { ValueError, type Tensor } from '@sconce/tensor';
import { checked, pythonFloat, pythonText } from '@sconce/tensor/internal';

interface BlockOptions {
  /** write the result over the input, default false */
  readonly inplace?: boolean | undefined;
  /** what keeps a divisor from zero, default 1e-6 */
  readonly eps?: number | undefined;
}

export interface DropBlockOptions extends BlockOptions {
  /** whether anything is dropped, default true */
  readonly training?: boolean | undefined;
}

const pools = { 2: nn.functional.maxPool2d, 3: nn.functional.maxPool3d };

function dropBlock(dims: 2 | 3, input: Tensor, p: number, blockSize: number, options: DropBlockOptions): Tensor {
  const { inplace = false, eps = 1e-6, training = true } = checked(`dropBlock${dims}d`, options, 'inplace');
  if (!(p >= 0 && p <= 1)) throw new ValueError(`drop probability has to be between 0 and 1, but got ${p}.`);
  if (input.dim() !== dims + 2) throw new ValueError(`input should be ${dims + 2} dimensional. Got ${input.dim()} dimensions.`);
  if (!training || p === 0) return input;
  const sizes = input.shape.slice(2), block = Math.min(blockSize, ...sizes), places = sizes.map((n) => n - block + 1);
  const product = (list: readonly number[]): number => list.reduce((a, b) => a * b);
  const gamma = (p * product(sizes)) / (block ** dims * product(places)), half = Math.floor(block / 2);
  const centres = input.detach().newEmpty([...input.shape.slice(0, 2), ...places]).bernoulli_(gamma);
  const padded = nn.functional.pad(centres, new Array<number>(2 * dims).fill(half));
  const noise = pools[dims](padded, block, 1, { padding: half }).rsub(1);
  const scale = noise.sum().add(eps).reciprocal().mul(noise.numel());
  return inplace ? input.mul_(noise).mul_(scale) : input.mul(noise).mul(scale);
}

/**
 * Zeroes whole squares of pictures at random and scales what is left, so that the mean stays.
 * @param input of shape (N, C, H, W)
 * @param p the probability of an element to be dropped
 * @param blockSize of the squares; odd, or the shapes do not fit, as in torchvision
 * @throws ValueError for another shape, or a probability outside of 0 to 1
 * @see https://pytorch.org/vision/0.14/generated/torchvision.ops.drop_block2d.html
 * @see Ghiasi et al., "DropBlock: A regularization method for convolutional networks" (2018)
 */
export const dropBlock2d = (input: Tensor, p: number, blockSize: number, options: DropBlockOptions = {}): Tensor =>
  dropBlock(2, input, p, blockSize, options);

/** `dropBlock2d` of (N, C, D, H, W). @see https://pytorch.org/vision/0.14/generated/torchvision.ops.drop_block3d.html */
export const dropBlock3d = (input: Tensor, p: number, blockSize: number, options: DropBlockOptions = {}): Tensor =>
  dropBlock(3, input, p, blockSize, options);

/** `dropBlock2d` as a module. @see https://pytorch.org/vision/0.14/generated/torchvision.ops.DropBlock2d.html */
export class DropBlock2d extends nn.Module {
  readonly inplace: boolean;
  readonly eps: number;

  constructor(readonly p: number, readonly blockSize: number, options: BlockOptions = {}) {
    super();
    const { inplace = false, eps = 1e-6 } = checked(new.target.name, options, 'inplace');
    this.inplace = inplace;
    this.eps = eps;
  }

  protected get settings(): DropBlockOptions { return { inplace: this.inplace, eps: this.eps, training: this.training }; }
  override forward(input: Tensor): Tensor { return dropBlock2d(input, this.p, this.blockSize, this.settings); }
  override extraRepr(): string { return `p=${pythonFloat(this.p)}, block_size=${this.blockSize}, inplace=${pythonText(this.inplace)}`; }
}

/** `dropBlock3d` as a module. @see https://pytorch.org/vision/0.14/generated/torchvision.ops.DropBlock3d.html */
export class DropBlock3d extends DropBlock2d {
  override forward(input: Tensor): Tensor { return dropBlock3d(input, this.p, this.blockSize, this.settings); }
}
