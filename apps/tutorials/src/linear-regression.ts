import * as torch from 'sconce';
import type { Print } from './print.js';

const { nn, optim } = torch;

/** A line through noisy points: y = 3x + 2 is found again. */
export async function linearRegression(print: Print): Promise<void> {
  torch.manualSeed(0);

  // y = 3x + 2, and some noise
  const x = torch.rand(100, 1).mul(5);
  const y = x.mul(3).add(2).add(torch.randn(100, 1).mul(0.1));

  const model = new nn.Linear(1, 1);
  print(model);
  const criterion = new nn.MSELoss();
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.05 });

  for (let epoch = 0; epoch < 300; epoch++) {
    const loss = criterion(model(x), y);

    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();

    if (epoch % 50 === 49) {
      print(`epoch ${epoch + 1}, loss ${Number(await loss.item()).toFixed(6)}`);
    }
  }

  const [weight, bias] = [Number(await model.weight.item()), Number(await model.bias!.item())];
  print(`y = ${weight.toFixed(4)} x + ${bias.toFixed(4)}`);
  torch.noGrad(() => {
    print(model(torch.tensor([[4.0]])));
  });
}
