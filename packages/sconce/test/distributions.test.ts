import { beforeAll, expect, test } from 'vitest';
import * as torch from '../src/index.js';

const { Bernoulli, Categorical, Independent, klDivergence, Normal } = torch.distributions;

const available = await torch.webgpu.isAvailable();

beforeAll(async () => { if (available) await torch.webgpu.init(); });

test.skipIf(!available)('what distributions compute on a GPU is what they compute on the CPU', async () => {
  const values = async (device: string): Promise<unknown> => {
    const logits = torch.tensor([[0.5, -1, 2], [0, 1, 0]], { device }).requiresGrad_();
    const loc = torch.tensor([0.5, -1], { device }).requiresGrad_();
    const policy = new Categorical({ logits }), q = new Normal(loc, 0.5);
    const terms = [
      policy.logProb(torch.tensor([2, 0], { device })), policy.entropy(), klDivergence(q, new Normal(torch.zeros(2, { device }), 1)),
      new Independent(new Bernoulli({ logits: loc }), 1).logProb(torch.tensor([1, 0], { device })),
    ];
    terms.map((t) => t.sum()).reduce((a, b) => a.add(b)).backward();
    return Promise.all([...terms, logits.grad!, loc.grad!].map((t) => t.detach().cpu().then((x) => x.tolist())));
  };
  const close = (x: unknown): unknown => (Array.isArray(x) ? x.map(close) : expect.closeTo(x as number, 4));
  expect(await values('webgpu')).toEqual(close(await values('cpu')));
});

test.skipIf(!available)('samples are drawn on the GPU, and gamma numbers are not', async () => {
  torch.manualSeed(0);
  const device = 'webgpu', probs = torch.tensor([0.25, 0.75], { device });
  const draws = new Categorical(probs).sample([4000]);
  expect(draws.device.type).toBe('webgpu');
  expect(await draws.float().mean().item()).toBeCloseTo(0.75, 1);
  const x = new Normal(torch.tensor([3], { device }), 0.5).sample([4000]);
  expect(await x.mean().item()).toBeCloseTo(3, 1);
  expect(() => new torch.distributions.Gamma(probs, 1).sample()).toThrow('"gamma_cpu" draws on the CPU only, not on webgpu');
  // values cannot be checked at once: nothing is
  expect(String(new Normal(probs.neg(), probs.neg()))).toBe('Normal(loc: torch.Size([2]), scale: torch.Size([2]))');
});
