// WebGPU in Node as browsers have it, so that every library finds it where it looks.
import { create, globals } from 'webgpu';

/** `navigator.gpu` on the adapter that SCONCE_WEBGPU_ADAPTER names a part of, or the default one. */
export function openGpu() {
  const { navigator } = /** @type {{ navigator?: object }} */ (globalThis);
  if (navigator && 'gpu' in navigator) return;
  Object.assign(globalThis, globals);
  const name = process.env.SCONCE_WEBGPU_ADAPTER, gpu = create(name ? [`adapter=${name}`] : []);
  if (navigator) Object.defineProperty(navigator, 'gpu', { value: gpu });
  else Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: 'Node' }, configurable: true });
}

/** The adapter's name; null where there is none. @returns {Promise<string | null>} */
export async function adapterName() {
  openGpu();
  try {
    const { info } = await /** @type {any} */ (globalThis).navigator.gpu.requestAdapter();
    return [info.description || info.device || info.vendor, info.architecture].filter(Boolean).join(', ');
  } catch {
    return null;
  }
}

/** How many dispatches are recorded while something runs. @param {() => Promise<unknown>} run */
export async function countDispatches(run) {
  const { prototype } = /** @type {any} */ (globals).GPUComputePassEncoder;
  const names = ['dispatchWorkgroups', 'dispatchWorkgroupsIndirect'], own = names.map((name) => prototype[name]);
  let count = 0;
  names.forEach((name, i) => {
    prototype[name] = function counted(/** @type {unknown[]} */ ...args) {
      count++;
      return own[i].apply(this, args);
    };
  });
  try {
    await run();
    return count;
  } finally {
    names.forEach((name, i) => { prototype[name] = own[i]; });
  }
}
