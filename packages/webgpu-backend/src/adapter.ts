/// <reference lib="dom" preserve="true" />
import { RuntimeError } from '@sconce/tensor';
import { NoAdapterError } from './errors.js';
import type { Lowering } from './lower/entry.js';

export interface WebgpuOptions {
  /** an adapter to use, or a part of the name of the one to look for (Node only); default: SCONCE_WEBGPU_ADAPTER */
  readonly adapter?: GPUAdapter | string | undefined;
  readonly powerPreference?: GPUPowerPreference | undefined;
  /** a device to use as it is */
  readonly device?: GPUDevice | undefined;
  /** features to ask for; those that the adapter lacks are an error */
  readonly features?: readonly GPUFeatureName[] | undefined;
  /**
   * how matrices are multiplied: with sums in registers, with rows exchanged in subgroups, or with blocks in the workgroup's
   * memory; `fastest` tries out once which it is here; default: by adapter and shape
   */
  readonly matmul?: MatmulWay | 'fastest' | undefined;
  /** more kernels, as `linalg` of `@sconce/webgpu-backend/linalg` */
  readonly kernels?: readonly Lowering[] | undefined;
}

export type MatmulWay = 'registers' | 'subgroups' | 'blocks';

interface Provider { create(flags: string[]): GPU; readonly globals: object }

const environment = (name: string): string | undefined =>
  (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env?.[name];

/** Dawn's objects hold no reference to their instance: collected, it would take them with it. */
const instances: GPU[] = [];

/** A function of the name, so that bundlers for browsers do not look for the package: they see through a constant. */
const imported = (name: string): Promise<unknown> => import(/* @vite-ignore */ name);

/** `navigator.gpu`, or the npm package `webgpu` in Node. */
async function findGpu(name: string | undefined): Promise<GPU | undefined> {
  const here = (globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu;
  if (here) return here;
  if (!environment('PATH')) return undefined;
  try {
    const { create } = await imported('webgpu') as Provider;
    const gpu = create(name ? [`adapter=${name}`] : []);
    instances.push(gpu);
    return gpu;
  } catch {
    return undefined;
  }
}

/** The adapter asked for; null where there is none. */
export async function findAdapter({ adapter, powerPreference }: WebgpuOptions = {}): Promise<GPUAdapter | null> {
  if (typeof adapter === 'object') return adapter;
  const name = adapter ?? environment('SCONCE_WEBGPU_ADAPTER');
  const gpu = await findGpu(name);
  if (!gpu) return null;
  try {
    return await gpu.requestAdapter(powerPreference ? { powerPreference } : {});
  } catch {
    return null; // Dawn throws where no adapter has that name
  }
}

/** What the kernels gain from; asked for where the adapter has it. */
const WELCOME: readonly GPUFeatureName[] = ['shader-f16', 'subgroups', 'timestamp-query'];

/** The limits of buffers and of compute shaders. */
const LIMITS = /^max(Buffer|StorageBuffer|UniformBuffer|Compute)/;

/** A device with all that its adapter allows. @throws NoAdapterError, RuntimeError for features that it lacks */
export async function openDevice(options: WebgpuOptions): Promise<GPUDevice> {
  if (options.device) return options.device;
  const adapter = await findAdapter(options);
  if (!adapter) {
    const name = typeof options.adapter === 'string' ? options.adapter : environment('SCONCE_WEBGPU_ADAPTER');
    throw new NoAdapterError(
      `no WebGPU adapter${name ? ` named '${name}'` : ''} was found. In Node install the package webgpu and a Vulkan, Metal or ` +
      'D3D12 driver; in a browser see https://caniuse.com/webgpu');
  }
  const { features = [] } = options;
  const missing = features.filter((f) => !adapter.features.has(f));
  if (missing.length > 0) throw new RuntimeError(`the adapter lacks the features ${missing.join(', ')}`);
  const requiredFeatures = [...new Set([...features, ...WELCOME.filter((f) => adapter.features.has(f))])];
  const requiredLimits: Record<string, number> = {};
  for (const limit in adapter.limits) if (LIMITS.test(limit)) requiredLimits[limit] = adapter.limits[limit as keyof GPUSupportedLimits] as number;
  return adapter.requestDevice({ requiredFeatures, requiredLimits });
}
