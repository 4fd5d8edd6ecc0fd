// Programs that PyTorch's users write, beside the losses that PyTorch gives: tooling/oracle/distributions.py records them.
import { noGrad } from '@sconce/autograd';
import { manualSeed, rand, randn, type Tensor } from '@sconce/tensor';
import { expect, test } from 'vitest';
import { Bernoulli, Categorical, Independent, klDivergence, Normal } from '../src/index.js';
import recorded from './fixtures/distributions.json' with { type: 'json' };

/** A layer's weight and bias, as `torch.nn.Linear` draws them. */
function linear(inputs: number, outputs: number): [Tensor, Tensor] {
  const bound = 1 / Math.sqrt(inputs);
  const draw = (...size: number[]): Tensor => rand(size).mul(2 * bound).sub(bound).requiresGrad_();
  return [draw(outputs, inputs), draw(outputs)];
}

const apply = (x: Tensor, [weight, bias]: readonly [Tensor, Tensor]): Tensor => x.matmul(weight.t()).add(bias);

function descend(parameters: readonly Tensor[], step: (p: Tensor, i: number) => Tensor): void {
  noGrad(() => parameters.forEach((p, i) => p.sub_(step(p, i))));
  for (const p of parameters) p.grad = null;
}

/** Adam, whose moments start at zero. */
function adam(parameters: readonly Tensor[], lr: number): () => void {
  const moments = parameters.map((p) => ({ m: p.detach().mul(0), v: p.detach().mul(0) }));
  let t = 0;
  return () => {
    t++;
    descend(parameters, (p, i) => {
      const { m, v } = moments[i], g = p.grad!;
      m.mul_(0.9).add_(g.mul(0.1));
      v.mul_(0.999).add_(g.mul(g).mul(0.001));
      return m.div(v.sqrt().div(Math.sqrt(1 - 0.999 ** t)).add(1e-8)).mul(lr / (1 - 0.9 ** t));
    });
  };
}

const expectLosses = (losses: readonly number[], expected: readonly number[]): void => {
  losses.forEach((loss, i) => expect(Math.abs(loss - expected[i]), `step ${i}: ${loss}, expected ${expected[i]}`).toBeLessThan(2e-5));
  expect(losses.length).toBe(expected.length);
};

test('REINFORCE: a policy learns which arm pays', async () => {
  manualSeed(3);
  const first = linear(4, 8), second = linear(8, 3);
  const update = adam([...first, ...second], 0.05);
  const losses: number[] = [];
  for (let i = 0; i < 8; i++) {
    const state = randn(16, 4);
    const m = new Categorical({ logits: apply(apply(state, first).tanh(), second) });
    const action = m.sample();
    const reward = action.eq(2).float().sub(state.select(1, 0).mul(0.5));
    const loss = m.logProb(action).neg().mul(reward).mean().sub(m.entropy().mean().mul(0.01));
    loss.backward();
    update();
    losses.push(await loss.item() as number);
  }
  expectLosses(losses, recorded.reinforce);
});

test('a variational autoencoder', async () => {
  manualSeed(4);
  const encoder = linear(6, 4), decoder = linear(2, 6), parameters = [...encoder, ...decoder];
  const losses: number[] = [];
  for (let i = 0; i < 5; i++) {
    const x = new Bernoulli(0.4).sample([10, 6]);
    const [loc, logScale] = apply(x, encoder).chunk(2, 1);
    const q = new Normal(loc, logScale.exp());
    const z = q.rsample();
    const likelihood = new Independent(new Bernoulli({ logits: apply(z, decoder) }), 1).logProb(x);
    const loss = klDivergence(q, new Normal(0, 1)).sum(-1).sub(likelihood).mean();
    loss.backward();
    descend(parameters, (p) => p.grad!.mul(0.1));
    losses.push(await loss.item() as number);
  }
  expectLosses(losses, recorded.vae);
});
