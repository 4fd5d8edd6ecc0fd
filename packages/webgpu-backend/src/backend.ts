/// <reference lib="dom" preserve="true" />
import { backendOf, type Backend, type Kernel, type MemoryStats, type Op, type Storage } from '@sconce/tensor/internal';
import { device as deviceOf, RuntimeError, type Device, type Tensor } from '@sconce/tensor';
import { openDevice, type WebgpuOptions } from './adapter.js';
import { Engine } from './engine.js';
import { pointwiseLaunch } from './fused.js';
import { Gpu } from './gpu.js';
import { lowerPointwise, lowerUpdate } from './lower.js';
import { lowerings } from './lower/index.js';
import { fastestWay } from './lower/matmul.js';
import { lowerReduce } from './reduce.js';
import { readBytes, writeBytes } from './transfer.js';
import { Bytes, GpuStorage, isPending } from './values.js';
import { moduleText } from './wgsl/module.js';
import { Layout } from '@sconce/tensor/internal';

/** A backend of device `webgpu`. */
export interface WebgpuBackend extends Backend {
  readonly device: GPUDevice;
  /** what `GPUAdapterInfo` says */
  readonly name: string;
  /** dispatches since the start */
  readonly dispatches: number;
  /** what it was opened with */
  readonly options: WebgpuOptions;
  /** @internal for the functions of this package */
  readonly gpu: Gpu;
  memoryStats(): MemoryStats;
  /** See `explain`. */
  explain(storage: Storage): string;
}

/**
 * Device `webgpu`: ops are recorded, elementwise ones are joined into few kernels, and all is submitted together.
 * @throws NoAdapterError where there is no WebGPU, RuntimeError for features that the adapter lacks
 * @example
 * registerBackend(await webgpu());
 * const x = torch.ones(2, 3).to('webgpu');
 */
export async function webgpu(options: WebgpuOptions = {}): Promise<WebgpuBackend> {
  const device = await openDevice(options);
  const gpu = new Gpu(device), engine = new Engine(gpu);
  const { pool } = gpu, structured = lowerings(engine, options.kernels ?? []);
  const { adapterInfo: info } = device;
  if (options.matmul === 'subgroups' && !gpu.exchanges) throw new RuntimeError("matmul: 'subgroups' needs an adapter whose subgroups have 8 or 16 invocations");
  gpu.matmul = options.matmul === 'fastest' ? await fastestWay(engine, deviceOf('webgpu')) : options.matmul;
  return {
    type: 'webgpu',
    device,
    options,
    gpu,
    name: info?.description || info?.device || info?.vendor || 'unknown adapter',
    get dispatches() { return gpu.dispatches; },
    alloc(d: Device, nbytes: number): Storage {
      engine.takeDropped();
      return engine.alloc(d, nbytes);
    },
    free: (storage: Storage) => engine.free(storage),
    write: (dst: Storage, src: ArrayBufferView, byteOffset = 0) => writeBytes(engine, dst as GpuStorage, src, byteOffset),
    read: (src: Storage, byteOffset = 0, nbytes = src.nbytes - byteOffset) => readBytes(engine, src as GpuStorage, byteOffset, nbytes),
    lower<A>(op: Op<A>): Kernel<A> | undefined {
      if (op.kind === 'pointwise') return lowerPointwise(engine, op) as Kernel<A>;
      if (op.kind === 'reduce') return lowerReduce(engine, op) as Kernel<unknown> as Kernel<A>;
      if (op.kind === 'update') return lowerUpdate(engine, op) as Kernel<A>;
      return structured.get(op as Op<never>) as Kernel<A> | undefined;
    },
    synchronize: () => gpu.synchronize(),
    memoryStats: () => ({ allocated: pool.allocated.current, reserved: pool.reserved.current, peak: pool.allocated.peak }),
    explain(storage: Storage): string {
      const { value } = (storage as GpuStorage).cell;
      if (!isPending(value)) return value ? '// computed' : '// uninitialised';
      const bytes = new Bytes(pool.take(value.numel * 4), value.dtype, value.numel);
      try {
        return moduleText(pointwiseLaunch(gpu, [value.root], value.leaves, [{ bytes, layout: Layout.contiguous(value.shape), whole: true }]).spec());
      } finally {
        pool.give(bytes.buffer);
      }
    },
  };
}

/** The backend that serves `webgpu`. @throws RuntimeError where there is none yet */
export function currentBackend(): WebgpuBackend {
  const backend = backendOf(deviceOf('webgpu')) as WebgpuBackend;
  if (typeof backend.explain !== 'function') throw new RuntimeError('the backend of device webgpu is another one');
  return backend;
}

/**
 * The WGSL that computes a tensor, while it is pending; a remark where its values are there already.
 * @example console.log(explain(x.mul(2).add(1).relu()))
 */
export const explain = (x: Tensor): string => currentBackend().explain(x.storage);
