import { expect, test } from 'vitest';
import { registerBackend, tensor } from '@sconce/tensor';
import { extra } from '../src/extra.js';
import { isAvailable, webgpu } from '../src/index.js';

test.runIf(await isAvailable())('rarer kernels are there where they are asked for; else an error says which is not', async () => {
  registerBackend(await webgpu());
  const bare = tensor([0.5, 3]).to('webgpu');
  expect(() => bare.lgamma()).toThrow("'lgamma' is not implemented for device 'webgpu': its kernel is `extra` of @sconce/webgpu-backend/extra");
  expect(() => bare.median()).toThrow("'median' is not implemented for device 'webgpu'");
  expect(await bare.log().tolist()).toEqual([expect.closeTo(Math.log(0.5), 6), expect.closeTo(Math.log(3), 6)]);

  registerBackend(await webgpu({ kernels: extra }));
  const x = tensor([0.5, 3]).to('webgpu');
  // log Γ(1/2) = log √π, log Γ(3) = log 2
  expect(await x.lgamma().tolist()).toEqual([expect.closeTo(Math.log(Math.PI) / 2, 5), expect.closeTo(Math.log(2), 5)]);
  expect(await x.median().item()).toBe(0.5);
});
