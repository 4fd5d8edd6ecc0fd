import { nn, torchvision, type Tensor } from 'sconce';
import type { Options } from './options.js';

/** A new network, its parameters drawn from the default generator. */
export function makeModel(name: Options['model']): nn.Module & ((x: Tensor) => Tensor) {
  switch (name) {
    case 'lenet': return torchvision.models.lenet();
    case 'linear3':
      return new nn.Sequential(new nn.Flatten(), new nn.Linear(784, 300), new nn.Linear(300, 100), new nn.Linear(100, 10));
    case 'mlp':
      return new nn.Sequential(
        new nn.Flatten(), new nn.Linear(784, 300), new nn.ReLU(), new nn.Linear(300, 100), new nn.ReLU(), new nn.Linear(100, 10));
  }
}
