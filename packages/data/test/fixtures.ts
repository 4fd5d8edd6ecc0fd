import { readFileSync } from 'node:fs';

interface Round { readonly batches: readonly (readonly number[])[]; readonly after: number }
interface Draws { readonly rounds: readonly (readonly number[])[]; readonly length: number; readonly after: number }

interface PerSeed {
  readonly seed: number;
  readonly loaders: readonly {
    readonly name: string; readonly size: number; readonly length: number; readonly rounds: readonly Round[];
  }[];
  readonly partial: {
    readonly first: readonly (readonly number[])[]; readonly then: readonly (readonly number[])[]; readonly after: number;
  };
  readonly ownGenerator: readonly Round[];
  readonly samplers: Readonly<Record<string, Draws>>;
  readonly splits: readonly {
    readonly size: number; readonly lengths: readonly number[];
    readonly default: readonly (readonly number[])[]; readonly own: readonly (readonly number[])[];
  }[];
}

/** What PyTorch 1.13 gave; tooling/oracle/data.py records it. */
export const recorded = JSON.parse(readFileSync(new URL('./fixtures/pytorch.json', import.meta.url), 'utf8')) as {
  readonly seeds: readonly PerSeed[];
  readonly shares: readonly {
    readonly size: number; readonly numReplicas: number; readonly rank: number; readonly shuffle: boolean; readonly seed: number;
    readonly dropLast: boolean; readonly length: number; readonly totalSize: number; readonly epochs: readonly (readonly number[])[];
  }[];
  readonly errors: Readonly<Record<string, { readonly type: string; readonly message: string }>>;
  readonly pictures: Readonly<Record<'gray' | 'grayNormalized' | 'rgb' | 'rgbNormalized' | 'rgbBytes', readonly number[]>>;
};

/** Runs what should fail and gives back how. */
export function failure(fn: () => unknown): { readonly name: string; readonly message: string } {
  try {
    fn();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

export async function rejection(promise: Promise<unknown>): Promise<{ readonly name: string; readonly message: string }> {
  return await promise.then(
    () => { throw new Error('nothing was thrown'); },
    (error: unknown) => error as Error);
}

/** The numbers of a tensor, flat. */
export const values = (tensor: { contiguous(): { numpy(): ArrayLike<number | bigint> } }): number[] =>
  Array.from(tensor.contiguous().numpy(), Number);
