import { RuntimeError, type Tensor } from '@sconce/tensor';
import { checked, thenLeave } from '@sconce/tensor/internal';
import type { Node } from './node.js';

export interface AnomalyOptions {
  /** throw where a gradient becomes NaN, default true */
  readonly checkNan?: boolean | undefined;
}

let enabled = false;
let nanIsAnError = true;
const traces = new WeakMap<Node, string>();

/** Whether nodes remember where they were made. */
export const isAnomalyEnabled = (): boolean => enabled;

/**
 * Turns anomaly detection on or off: where backward fails or a gradient becomes NaN, the program's place in the forward
 * pass is printed. It makes everything slower.
 * @throws RuntimeError later, in backward, that names the function which gave NaN
 * @see https://pytorch.org/docs/stable/autograd.html#torch.autograd.set_detect_anomaly
 */
export function setDetectAnomaly(mode: boolean, options: AnomalyOptions = {}): void {
  const { checkNan = true } = checked('setDetectAnomaly', options, 'checkNan');
  enabled = mode;
  nanIsAnError = checkNan;
}

/**
 * Calls `fn`, which may be async, with anomaly detection on.
 * @see https://pytorch.org/docs/stable/autograd.html#torch.autograd.detect_anomaly
 * @example detectAnomaly(() => { loss(net(x), y).backward(); })
 */
export function detectAnomaly<T>(fn: () => T, options: AnomalyOptions = {}): T {
  const before = [enabled, nanIsAnError] as const;
  setDetectAnomaly(true, options);
  return thenLeave(fn, () => { [enabled, nanIsAnError] = before; });
}

/** Remembers where a node is made. */
export const remember = (node: Node): void => { traces.set(node, new Error().stack ?? ''); };

/** What a node gives for gradients, as `apply` does; tells where it was made if that fails. */
export function watched(node: Node, grads: readonly (Tensor | null)[], needed: ReadonlyMap<Node, boolean> | null): readonly (Tensor | null)[] {
  let results: readonly (Tensor | null)[];
  try {
    results = node.apply(grads, needed);
  } catch (error) {
    report(node);
    throw error;
  }
  if (nanIsAnError) results.forEach((x, i) => {
    if (!x || !hasNan(x)) return;
    report(node);
    throw new RuntimeError(`Function '${node.name}' returned nan values in its ${i}th output.`);
  });
  return results;
}

function report(node: Node): void {
  const trace = traces.get(node);
  console.warn(trace === undefined
    ? `Error detected in ${node.name}. No forward pass information available. Enable detect anomaly during forward pass for more information.`
    : `Error detected in ${node.name}. Traceback of forward call that caused the error:\n${calls(trace)}`);
}

/** The calls of a stack, without those that only make the node. */
const calls = (trace: string): string => trace.split('\n').slice(3).join('\n');

/** Values of other devices cannot be looked at before backward goes on. */
const hasNan = (x: Tensor): boolean =>
  x.device.type === 'cpu' && (x.detach().isnan().hostValues() as Uint8Array).includes(1);
