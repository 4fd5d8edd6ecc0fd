/** `torch.optim` */
export * from '@sconce/optim';
export * as swaUtils from './swa-utils.js';
