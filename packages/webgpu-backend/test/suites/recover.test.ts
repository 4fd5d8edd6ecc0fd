import { describe, expect, test } from 'vitest';
import { memoryStats, ones, registerBackend, tensor } from '@sconce/tensor';
import { currentBackend, DeviceLostError, recover, synchronize } from '../../src/index.js';
import { available, open } from '../adapter.js';

describe.skipIf(!available)('after a device was lost', () => {
  test('what a tensor held is an error to read until it is given new values; its memory goes back where it came from', async () => {
    registerBackend(await open());
    const x = ones(1000).to('webgpu'), pending = x.add(1), part = x.index(':10');
    await synchronize();
    await recover();
    expect(memoryStats('webgpu').allocated).toBe(0);
    await expect(x.tolist()).rejects.toThrow(DeviceLostError);
    await expect(x.tolist()).rejects.toThrow('the values of this tensor were lost with the WebGPU device');
    expect(() => pending.sum()).toThrow(DeviceLostError);
    expect(() => { part.fill_(2); }).toThrow(DeviceLostError);
    x.copy_(tensor([3]));
    expect(await x.sum().item()).toBe(3000);
    expect(await part.sum().item()).toBe(30);
    await x.tolist();
    const { allocated } = memoryStats('webgpu');
    currentBackend().free(x.storage);
    expect(memoryStats('webgpu').allocated).toBe(allocated - 4096);
  });
});
