import { describe, expect, test } from 'vitest';
import { ones, registerBackend, tensor } from '@sconce/tensor';
import { DeviceLostError, getDeviceName, getDeviceProperties, NoAdapterError, OutOfMemoryError, synchronize, webgpu } from '../src/index.js';
import { available, open } from './adapter.js';

describe.skipIf(!available)('devices', () => {
  test('names, limits, and what there is not', async () => {
    expect(getDeviceName()).toEqual(expect.any(String));
    expect(getDeviceProperties().limits['maxStorageBuffersPerShaderStage']).toBeGreaterThanOrEqual(8);
    await expect(webgpu({ adapter: 'no such adapter' })).rejects.toThrow(NoAdapterError);
    await expect(webgpu({ features: ['no-such-feature' as GPUFeatureName] })).rejects.toThrow('the adapter lacks the features no-such-feature');
    expect(() => ones(2).to('webgpu:1')).toThrow("there is no device 'webgpu:1'");
    expect(() => ones(2 ** 20, 2 ** 12, { device: 'webgpu' }).add(ones(1, { device: 'webgpu' })).sum().item()).not.toThrow();
    expect(() => ones(2 ** 20, 2 ** 12, { device: 'webgpu' }).contiguous().cumsum(0)).toThrow(OutOfMemoryError);
    await synchronize();
  });

  test('a lost device is a typed error, and another one takes over', async () => {
    const first = await webgpu();
    registerBackend(first);
    const x = tensor([1, 2]).to('webgpu');
    expect(await x.add(1).tolist()).toEqual([2, 3]);
    first.device.destroy();
    await first.device.lost;
    await expect(x.add(1).tolist()).rejects.toThrow(DeviceLostError);
    expect(() => tensor([1]).to('webgpu')).toThrow(DeviceLostError);
    registerBackend(await open());
    expect(await tensor([1, 2]).to('webgpu').add(1).tolist()).toEqual([2, 3]);
  });
});
