import { beforeAll, describe, expect, test } from 'vitest';
import { empty, ones, webgpu, type Tensor } from '../src/index.js';

const {
  currentBackend, emptyCache, init, isAvailable, maxMemoryAllocated, maxMemoryReserved, memoryAllocated, memoryReserved, memoryStats,
  OutOfMemoryError, resetPeakMemoryStats, synchronize,
} = webgpu;
const available = await isAvailable();

const MIB = 2 ** 20;
const filled = (mib: number): Tensor => ones(mib * MIB / 4, { device: 'webgpu' }).cumsum(0);

describe.skipIf(!available)('memory', () => {
  beforeAll(async () => { await init(); });

  test('is counted under PyTorch\'s names', async () => {
    expect(memoryStats()).toEqual({
      'allocated_bytes.all.current': 0, 'allocated_bytes.all.peak': 0, 'allocated_bytes.all.allocated': 0, 'allocated_bytes.all.freed': 0,
      'reserved_bytes.all.current': 0, 'reserved_bytes.all.peak': 0, 'reserved_bytes.all.allocated': 0, 'reserved_bytes.all.freed': 0,
      num_ooms: 0,
    });
    const x = filled(4), { free } = currentBackend();
    await synchronize();
    expect(memoryAllocated()).toBeGreaterThanOrEqual(4 * MIB);
    expect(memoryReserved()).toBeGreaterThanOrEqual(memoryAllocated());
    const most = maxMemoryAllocated();
    free(x.storage);
    expect(memoryAllocated()).toBeLessThanOrEqual(most - 4 * MIB);
    expect(maxMemoryAllocated()).toBe(most);
    const stats = memoryStats();
    expect(stats['allocated_bytes.all.current']).toBe(memoryAllocated());
    expect(stats['allocated_bytes.all.peak']).toBe(most);
    expect(stats['allocated_bytes.all.allocated'] - stats['allocated_bytes.all.freed']).toBe(memoryAllocated());
    resetPeakMemoryStats();
    expect(maxMemoryAllocated()).toBe(memoryAllocated());

    const reserved = memoryReserved();
    emptyCache();
    expect(memoryReserved()).toBeLessThanOrEqual(reserved - 4 * MIB);
    expect(memoryReserved()).toBe(memoryAllocated());
    expect(maxMemoryReserved()).toBe(reserved);
    expect(await filled(1).index(9).item()).toBe(10);
  });

  test('a tensor that is larger than any buffer is refused, with sizes', async () => {
    const { device: { limits: { maxBufferSize, maxStorageBufferBindingSize } } } = currentBackend();
    const largest = Math.min(maxBufferSize, maxStorageBufferBindingSize), before = memoryStats().num_ooms;
    const tooLarge = empty(largest / 2, { device: 'webgpu' });
    const text = /^WebGPU out of memory\. Tried to allocate \d+\.\d\d [KMG]iB \(GPU 0; \d+(\.\d\d)? ([KMG]iB|bytes) already allocated; \d+(\.\d\d)? ([KMG]iB|bytes) reserved in total by Sconce\) A buffer has at most \d+(\.\d\d)? ([KMG]iB|bytes)$/;
    expect(() => tooLarge.cumsum(0)).toThrow(OutOfMemoryError);
    expect(() => tooLarge.cumsum(0)).toThrow(text);
    expect(memoryStats().num_ooms).toBe(before + 2);
    expect(await ones(2, { device: 'webgpu' }).cumsum(0).tolist()).toEqual([1, 2]);
  });

  test('memory that the device does not have is an error of the next read, after which work goes on', async () => {
    const { device } = currentBackend(), popErrorScope = device.popErrorScope.bind(device);
    const keep = filled(2);
    await synchronize();
    device.popErrorScope = async () => {
      await popErrorScope();
      return { message: 'no memory' } as GPUError;
    };
    let failed: Tensor;
    try {
      failed = filled(8);
      await expect(failed.index(0).item()).rejects.toThrow(/^WebGPU out of memory\. Tried to allocate 8\.00 MiB \(GPU 0; /);
    } finally {
      device.popErrorScope = popErrorScope;
    }
    // what there is no memory for is not used again
    const reserved = memoryReserved();
    currentBackend().free(failed.storage);
    emptyCache();
    expect(memoryReserved()).toBeLessThanOrEqual(reserved - 8 * MIB);
    expect(await keep.index(1).item()).toBe(2);
    expect(await filled(8).index(4).item()).toBe(5);
  });
});
