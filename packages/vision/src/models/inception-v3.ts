import * as nn from '@sconce/nn';
import { cat, type NamedTuple, type Tensor } from '@sconce/tensor';
import { checked, namedTuple } from '@sconce/tensor/internal';
import { BasicConv2d, drawsWeights, drawTruncated, forWeights, transformed, type InceptionOptions } from './googlenet.js';
import { classesOf, withWeights } from './weights.js';

const { adaptiveAvgPool2d, avgPool2d, maxPool2d } = nn.functional;

type Kernel = number | readonly [height: number, width: number];
const WIDE: Kernel = [1, 7], HIGH: Kernel = [7, 1];

/** A convolution that keeps the size. */
const same = (inputs: number, outputs: number, kernel: Kernel): BasicConv2d =>
  new BasicConv2d(inputs, outputs, kernel, { padding: typeof kernel === 'number' ? (kernel - 1) / 2 : kernel.map((k) => (k - 1) / 2) });
/** A convolution of what lies inside. */
const inner = (inputs: number, outputs: number, kernel: number, stride = 1): BasicConv2d => new BasicConv2d(inputs, outputs, kernel, { stride });

const means = (x: Tensor): Tensor => avgPool2d(x, 3, 1, { padding: 1 });

class InceptionA extends nn.Module {
  branch1x1: BasicConv2d;
  branch5x5_1: BasicConv2d;
  branch5x5_2: BasicConv2d;
  branch3x3dbl_1: BasicConv2d;
  branch3x3dbl_2: BasicConv2d;
  branch3x3dbl_3: BasicConv2d;
  branch_pool: BasicConv2d;

  constructor(inputs: number, pooled: number) {
    super();
    this.branch1x1 = same(inputs, 64, 1);
    this.branch5x5_1 = same(inputs, 48, 1);
    this.branch5x5_2 = same(48, 64, 5);
    this.branch3x3dbl_1 = same(inputs, 64, 1);
    this.branch3x3dbl_2 = same(64, 96, 3);
    this.branch3x3dbl_3 = same(96, 96, 3);
    this.branch_pool = same(inputs, pooled, 1);
  }

  override forward(x: Tensor): Tensor {
    const double = this.branch3x3dbl_3(this.branch3x3dbl_2(this.branch3x3dbl_1(x)));
    return cat([this.branch1x1(x), this.branch5x5_2(this.branch5x5_1(x)), double, this.branch_pool(means(x))], 1);
  }
}

class InceptionB extends nn.Module {
  branch3x3: BasicConv2d;
  branch3x3dbl_1: BasicConv2d;
  branch3x3dbl_2: BasicConv2d;
  branch3x3dbl_3: BasicConv2d;

  constructor(inputs: number) {
    super();
    this.branch3x3 = inner(inputs, 384, 3, 2);
    this.branch3x3dbl_1 = same(inputs, 64, 1);
    this.branch3x3dbl_2 = same(64, 96, 3);
    this.branch3x3dbl_3 = inner(96, 96, 3, 2);
  }

  override forward(x: Tensor): Tensor {
    return cat([this.branch3x3(x), this.branch3x3dbl_3(this.branch3x3dbl_2(this.branch3x3dbl_1(x))), maxPool2d(x, 3, 2)], 1);
  }
}

class InceptionC extends nn.Module {
  branch1x1: BasicConv2d;
  branch7x7_1: BasicConv2d;
  branch7x7_2: BasicConv2d;
  branch7x7_3: BasicConv2d;
  branch7x7dbl_1: BasicConv2d;
  branch7x7dbl_2: BasicConv2d;
  branch7x7dbl_3: BasicConv2d;
  branch7x7dbl_4: BasicConv2d;
  branch7x7dbl_5: BasicConv2d;
  branch_pool: BasicConv2d;

  constructor(inputs: number, inside: number) {
    super();
    this.branch1x1 = same(inputs, 192, 1);
    this.branch7x7_1 = same(inputs, inside, 1);
    this.branch7x7_2 = same(inside, inside, WIDE);
    this.branch7x7_3 = same(inside, 192, HIGH);
    this.branch7x7dbl_1 = same(inputs, inside, 1);
    this.branch7x7dbl_2 = same(inside, inside, HIGH);
    this.branch7x7dbl_3 = same(inside, inside, WIDE);
    this.branch7x7dbl_4 = same(inside, inside, HIGH);
    this.branch7x7dbl_5 = same(inside, 192, WIDE);
    this.branch_pool = same(inputs, 192, 1);
  }

  override forward(x: Tensor): Tensor {
    const single = this.branch7x7_3(this.branch7x7_2(this.branch7x7_1(x)));
    const half = this.branch7x7dbl_3(this.branch7x7dbl_2(this.branch7x7dbl_1(x)));
    return cat([this.branch1x1(x), single, this.branch7x7dbl_5(this.branch7x7dbl_4(half)), this.branch_pool(means(x))], 1);
  }
}

class InceptionD extends nn.Module {
  branch3x3_1: BasicConv2d;
  branch3x3_2: BasicConv2d;
  branch7x7x3_1: BasicConv2d;
  branch7x7x3_2: BasicConv2d;
  branch7x7x3_3: BasicConv2d;
  branch7x7x3_4: BasicConv2d;

  constructor(inputs: number) {
    super();
    this.branch3x3_1 = same(inputs, 192, 1);
    this.branch3x3_2 = inner(192, 320, 3, 2);
    this.branch7x7x3_1 = same(inputs, 192, 1);
    this.branch7x7x3_2 = same(192, 192, WIDE);
    this.branch7x7x3_3 = same(192, 192, HIGH);
    this.branch7x7x3_4 = inner(192, 192, 3, 2);
  }

  override forward(x: Tensor): Tensor {
    const seven = this.branch7x7x3_4(this.branch7x7x3_3(this.branch7x7x3_2(this.branch7x7x3_1(x))));
    return cat([this.branch3x3_2(this.branch3x3_1(x)), seven, maxPool2d(x, 3, 2)], 1);
  }
}

class InceptionE extends nn.Module {
  branch1x1: BasicConv2d;
  branch3x3_1: BasicConv2d;
  branch3x3_2a: BasicConv2d;
  branch3x3_2b: BasicConv2d;
  branch3x3dbl_1: BasicConv2d;
  branch3x3dbl_2: BasicConv2d;
  branch3x3dbl_3a: BasicConv2d;
  branch3x3dbl_3b: BasicConv2d;
  branch_pool: BasicConv2d;

  constructor(inputs: number) {
    super();
    this.branch1x1 = same(inputs, 320, 1);
    this.branch3x3_1 = same(inputs, 384, 1);
    this.branch3x3_2a = same(384, 384, [1, 3]);
    this.branch3x3_2b = same(384, 384, [3, 1]);
    this.branch3x3dbl_1 = same(inputs, 448, 1);
    this.branch3x3dbl_2 = same(448, 384, 3);
    this.branch3x3dbl_3a = same(384, 384, [1, 3]);
    this.branch3x3dbl_3b = same(384, 384, [3, 1]);
    this.branch_pool = same(inputs, 192, 1);
  }

  override forward(x: Tensor): Tensor {
    const one = this.branch1x1(x), single = this.branch3x3_1(x), double = this.branch3x3dbl_2(this.branch3x3dbl_1(x));
    const parts = [this.branch3x3_2a(single), this.branch3x3_2b(single), this.branch3x3dbl_3a(double), this.branch3x3dbl_3b(double)];
    return cat([one, ...parts, this.branch_pool(means(x))], 1);
  }
}

/** A head that helps to train what is before it. */
class InceptionAux3 extends nn.Module {
  // torchvision has two classes of this name, which one bundle cannot
  static override readonly name = 'InceptionAux';
  conv0: BasicConv2d;
  conv1: BasicConv2d;
  fc: nn.Linear;

  constructor(inputs: number, numClasses: number) {
    super();
    this.conv0 = same(inputs, 128, 1);
    this.conv1 = inner(128, 768, 5);
    this.fc = new nn.Linear(768, numClasses);
  }

  override forward(x: Tensor): Tensor {
    return this.fc(adaptiveAvgPool2d(this.conv1(this.conv0(avgPool2d(x, 5, 3))), [1, 1]).flatten(1));
  }
}

export type Inception3Options = InceptionOptions;

/** What `Inception3` gives in training. */
export type InceptionOutputs = NamedTuple<readonly ['logits', 'auxLogits']>;

/**
 * For pictures of 299×299. In training with `auxLogits`, it gives a tuple of the logits and those of the head that helps.
 * @see Szegedy et al., "Rethinking the Inception architecture for computer vision" (2015)
 */
export class Inception3 extends nn.Module {
  // by PyTorch's names
  Conv2d_1a_3x3 = inner(3, 32, 3, 2);
  Conv2d_2a_3x3 = inner(32, 32, 3);
  Conv2d_2b_3x3 = same(32, 64, 3);
  maxpool1 = new nn.MaxPool2d(3, { stride: 2 });
  Conv2d_3b_1x1 = same(64, 80, 1);
  Conv2d_4a_3x3 = inner(80, 192, 3);
  maxpool2 = new nn.MaxPool2d(3, { stride: 2 });
  Mixed_5b = new InceptionA(192, 32);
  Mixed_5c = new InceptionA(256, 64);
  Mixed_5d = new InceptionA(288, 64);
  Mixed_6a = new InceptionB(288);
  Mixed_6b = new InceptionC(768, 128);
  Mixed_6c = new InceptionC(768, 160);
  Mixed_6d = new InceptionC(768, 160);
  Mixed_6e = new InceptionC(768, 192);
  AuxLogits: InceptionAux3 | null;
  Mixed_7a: InceptionD;
  Mixed_7b: InceptionE;
  Mixed_7c: InceptionE;
  avgpool = new nn.AdaptiveAvgPool2d([1, 1]);
  dropout: nn.Dropout;
  fc: nn.Linear;
  auxLogits: boolean;
  transformInput: boolean;

  constructor(options: Omit<Inception3Options, 'weights'> = {}) {
    const {
      numClasses = 1000, auxLogits = true, transformInput = false, initWeights, dropout = 0.5,
    } = checked('Inception3', options, 'numClasses');
    const draws = drawsWeights('inception_v3', initWeights);
    super();
    this.auxLogits = auxLogits;
    this.transformInput = transformInput;
    this.AuxLogits = auxLogits ? new InceptionAux3(768, numClasses) : null;
    this.Mixed_7a = new InceptionD(768);
    this.Mixed_7b = new InceptionE(1280);
    this.Mixed_7c = new InceptionE(2048);
    this.dropout = new nn.Dropout(dropout);
    this.fc = new nn.Linear(2048, numClasses);
    if (draws) drawTruncated(this, (layer) => (layer === this.AuxLogits?.fc ? 0.001 : 0.1));
  }

  override forward(x: Tensor): Tensor | InceptionOutputs {
    const first = this.Conv2d_2b_3x3(this.Conv2d_2a_3x3(this.Conv2d_1a_3x3(this.transformInput ? transformed(x) : x)));
    const second = this.maxpool2(this.Conv2d_4a_3x3(this.Conv2d_3b_1x1(this.maxpool1(first))));
    const third = this.Mixed_6a(this.Mixed_5d(this.Mixed_5c(this.Mixed_5b(second))));
    const fourth = this.Mixed_6e(this.Mixed_6d(this.Mixed_6c(this.Mixed_6b(third))));
    const aux = this.training ? this.AuxLogits?.(fourth) : undefined;
    const last = this.Mixed_7c(this.Mixed_7b(this.Mixed_7a(fourth)));
    const logits = this.fc(this.dropout(this.avgpool(last)).flatten(1));
    return this.training && this.auxLogits ? namedTuple('InceptionOutputs', ['logits', 'auxLogits'], [logits, aux!]) : logits;
  }
}

/**
 * `Inception3`, whose pictures are at least of 75×75, and of 299×299 in training with `auxLogits`.
 * @throws ValueError for weights with `initWeights: true`
 * @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.inception_v3.html
 * @example
 * const net = models.inceptionV3({ numClasses: 10, initWeights: true });
 * const { logits, auxLogits } = net(images) as models.InceptionOutputs;
 */
export function inceptionV3(options: Inception3Options = {}): Inception3 {
  const { weights, ...rest } = options, numClasses = classesOf('fc.bias', options);
  return weights ? withWeights(new Inception3({ ...forWeights(rest), numClasses }), options) : new Inception3({ ...rest, numClasses });
}
