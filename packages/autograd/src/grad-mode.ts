import { RuntimeError } from '@sconce/tensor';
import { checked, isInferenceModeEnabled, setInferenceMode, thenLeave } from '@sconce/tensor/internal';

let enabled = true;
/** open scopes, innermost last: asynchronous ones stay open over awaits */
const scopes: object[] = [];

/** Whether ops are recorded now. @see https://pytorch.org/docs/stable/generated/torch.is_grad_enabled.html */
export const isGradEnabled = (): boolean => enabled;

/** Whether an `inferenceMode` scope is open. */
export { isInferenceModeEnabled };

/** @internal sets grad mode without a scope; gives the value before */
export function setGradEnabledNow(value: boolean): boolean {
  const before = enabled;
  enabled = value;
  return before;
}

function scope<T>(mode: boolean, asInference: boolean, fn: () => T): T {
  const token = {}, before = enabled, beforeInference = setInferenceMode(asInference);
  scopes.push(token);
  enabled = mode;
  const leave = (): void => {
    if (scopes.at(-1) !== token) {
      // closing out of order would restore a mode that is not the caller's
      const at = scopes.indexOf(token);
      if (at >= 0) scopes.splice(at, 1);
      throw new RuntimeError(
        'grad mode scopes overlap: an asynchronous noGrad(), enableGrad() or inferenceMode() ended while another one ' +
        'that began inside it was still open. Await one before the next begins');
    }
    scopes.pop();
    enabled = before;
    setInferenceMode(beforeInference);
  };
  return thenLeave(fn, leave);
}

/**
 * Calls `fn` without recording ops; an async callback keeps the mode until it is done. Asynchronous scopes that overlap
 * are refused.
 * @see https://pytorch.org/docs/stable/generated/torch.no_grad.html
 * @example
 * const y = torch.noGrad(() => x.mul(2));
 * y.requiresGrad // false
 */
export const noGrad = <T>(fn: () => T): T => scope(false, isInferenceModeEnabled(), fn);

/** Calls `fn` recording ops, inside a `noGrad` too. @see https://pytorch.org/docs/stable/generated/torch.enable_grad.html */
export const enableGrad = <T>(fn: () => T): T => scope(true, isInferenceModeEnabled(), fn);

/**
 * Calls `fn` with recording on or off; without `fn`, turns it on or off from now on.
 * @see https://pytorch.org/docs/stable/generated/torch.set_grad_enabled.html
 * @example torch.setGradEnabled(training, () => net(x))
 */
export function setGradEnabled(mode: boolean): void;
export function setGradEnabled<T>(mode: boolean, fn: () => T): T;
export function setGradEnabled<T>(mode: boolean, fn?: () => T): T | void {
  if (fn) return scope(mode, isInferenceModeEnabled(), fn);
  enabled = mode;
}

/** As `noGrad`, for code that never meets autograd. @see https://pytorch.org/docs/stable/generated/torch.inference_mode.html */
export const inferenceMode = <T>(fn: () => T, options: { mode?: boolean } = {}): T => {
  const { mode = true } = checked('inferenceMode', options, 'mode');
  return scope(!mode, mode, fn);
};
