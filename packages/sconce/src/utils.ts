/** `torch.utils.data` */
export * as data from '@sconce/data';
