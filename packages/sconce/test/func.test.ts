import { expect, test } from 'vitest';
import * as torch from '../src/index.js';

const { func, nn } = torch, F = nn.functional;

const available = await torch.webgpu.isAvailable();

test.skipIf(!available)('the gradients of each sample on a GPU are those on the CPU', async () => {
  await torch.webgpu.init();
  const gradients = async (device: string): Promise<unknown> => {
    torch.manualSeed(0);
    const net = new nn.Sequential(new nn.Conv2d(1, 2, 3), new nn.Tanh(), new nn.Flatten(), new nn.Linear(18, 3)).to(device);
    const params = Object.fromEntries(net.namedParameters());
    const loss = (p: typeof params, x: torch.Tensor, y: torch.Tensor): torch.Tensor =>
      F.crossEntropy(func.functionalCall(net, p, [x.unsqueeze(0)]), y.unsqueeze(0));
    const each = func.vmap(func.grad(loss), { inDims: [null, 0, 0] })(params, torch.rand(4, 1, 5, 5).to(device), torch.tensor([0n, 2n, 1n, 1n]).to(device));
    return Promise.all(Object.values(each).map((g) => g.detach().cpu().then((x) => x.tolist())));
  };
  const close = (x: unknown): unknown => (Array.isArray(x) ? x.map(close) : expect.closeTo(x as number, 5));
  expect(await gradients('webgpu')).toEqual(close(await gradients('cpu')));
});

test('an ensemble is called as one', () => {
  torch.manualSeed(0);
  const models = [0, 1, 2].map(() => new nn.Sequential(new nn.Linear(4, 5), new nn.BatchNorm1d(5), new nn.ReLU(), new nn.Linear(5, 2)).eval());
  const [params, buffers] = func.stackModuleState(models), x = torch.rand(6, 4);
  const all = func.vmap((p: typeof params, b: typeof buffers, y: torch.Tensor) => func.functionalCall(models[0]!, [p, b], [y]) as torch.Tensor,
    { inDims: [0, 0, null] })(params, buffers, x);
  expect(all.shape).toEqual([3, 6, 2]);
  models.forEach((model, i) => expect(all.select(0, i).sub(model(x)).abs().max().hostValue()).toBeLessThan(1e-6));
  expect(params['0.weight']!.requiresGrad).toBe(true);
  expect(() => func.stackModuleState([])).toThrow('stack_module_state: Expected at least one model, got 0.');
  expect(() => func.stackModuleState([models[0]!, new nn.ReLU().eval()])).toThrow('stack_module_state: Expected all models to be of the same class.');
  expect(() => func.stackModuleState([models[0]!, new nn.Sequential()])).toThrow('stack_module_state: Expected all models to have the same training/eval mode.');
});
