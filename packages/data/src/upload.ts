import { Tensor, type DeviceLike } from '@sconce/tensor';

/** A batch with its tensors on a device, wherever in arrays, plain objects and maps they are. @internal */
export function uploaded<B>(batch: B, device: DeviceLike): B {
  const one = (value: unknown): unknown => {
    if (value instanceof Tensor) return value.to(device);
    if (Array.isArray(value)) return value.map(one);
    if (value instanceof Map) return new Map(Array.from(value, ([key, x]) => [key, one(x)]));
    if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
      return Object.fromEntries(Object.entries(value).map(([key, x]) => [key, one(x)]));
    }
    return value;
  };
  return one(batch) as B;
}

/**
 * Batches on a device, of which the next is fetched and sent there while the last one is used.
 * @param abandon makes a batch that is on its way fail at once, as it is not wanted any more
 * @internal
 */
export async function * uploadedAhead<B>(
  batches: AsyncGenerator<B, void, undefined>, device: DeviceLike, abandon: () => void,
): AsyncGenerator<B, void, undefined> {
  const fetch = async (): Promise<IteratorResult<B, void>> => {
    const step = await batches.next();
    return step.done ? step : { done: false, value: uploaded(step.value, device) };
  };
  try {
    let coming = fetch();
    for (;;) {
      const step = await coming;
      if (step.done) return;
      coming = fetch();
      // Should it fail, that comes to light when its turn comes; until then it is no unhandled rejection.
      coming.catch(() => {});
      yield step.value;
    }
  } finally {
    abandon();
    batches.return().catch(() => {});
  }
}
