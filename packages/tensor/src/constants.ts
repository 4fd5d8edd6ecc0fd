/** `torch.pi`, `torch.e`, `torch.inf` and `torch.nan`. */
export const pi: number = Math.PI;
export const e: number = Math.E;
export const inf: number = Infinity;
export const nan: number = NaN;
