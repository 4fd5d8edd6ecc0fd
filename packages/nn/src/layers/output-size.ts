import { checked } from '@sconce/tensor/internal';

/** The spatial sizes of a result, where several fit, or the option of that name. */
export type OutputSize = readonly number[] | null | { readonly outputSize?: readonly number[] | null | undefined };

/** @internal the sizes that a call asks for. @throws TypeError for what is neither a list nor options */
export function outputSizeOf(name: string, given?: OutputSize): readonly number[] | null | undefined {
  if (given === undefined || given === null || Array.isArray(given)) return given as readonly number[] | null | undefined;
  return checked(name, given as { readonly outputSize?: readonly number[] | null | undefined }, 'outputSize').outputSize;
}
