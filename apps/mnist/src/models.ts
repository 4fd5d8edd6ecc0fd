import { nn, type Tensor } from 'sconce';
import type { Options } from './options.js';

const { functional: F } = nn;

/** LeNet-5 on 28×28 pictures: two convolutions, three linear layers. */
export class LeNet extends nn.Module {
  conv1 = new nn.Conv2d(1, 6, 5, { padding: 2 });
  conv2 = new nn.Conv2d(6, 16, 5);
  fc1 = new nn.Linear(16 * 5 * 5, 120);
  fc2 = new nn.Linear(120, 84);
  fc3 = new nn.Linear(84, 10);

  override forward(x: Tensor): Tensor {
    x = F.maxPool2d(F.relu(this.conv1(x)), 2);
    x = F.maxPool2d(F.relu(this.conv2(x)), 2);
    x = x.flatten(1);
    x = F.relu(this.fc1(x));
    x = F.relu(this.fc2(x));
    return this.fc3(x);
  }
}

/** A new network, its parameters drawn from the default generator. */
export function makeModel(name: Options['model']): nn.Module & ((x: Tensor) => Tensor) {
  switch (name) {
    case 'lenet': return new LeNet();
    case 'linear3':
      return new nn.Sequential(new nn.Flatten(), new nn.Linear(784, 300), new nn.Linear(300, 100), new nn.Linear(100, 10));
    case 'mlp':
      return new nn.Sequential(
        new nn.Flatten(), new nn.Linear(784, 300), new nn.ReLU(), new nn.Linear(300, 100), new nn.ReLU(), new nn.Linear(100, 10));
  }
}
