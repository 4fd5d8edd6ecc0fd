import { empty, float32, rand, randint, randperm } from '@sconce/tensor';

const cpu = { device: 'cpu' } as const;

/** What `torch.rand(1)` draws. @internal */
export const chance = (): number => Number(rand(1, { ...cpu, dtype: float32 }).numpy()[0]);

/** What `torch.empty(1).uniform_(low, high)` draws. @internal */
export const uniform = (low: number, high: number): number =>
  Number(empty(1, { ...cpu, dtype: float32 }).uniform_(low, high).numpy()[0]);

/** What `torch.randint(low, high, (1,))` draws. @internal */
export const integer = (low: number, high: number): number => Number(randint(low, high, [1], cpu).numpy()[0]);

/** What `torch.randperm(n)` draws. @internal */
export const order = (n: number): number[] => Array.from(randperm(n, cpu).numpy(), Number);
