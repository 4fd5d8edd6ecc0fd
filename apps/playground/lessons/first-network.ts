import * as torch from 'sconce';
import { plot } from 'playground';

// points of the plane, and whether their coordinates have the same sign
torch.manualSeed(0);
const x = torch.randn(256, 2);
const y = x.select(1, 0).mul(x.select(1, 1)).gt(0).long();

const net = new torch.nn.Sequential(new torch.nn.Linear(2, 16), new torch.nn.Tanh(), new torch.nn.Linear(16, 2));
const lossFn = new torch.nn.CrossEntropyLoss();
const optimizer = new torch.optim.Adam(net.parameters(), { lr: 0.05 });

for (let step = 0; step <= 100; step++) {
  optimizer.zeroGrad();
  const loss = lossFn(net(x), y);
  loss.backward();
  optimizer.step();
  plot({ loss: await loss.item() });
  if (step % 50 === 0) console.log(loss);
}

const right = await net(x).argmax(1).eq(y).float().mean().item();
console.log(`${(100 * Number(right)).toFixed(1)} % of the points are classified right`);
