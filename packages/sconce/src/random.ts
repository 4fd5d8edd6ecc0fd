/** `torch.random` */
export { getRngState, initialSeed, manualSeed, seed, setRngState } from '@sconce/tensor';
