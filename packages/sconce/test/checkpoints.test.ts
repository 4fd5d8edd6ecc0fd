import * as torch from 'sconce';
import { expect, test } from 'vitest';

const { nn, optim } = torch;

function training() {
  const net = new nn.Sequential(new nn.Linear(3, 4), new nn.BatchNorm1d(4), new nn.Tanh(), new nn.Linear(4, 1));
  const optimizer = new optim.Adam(net.parameters(), { lr: 0.05, weightDecay: 0.01 });
  return { net, optimizer, schedule: new optim.lrScheduler.StepLR(optimizer, { stepSize: 2, gamma: 0.5 }) };
}

async function losses({ net, optimizer, schedule }: ReturnType<typeof training>, x: torch.Tensor, y: torch.Tensor): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < 5; i++) {
    optimizer.zeroGrad();
    const loss = nn.functional.mseLoss(net(x), y);
    loss.backward();
    optimizer.step();
    schedule.step();
    all.push(await loss.item() as number);
  }
  return all;
}

test('training goes on from a checkpoint as if it had not stopped', async () => {
  torch.manualSeed(0);
  const x = torch.randn(8, 3), y = torch.randn(8, 1);
  const first = training();
  await losses(first, x, y);
  const bytes = await torch.save({
    epoch: 1, net: first.net.stateDict(), optimizer: first.optimizer.stateDict(), schedule: first.schedule.stateDict(),
  });
  const want = await losses(first, x, y);

  const second = training(), checkpoint = await torch.load(bytes);
  second.net.loadStateDict(checkpoint.net);
  second.optimizer.loadStateDict(checkpoint.optimizer);
  second.schedule.loadStateDict(checkpoint.schedule);
  expect(checkpoint.epoch).toBe(1);
  expect(await losses(second, x, y)).toEqual(want);
});

test('parameters are parameters again, and tied ones tied', async () => {
  const weight = new nn.Parameter(torch.ones(2, 2)), frozen = new nn.Parameter(torch.ones(1), { requiresGrad: false });
  const back = await torch.load(await torch.save({ weight, tied: weight, frozen, data: weight.detach() }));
  expect([back.weight, back.frozen].map((p) => [p instanceof nn.Parameter, p.requiresGrad])).toEqual([[true, true], [true, false]]);
  expect(back.tied).toBe(back.weight);
  back.data.zero_();
  expect(await back.weight.sum().item()).toBe(0);
  const out = back.weight.mul(3).sum();
  out.backward();
  expect(await back.weight.grad.tolist()).toEqual([[3, 3], [3, 3]]);
});

test('a module as such is not saved, but its state', async () => {
  await expect(torch.save({ model: new nn.Linear(1, 1) })).rejects.toThrow(
    'Can\'t pickle Linear object at ["model"]: save its state: torch.save(net.stateDict(), path)');
});
