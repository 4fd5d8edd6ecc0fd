import { checked } from '@sconce/tensor/internal';

let enabled = false;

/**
 * Asks for operations that give the same from run to run. All do here, for a given device and number of threads, so this is only
 * remembered.
 * @see https://pytorch.org/docs/stable/generated/torch.use_deterministic_algorithms.html
 */
export function useDeterministicAlgorithms(mode: boolean, options: { readonly warnOnly?: boolean } = {}): void {
  checked('useDeterministicAlgorithms', options, 'warnOnly');
  enabled = mode;
}

/** What `useDeterministicAlgorithms` was given last. @see https://pytorch.org/docs/stable/generated/torch.are_deterministic_algorithms_enabled.html */
export const areDeterministicAlgorithmsEnabled = (): boolean => enabled;
