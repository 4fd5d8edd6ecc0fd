/** `torch.random` */
export { forkRng, getRngState, initialSeed, manualSeed, seed, setRngState } from '@sconce/tensor';
