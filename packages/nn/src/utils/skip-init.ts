import { forkRng } from '@sconce/tensor';
import type { Module } from '../module.js';

/**
 * A new module whose parameters are to be overwritten: the default generator is left as it was, as if nothing had been drawn for them.
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.skip_init.html
 * @example const layer = nn.utils.skipInit(nn.Linear, 5, 1);
 */
export const skipInit = <A extends readonly unknown[], M extends Module>(cls: new (...args: A) => M, ...args: A): M => forkRng(() => new cls(...args));
