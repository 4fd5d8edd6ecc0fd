/** `torch.utils.data` */
export * as data from '@sconce/data';
export { checkpoint } from '@sconce/autograd';
