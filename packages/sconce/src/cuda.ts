// `torch.cuda`, as PyTorch answers without a card of NVIDIA's: programs that ask first go on with 'cpu'. Graphics cards are `torch.webgpu`.

/**
 * No.
 * @see https://pytorch.org/docs/stable/generated/torch.cuda.is_available.html
 * @example const device = torch.device(torch.cuda.isAvailable() ? 'cuda' : 'cpu');
 */
export const isAvailable = (): boolean => false;

/** None. @see https://pytorch.org/docs/stable/generated/torch.cuda.device_count.html */
export const deviceCount = (): number => 0;

/** Does nothing, as there is no device to seed. @see https://pytorch.org/docs/stable/generated/torch.cuda.manual_seed.html */
export const manualSeed = (_seed: number): void => {};

/** Does nothing, as there is no device to seed. @see https://pytorch.org/docs/stable/generated/torch.cuda.manual_seed_all.html */
export const manualSeedAll = (_seed: number): void => {};
