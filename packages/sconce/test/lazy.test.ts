import * as torch from 'sconce';
import { expect, it } from 'vitest';

const { nn, optim } = torch;

type Make = (parameters: Iterable<torch.Tensor>) => torch.optim.Optimizer;

it.each<[string, Make]>([
  ['SGD', (parameters) => new optim.SGD(parameters, { lr: 0.1, momentum: 0.9 })],
  ['Adam', (parameters) => new optim.Adam(parameters, { lr: 0.01, weightDecay: 0.1 })],
  ['LBFGS', (parameters) => new optim.LBFGS(parameters, { lr: 0.1 })],
])('an optimizer that is made before the first input of a lazy network is as one that is made after it: %s', async (_, make) => {
  const x = torch.randn(8, 5), y = torch.randint(0, 3, [8]);
  const train = async (early: boolean): Promise<number[]> => {
    torch.manualSeed(1);
    const net = new nn.Sequential(new nn.LazyLinear(6), new nn.LazyBatchNorm1d(), new nn.Tanh(), new nn.LazyLinear(3)).eval();
    const before = early ? make(net.parameters()) : null;
    before?.zeroGrad();
    net(x);
    const optimizer = before ?? make(net.parameters());
    const losses: number[] = [];
    for (let step = 0; step < 4; step++) {
      const loss = await optimizer.step(() => {
        optimizer.zeroGrad();
        const l = nn.functional.crossEntropy(net(x), y);
        l.backward();
        return l;
      }) as torch.Tensor;
      losses.push(Number(await loss.item()));
    }
    return losses;
  };
  const early = await train(true);
  expect(early).toEqual(await train(false));
  expect(early[3]).toBeLessThan(early[0]);
});

it('a state without shapes is refused by name when it is saved', async () => {
  await expect(torch.save(new nn.LazyLinear(3).stateDict())).rejects.toThrow(
    "Can't access the shape of an uninitialized parameter or buffer.");
});
