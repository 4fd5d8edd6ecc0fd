import * as torch from 'sconce';
import type { Print } from './print.js';

const { nn, optim } = torch;
const F = nn.functional;

class Net extends nn.Module {
  // 1 input channel, 6 output channels, 5×5 convolution
  conv1 = new nn.Conv2d(1, 6, 5);
  conv2 = new nn.Conv2d(6, 16, 5);
  // y = Wx + b
  fc1 = new nn.Linear(16 * 5 * 5, 120);
  fc2 = new nn.Linear(120, 84);
  fc3 = new nn.Linear(84, 10);

  override forward(x: torch.Tensor): torch.Tensor {
    // the largest of each 2×2 window
    x = F.maxPool2d(F.relu(this.conv1(x)), [2, 2]);
    x = F.maxPool2d(F.relu(this.conv2(x)), 2);
    x = torch.flatten(x, 1);
    x = F.relu(this.fc1(x));
    x = F.relu(this.fc2(x));
    x = this.fc3(x);
    return x;
  }
}

/** "Neural networks": LeNet on one 32×32 picture, from its definition to a step of SGD. */
export function lenet(print: Print): void {
  torch.manualSeed(0);

  const net = new Net();
  print(net);

  // what is learned: a weight and a bias for each of the five layers
  const params = [...net.parameters()];
  print(params.length);
  for (const param of params) {
    print(param.size());
  }

  // a picture of 32×32
  const input = torch.randn(1, 1, 32, 32);
  const out = net(input);
  print(out);

  net.zeroGrad();
  out.backward(torch.randn(1, 10));

  // a loss
  let output = net(input);
  let target = torch.randn(10);
  target = target.view(1, -1);
  const criterion = new nn.MSELoss();
  let loss = criterion(output, target);
  print(loss);

  // its graph, backwards
  print(loss.gradFn);
  print(loss.gradFn!.nextFunctions[0][0]);
  print(loss.gradFn!.nextFunctions[0][0]!.nextFunctions[0][0]);

  // backward
  net.zeroGrad();
  print('conv1.bias.grad before backward');
  print(net.conv1.bias!.grad);
  loss.backward();
  print('conv1.bias.grad after backward');
  print(net.conv1.bias!.grad);

  // update the weights: by hand
  const learningRate = 0.01;
  for (const f of net.parameters()) {
    f.data.sub_(f.grad!.data.mul(learningRate));
  }

  // by an optimizer
  const optimizer = new optim.SGD(net.parameters(), { lr: 0.01 });
  optimizer.zeroGrad();
  output = net(input);
  loss = criterion(output, target);
  loss.backward();
  optimizer.step();
  print(loss);
  print(criterion(net(input), target));
}
