import type { Tensor } from '@sconce/tensor';
import { numbersThenOptions } from '@sconce/tensor/internal';
import { checkSizes } from '../check-sizes.js';
import { pad } from '../functional/padding.js';
import { PlainLayer } from '../plain-layer.js';
import { tuple } from '../python-text.js';

/** As many on all sides, or pairs (before, after), the last dimension first. */
export type PaddingSize = number | readonly number[];

type Mode = 'constant' | 'reflect' | 'replicate';

/** Padding of the last `dims` dimensions. */
abstract class Pad extends PlainLayer {
  readonly padding: readonly number[];
  constructor(dims: number, padding: PaddingSize, protected readonly mode: Mode, readonly value = 0) {
    super();
    checkSizes(new.target.name, { padding });
    this.padding = typeof padding === 'number' ? new Array<number>(2 * dims).fill(padding) : padding.slice();
  }
  override _forwardImpl(input: Tensor): Tensor {
    return pad(input, this.padding, this.mode === 'constant' ? { value: this.value } : { mode: this.mode });
  }
  override extraRepr(): string { return tuple(this.padding); }
}

type ValueArguments = [value: number] | [options: { readonly value: number }];

abstract class ConstantPad extends Pad {
  constructor(dims: number, padding: PaddingSize, args: ValueArguments) {
    const [{ value }] = numbersThenOptions<object, 'value'>(`ConstantPad${dims}d`, args, { value: NaN });
    if (Number.isNaN(value)) throw new TypeError(`ConstantPad${dims}d(): expected a number to pad with after the padding`);
    super(dims, padding, 'constant', value);
  }
  override extraRepr(): string { return `padding=${tuple(this.padding)}, value=${this.value}`; }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.ConstantPad1d.html */
export class ConstantPad1d extends ConstantPad {
  constructor(padding: PaddingSize, ...value: ValueArguments) { super(1, padding, value); }
}
/** @see https://pytorch.org/docs/stable/generated/torch.nn.ConstantPad2d.html */
export class ConstantPad2d extends ConstantPad {
  constructor(padding: PaddingSize, ...value: ValueArguments) { super(2, padding, value); }
}
/** @see https://pytorch.org/docs/stable/generated/torch.nn.ConstantPad3d.html */
export class ConstantPad3d extends ConstantPad {
  constructor(padding: PaddingSize, ...value: ValueArguments) { super(3, padding, value); }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.ZeroPad2d.html */
export class ZeroPad2d extends Pad {
  constructor(padding: PaddingSize) { super(2, padding, 'constant'); }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.ReflectionPad1d.html */
export class ReflectionPad1d extends Pad {
  constructor(padding: PaddingSize) { super(1, padding, 'reflect'); }
}
/** @see https://pytorch.org/docs/stable/generated/torch.nn.ReflectionPad2d.html */
export class ReflectionPad2d extends Pad {
  constructor(padding: PaddingSize) { super(2, padding, 'reflect'); }
}
/** @see https://pytorch.org/docs/stable/generated/torch.nn.ReflectionPad3d.html */
export class ReflectionPad3d extends Pad {
  constructor(padding: PaddingSize) { super(3, padding, 'reflect'); }
}

/** @see https://pytorch.org/docs/stable/generated/torch.nn.ReplicationPad1d.html */
export class ReplicationPad1d extends Pad {
  constructor(padding: PaddingSize) { super(1, padding, 'replicate'); }
}
/** @see https://pytorch.org/docs/stable/generated/torch.nn.ReplicationPad2d.html */
export class ReplicationPad2d extends Pad {
  constructor(padding: PaddingSize) { super(2, padding, 'replicate'); }
}
/** @see https://pytorch.org/docs/stable/generated/torch.nn.ReplicationPad3d.html */
export class ReplicationPad3d extends Pad {
  constructor(padding: PaddingSize) { super(3, padding, 'replicate'); }
}
