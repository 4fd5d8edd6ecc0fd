/** `torch.random` */
export { initialSeed, manualSeed, seed } from '@sconce/tensor';
