import * as nn from '@sconce/nn';
import type { Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { checkModelOptions, classesOf, withWeights, type ModelOptions } from './weights.js';

const { functional: F } = nn;

export interface LeNetOptions extends ModelOptions {
  /** 1 for gray pictures of 28×28 (default), 3 for colour pictures of 32×32 */
  readonly inChannels?: 1 | 3 | undefined;
}

/**
 * LeNet-5, as PyTorch's tutorials have it: two convolutions, three linear layers; on gray pictures of 28×28 or colour
 * pictures of 32×32.
 * @see LeCun et al., "Gradient-based learning applied to document recognition" (1998)
 * @see https://pytorch.org/tutorials/beginner/blitz/cifar10_tutorial.html
 */
export class LeNet extends nn.Module {
  conv1: nn.Conv2d;
  conv2: nn.Conv2d;
  fc1: nn.Linear;
  fc2: nn.Linear;
  fc3: nn.Linear;

  constructor(options: Omit<LeNetOptions, 'weights'> = {}) {
    const { numClasses = 10, inChannels = 1 } = checked('LeNet', options, 'numClasses');
    super();
    this.conv1 = new nn.Conv2d(inChannels, 6, 5, { padding: inChannels === 1 ? 2 : 0 });
    this.conv2 = new nn.Conv2d(6, 16, 5);
    this.fc1 = new nn.Linear(16 * 5 * 5, 120);
    this.fc2 = new nn.Linear(120, 84);
    this.fc3 = new nn.Linear(84, numClasses);
  }

  override forward(x: Tensor): Tensor {
    x = F.maxPool2d(F.relu(this.conv1(x)), 2);
    x = F.maxPool2d(F.relu(this.conv2(x)), 2);
    x = x.flatten(1);
    x = F.relu(this.fc1(x));
    x = F.relu(this.fc2(x));
    return this.fc3(x);
  }
}

/** `LeNet` for ten classes, or as many as are asked for. @example models.lenet({ inChannels: 3 }) */
export function lenet(options: LeNetOptions = {}): LeNet {
  checkModelOptions('lenet', 'fc3.bias', options);
  const { inChannels = 1 } = options;
  const numClasses = options.weights ? classesOf('fc3.bias', options) : options.numClasses ?? 10;
  return withWeights(new LeNet({ numClasses, inChannels }), options);
}
