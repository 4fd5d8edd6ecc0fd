import { Module } from '../module.js';

/**
 * A module under the name `module`, which is what PyTorch's does where there is one device: files of models that were trained on several
 * have that name before all others.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.DataParallel.html
 * @example
 * const net = new nn.DataParallel(new nn.Linear(2, 1));
 * net.loadStateDict(await torch.load('trained-on-several.pth')); // module.weight, module.bias
 */
export class DataParallel<M extends Module = Module> extends Module {
  readonly module: M;
  constructor(module: M) {
    super();
    this.module = module;
  }
  override forward(...inputs: Parameters<M['forward']>): ReturnType<M['forward']> {
    return this.module(...inputs) as ReturnType<M['forward']>;
  }
}
