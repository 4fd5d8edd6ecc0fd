import { describe, expect, test } from 'vitest';
import { registerBackend, tensor } from '@sconce/tensor';
import { compiledKernels, currentBackend, getDeviceName, warmup, webgpu } from '../../src/index.js';
import { available, open } from '../adapter.js';

/** How many pipelines a device is asked for while something runs. */
async function pipelinesOf(run: () => Promise<unknown>): Promise<number> {
  const { device } = currentBackend(), make = device.createComputePipeline.bind(device);
  let count = 0;
  device.createComputePipeline = (descriptor) => {
    count++;
    return make(descriptor);
  };
  await run();
  return count;
}

const program = async (): Promise<unknown> => {
  const x = tensor([[1, 2], [3, 4]]).to('webgpu');
  return x.matmul(x).add(1).softmax(1).sum(0).tolist();
};

describe.skipIf(!available)('warm-up', () => {
  test('what another run compiled is there before it is asked for', async () => {
    registerBackend(await open());
    const expected = await program();
    const kernels = compiledKernels();
    expect(await pipelinesOf(program)).toBe(0);

    registerBackend(await open());
    expect(await warmup(JSON.parse(JSON.stringify(kernels)))).toBe(kernels.length);
    expect(await warmup(kernels)).toBe(0);
    let values: unknown;
    expect(await pipelinesOf(async () => { values = await program(); })).toBe(0);
    expect(values).toEqual(expected);

    registerBackend(await open());
    expect(await pipelinesOf(program)).toBe(kernels.length);
  });

  test('a kernel of another version does no harm, a broken one is told', async () => {
    registerBackend(await open());
    const expected = await program();
    const changed = compiledKernels().map((kernel) => ({ ...kernel, body: kernel.body.replace(/;/, ';\n// another text\n') }));
    registerBackend(await open());
    await warmup(changed);
    expect(await program()).toEqual(expected);
    await expect(warmup([{ ...changed[0], body: 'no WGSL' }])).rejects.toThrow(/ShaderModule/);
    expect(await program()).toEqual(expected);
  });
});

describe.skipIf(!available)('the adapter', () => {
  test('is found by a part of its name, from an option or the environment', async () => {
    if (typeof process === 'undefined') return; // browsers show one
    const part = getDeviceName().slice(0, 6);
    expect((await webgpu({ adapter: part })).name).toBe(getDeviceName());
    const before = process.env['SCONCE_WEBGPU_ADAPTER'];
    try {
      process.env['SCONCE_WEBGPU_ADAPTER'] = part;
      expect((await webgpu()).name).toBe(getDeviceName());
      process.env['SCONCE_WEBGPU_ADAPTER'] = 'no such adapter';
      await expect(webgpu()).rejects.toThrow("no WebGPU adapter named 'no such adapter' was found");
    } finally {
      if (before === undefined) delete process.env['SCONCE_WEBGPU_ADAPTER'];
      else process.env['SCONCE_WEBGPU_ADAPTER'] = before;
    }
  });
});
