/** `torch.backends.mps`: not here. @see https://pytorch.org/docs/stable/backends.html#torch-backends-mps */
export const mps = {
  isAvailable: (): boolean => false,
  isBuilt: (): boolean => false,
};

/** `torch.backends.cudnn`: may be set, as programs do, and changes nothing. @see https://pytorch.org/docs/stable/backends.html#torch-backends-cudnn */
export const cudnn = { enabled: false, benchmark: false, deterministic: false, isAvailable: (): boolean => false };
