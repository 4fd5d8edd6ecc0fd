import { autogradHook } from './autograd-hook.js';
import { isInferenceModeEnabled } from './inference.js';
import type { Tensor } from './tensor.js';

/**
 * How a view came to be, which says whether it may be written to where gradients are recorded: as any other; outside of what is
 * recorded; in inference mode; as one of several by one op; out of a custom function.
 */
export type ViewOrigin = 'plain' | 'noGrad' | 'inference' | 'several' | 'custom';

/** Notes how a view came to be: a view of a view is what that is. */
export function noteOrigin(view: Tensor, of: Tensor, several: boolean): Tensor {
  if (of.origin !== 'plain') view.origin = of.origin;
  else if (isInferenceModeEnabled()) view.origin = 'inference';
  else if (autogradHook()?.enabled === false) view.origin = 'noGrad';
  else if (several) view.origin = 'several';
  return view;
}
