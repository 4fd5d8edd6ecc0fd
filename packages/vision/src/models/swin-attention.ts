import * as nn from '@sconce/nn';
import { arange, int64, meshgrid, ones, stack, tensor, ValueError, zeros, type Tensor } from '@sconce/tensor';

/** Height and width of something. */
export type Pair = readonly [height: number, width: number];

export interface WindowSettings {
  readonly numHeads: number;
  readonly windowSize: Pair;
  /** how far windows are moved */
  readonly shiftSize: Pair;
  /** the probability that a position does not look at another */
  readonly attentionDropout: number;
  /** the probability of dropout of what is made */
  readonly dropout: number;
}

/** Which of three parts each place belongs to: those that a shift brings together do not see each other. */
const parts = (length: number, window: number, shift: number): number[] =>
  Array.from({ length }, (_, i) => (shift === 0 || i < length - window ? 0 : i < length - shift ? 1 : 2));

/** (N, H, W, C) as windows one after the other, (windows, positions, C). */
function cut(x: Tensor, [tall, wide]: Pair): Tensor {
  const [n, h, w, channels] = x.shape, rows = h / tall, columns = w / wide;
  return x.view(n, rows, tall, columns, wide, channels).permute(0, 1, 3, 2, 4, 5).reshape(n * rows * columns, tall * wide, channels);
}

/** What is added to scores so that positions see only those that were beside them before the shift: (windows, 1, positions, positions). */
function maskOf(x: Tensor, window: Pair, shift: Pair): Tensor {
  const [, h, w] = x.shape, rows = x.newTensor(parts(h, window[0], shift[0])), columns = x.newTensor(parts(w, window[1], shift[1]));
  const ids = cut(rows.mul(3).view(1, h, 1, 1).add(columns.view(1, 1, w, 1)), window).squeeze(2);
  return ids.unsqueeze(1).ne(ids.unsqueeze(2)).to(x.dtype).mul(-100).unsqueeze(1);
}

/** A bias of queries, keys and values that adds nothing to keys. */
function withoutKeys(bias: Tensor): Tensor {
  const result = bias.clone(), third = bias.numel() / 3;
  result.narrow(0, third, third).zero_();
  return result;
}

/** Attention of the positions of each window of (N, H, W, C). What windows that are moved push out on one side comes in on the other. */
abstract class WindowAttention extends nn.Module {
  qkv: nn.Linear;
  proj: nn.Linear;
  readonly numHeads: number;
  readonly windowSize: Pair;
  readonly shiftSize: Pair;
  readonly attentionDropout: number;
  readonly dropout: number;
  /** by PyTorch's name */
  declare relative_position_index: Tensor;

  constructor(dim: number, { numHeads, windowSize, shiftSize, attentionDropout, dropout }: WindowSettings) {
    super();
    if ((windowSize.length as number) !== 2 || (shiftSize.length as number) !== 2) {
      throw new ValueError('window_size and shift_size must be of length 2');
    }
    this.numHeads = numHeads;
    this.windowSize = windowSize;
    this.shiftSize = shiftSize;
    this.attentionDropout = attentionDropout;
    this.dropout = dropout;
    this.qkv = new nn.Linear(dim, 3 * dim);
    this.proj = new nn.Linear(dim, dim);
  }

  /** For each two positions of a window, which row of a table is theirs: that of how far they are from each other. */
  protected registerIndex(): void {
    const [height, width] = this.windowSize, index: number[] = [], count = height * width;
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) {
        const down = Math.floor(a / width) - Math.floor(b / width), right = (a % width) - (b % width);
        index.push((down + height - 1) * (2 * width - 1) + right + width - 1);
      }
    }
    this.registerBuffer('relative_position_index', tensor(index, { dtype: int64 }));
  }

  /** A table's rows as what is added to scores, (1, heads, positions, positions). */
  protected biasFrom(table: Tensor): Tensor {
    const positions = this.windowSize[0] * this.windowSize[1];
    return table.indexSelect(0, this.relative_position_index).view(positions, positions, -1).permute(2, 0, 1).contiguous().unsqueeze(0);
  }

  protected abstract bias(): Tensor;
  protected abstract scores(query: Tensor, key: Tensor): Tensor;
  protected abstract qkvBias(): Tensor;

  override forward(input: Tensor): Tensor {
    const { windowSize, shiftSize, numHeads } = this, [n, height, width, channels] = input.shape, [tall, wide] = windowSize;
    const right = (wide - (width % wide)) % wide, below = (tall - (height % tall)) % tall, h = height + below, w = width + right;
    const padded = nn.functional.pad(input, [0, 0, 0, right, 0, below]);
    // a window that sees all need not be moved
    const shift: Pair = [tall >= h ? 0 : shiftSize[0], wide >= w ? 0 : shiftSize[1]], isShifted = shift[0] + shift[1] > 0;
    const x = cut(isShifted ? padded.roll([-shift[0], -shift[1]], [1, 2]) : padded, windowSize), [windows, positions] = x.shape;
    const all = nn.functional.linear(x, this.qkv.weight, this.qkvBias());
    const [q, k, v] = all.reshape(windows, positions, 3, numHeads, channels / numHeads).permute(2, 0, 3, 1, 4).unbind(0);
    let scores = this.scores(q, k).add(this.bias());
    if (isShifted) {
      const perPicture = scores.view(n, (h / tall) * (w / wide), numHeads, positions, positions);
      scores = perPicture.add(maskOf(padded, windowSize, shift)).view(windows, numHeads, positions, positions);
    }
    // torchvision drops in evaluation mode too
    const drop = (y: Tensor, p: number): Tensor => nn.functional.dropout(y, { p, training: true });
    const seen = drop(scores.softmax(-1), this.attentionDropout).matmul(v).transpose(1, 2).reshape(windows, positions, channels);
    const made = drop(nn.functional.linear(seen, this.proj.weight, this.proj.bias), this.dropout);
    const joined = made.view(n, h / tall, w / wide, tall, wide, channels).permute(0, 1, 3, 2, 4, 5).reshape(n, h, w, channels);
    return (isShifted ? joined.roll(shift, [1, 2]) : joined).narrow(1, 0, height).narrow(2, 0, width).contiguous();
  }
}

/** Attention by products, and a table of what is added by distance. @internal */
export class ShiftedWindowAttention extends WindowAttention {
  /** by PyTorch's name */
  relative_position_bias_table: nn.Parameter;

  constructor(dim: number, settings: WindowSettings) {
    super(dim, settings);
    const [height, width] = this.windowSize;
    this.relative_position_bias_table = new nn.Parameter(zeros((2 * height - 1) * (2 * width - 1), this.numHeads));
    nn.init.truncNormal_(this.relative_position_bias_table, { std: 0.02 });
    this.registerIndex();
  }

  protected override bias(): Tensor { return this.biasFrom(this.relative_position_bias_table); }
  protected override scores(query: Tensor, key: Tensor): Tensor {
    return query.mul(query.size(-1) ** -0.5).matmul(key.transpose(-2, -1));
  }

  protected override qkvBias(): Tensor { return this.qkv.bias!; }
}

/** From how far a position is from another, in both directions, how far that is on a scale of logarithms from -1 to 1. */
function distances([height, width]: Pair): Tensor {
  const along = (n: number): Tensor => arange(-(n - 1), n, 1).float().div(n - 1);
  const far = stack(meshgrid(along(height), along(width)), -1).unsqueeze(0).mul(8);
  return far.sign().mul(far.abs().add(1).log2()).div(3);
}

/** Attention by cosines; what is added by distance is computed. @internal */
export class ShiftedWindowAttentionV2 extends WindowAttention {
  // by PyTorch's names
  logit_scale: nn.Parameter;
  cpb_mlp: nn.Sequential;
  declare relative_coords_table: Tensor;

  constructor(dim: number, settings: WindowSettings) {
    super(dim, settings);
    this.registerBuffer('relative_coords_table', distances(this.windowSize));
    this.registerIndex();
    this.logit_scale = new nn.Parameter(ones(this.numHeads, 1, 1).mul(10).log());
    this.cpb_mlp = new nn.Sequential(new nn.Linear(2, 512), new nn.ReLU({ inplace: true }), new nn.Linear(512, this.numHeads, { bias: false }));
  }

  protected override bias(): Tensor {
    return this.biasFrom(this.cpb_mlp(this.relative_coords_table).view(-1, this.numHeads)).sigmoid().mul(16);
  }

  protected override scores(query: Tensor, key: Tensor): Tensor {
    const unit = (y: Tensor): Tensor => nn.functional.normalize(y, { dim: -1 });
    return unit(query).matmul(unit(key).transpose(-2, -1)).mul(this.logit_scale.clamp({ max: Math.log(100) }).exp());
  }

  protected override qkvBias(): Tensor { return withoutKeys(this.qkv.bias!); }
}
