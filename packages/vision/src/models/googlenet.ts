import * as nn from '@sconce/nn';
import { cat, ValueError, type NamedTuple, type Tensor } from '@sconce/tensor';
import { checked, namedTuple } from '@sconce/tensor/internal';
import { classesOf, withWeights, type ModelOptions } from './weights.js';

/** A convolution, its norm, and ReLU. @internal */
export class BasicConv2d extends nn.Module {
  conv: nn.Conv2d;
  bn: nn.BatchNorm2d;

  constructor(inputs: number, outputs: number, kernel: number | readonly number[], options: Pick<nn.ConvLayerOptions, 'stride' | 'padding'> = {}) {
    super();
    this.conv = new nn.Conv2d(inputs, outputs, kernel, { ...options, bias: false });
    this.bn = new nn.BatchNorm2d(outputs, { eps: 0.001 });
  }

  override forward(x: Tensor): Tensor { return this.bn(this.conv(x)).relu_(); }
}

/** @internal */
export interface InceptionOptions extends ModelOptions {
  /** whether the network has heads that help to train it, whose outputs come with its own in training; default true, with weights see the model */
  readonly auxLogits?: boolean | undefined;
  /** whether pictures normalised as other models want them are brought to what TensorFlow trained with; default false, true with weights */
  readonly transformInput?: boolean | undefined;
  /** whether weights are drawn from a truncated normal distribution, default true, without which PyTorch warns; false with weights */
  readonly initWeights?: boolean | null | undefined;
  /** the probability of dropout before the last layer; default: as the model was published */
  readonly dropout?: number | undefined;
}

/** Draws weights from a normal distribution without its ends. @internal */
export function drawTruncated(net: nn.Module, stdOf: (layer: nn.Module) => number): void {
  for (const m of net.modules()) if (m instanceof nn.Conv2d || m instanceof nn.Linear) nn.init.truncNormal_(m.weight, { std: stdOf(m) });
}

/** Whether weights are drawn, and PyTorch's warning where nothing is said. @internal */
export function drawsWeights(name: string, initWeights: boolean | null | undefined): boolean {
  if (initWeights === undefined || initWeights === null) {
    console.warn(`The default weight initialization of ${name} will be changed in future releases of torchvision. If you wish to keep the ` +
      'old behavior (which leads to long initialization times due to scipy/scipy#11299), please set init_weights=True.');
  }
  return initWeights ?? true;
}

/** Pictures with the means and deviations of ImageNet, with 0.5 for each instead. @internal */
export const transformed = (x: Tensor): Tensor => cat([[0.229, 0.485], [0.224, 0.456], [0.225, 0.406]].map(([std, mean], i) =>
  x.select(1, i).unsqueeze(1).mul(std / 0.5).add((mean - 0.5) / 0.5)), 1);

/** Options of a network that takes the published weights. @throws ValueError for others @internal */
export function forWeights<O extends InceptionOptions>(options: O): O {
  const { auxLogits = true, initWeights = false, transformInput = true } = options;
  if (!auxLogits) throw new ValueError("The parameter 'aux_logits' expected value True but got False instead.");
  if (initWeights) throw new ValueError("The parameter 'init_weights' expected value False but got True instead.");
  return { ...options, auxLogits, initWeights, transformInput };
}

/** Four convolutions of the same pixels, next to each other. */
class Inception extends nn.Module {
  branch1: BasicConv2d;
  branch2: nn.Sequential;
  branch3: nn.Sequential;
  branch4: nn.Sequential;

  constructor(inputs: number, one: number, threeInside: number, three: number, fiveInside: number, five: number, pooled: number) {
    super();
    this.branch1 = new BasicConv2d(inputs, one, 1);
    this.branch2 = new nn.Sequential(new BasicConv2d(inputs, threeInside, 1), new BasicConv2d(threeInside, three, 3, { padding: 1 }));
    // the paper has a kernel of 5 here, but torchvision's weights are for 3
    this.branch3 = new nn.Sequential(new BasicConv2d(inputs, fiveInside, 1), new BasicConv2d(fiveInside, five, 3, { padding: 1 }));
    this.branch4 = new nn.Sequential(new nn.MaxPool2d(3, { stride: 1, padding: 1, ceilMode: true }), new BasicConv2d(inputs, pooled, 1));
  }

  override forward(x: Tensor): Tensor { return cat([this.branch1(x), this.branch2(x), this.branch3(x), this.branch4(x)], 1); }
}

/** A head that helps to train what is before it. */
class InceptionAux extends nn.Module {
  conv: BasicConv2d;
  fc1: nn.Linear;
  fc2: nn.Linear;
  dropout: nn.Dropout;

  constructor(inputs: number, numClasses: number, dropout: number) {
    super();
    this.conv = new BasicConv2d(inputs, 128, 1);
    this.fc1 = new nn.Linear(2048, 1024);
    this.fc2 = new nn.Linear(1024, numClasses);
    this.dropout = new nn.Dropout(dropout);
  }

  override forward(x: Tensor): Tensor {
    const features = this.conv(nn.functional.adaptiveAvgPool2d(x, [4, 4])).flatten(1);
    return this.fc2(this.dropout(this.fc1(features).relu()));
  }
}

export interface GoogLeNetOptions extends InceptionOptions {
  /** the probability of dropout in the heads that help to train, default 0.7 */
  readonly dropoutAux?: number | undefined;
}

/** What `GoogLeNet` gives in training. */
export type GoogLeNetOutputs = NamedTuple<readonly ['logits', 'auxLogits2', 'auxLogits1']>;

const pool = (size: number): nn.MaxPool2d => new nn.MaxPool2d(size, { stride: 2, ceilMode: true });

/**
 * In training with `auxLogits`, it gives a tuple of the logits and those of the heads that help.
 * @see Szegedy et al., "Going deeper with convolutions" (2014)
 */
export class GoogLeNet extends nn.Module {
  conv1 = new BasicConv2d(3, 64, 7, { stride: 2, padding: 3 });
  maxpool1 = pool(3);
  conv2 = new BasicConv2d(64, 64, 1);
  conv3 = new BasicConv2d(64, 192, 3, { padding: 1 });
  maxpool2 = pool(3);
  inception3a = new Inception(192, 64, 96, 128, 16, 32, 32);
  inception3b = new Inception(256, 128, 128, 192, 32, 96, 64);
  maxpool3 = pool(3);
  inception4a = new Inception(480, 192, 96, 208, 16, 48, 64);
  inception4b = new Inception(512, 160, 112, 224, 24, 64, 64);
  inception4c = new Inception(512, 128, 128, 256, 24, 64, 64);
  inception4d = new Inception(512, 112, 144, 288, 32, 64, 64);
  inception4e = new Inception(528, 256, 160, 320, 32, 128, 128);
  maxpool4 = pool(2);
  inception5a = new Inception(832, 256, 160, 320, 32, 128, 128);
  inception5b = new Inception(832, 384, 192, 384, 48, 128, 128);
  aux1: InceptionAux | null;
  aux2: InceptionAux | null;
  avgpool = new nn.AdaptiveAvgPool2d([1, 1]);
  dropout: nn.Dropout;
  fc: nn.Linear;
  auxLogits: boolean;
  transformInput: boolean;

  constructor(options: Omit<GoogLeNetOptions, 'weights'> = {}) {
    const {
      numClasses = 1000, auxLogits = true, transformInput = false, initWeights, dropout = 0.2, dropoutAux = 0.7,
    } = checked('GoogLeNet', options, 'numClasses');
    const draws = drawsWeights('GoogleNet', initWeights);
    super();
    this.auxLogits = auxLogits;
    this.transformInput = transformInput;
    this.aux1 = auxLogits ? new InceptionAux(512, numClasses, dropoutAux) : null;
    this.aux2 = auxLogits ? new InceptionAux(528, numClasses, dropoutAux) : null;
    this.dropout = new nn.Dropout(dropout);
    this.fc = new nn.Linear(1024, numClasses);
    if (draws) drawTruncated(this, () => 0.01);
  }

  override forward(x: Tensor): Tensor | GoogLeNetOutputs {
    const first = this.maxpool1(this.conv1(this.transformInput ? transformed(x) : x)), second = this.maxpool2(this.conv3(this.conv2(first)));
    const early = this.inception4a(this.maxpool3(this.inception3b(this.inception3a(second))));
    const aux1 = this.training ? this.aux1?.(early) : undefined;
    const middle = this.inception4d(this.inception4c(this.inception4b(early)));
    const aux2 = this.training ? this.aux2?.(middle) : undefined;
    const last = this.inception5b(this.inception5a(this.maxpool4(this.inception4e(middle))));
    const logits = this.fc(this.dropout(this.avgpool(last).flatten(1)));
    // torchvision has each of the heads under the other's name
    return this.training && this.auxLogits
      ? namedTuple('GoogLeNetOutputs', ['logits', 'auxLogits2', 'auxLogits1'], [logits, aux1!, aux2!]) : logits;
  }
}

/**
 * `GoogLeNet`. With weights it has no heads that help to train, if `auxLogits` does not say so, for theirs are not trained.
 * @throws ValueError for weights with `auxLogits: false` or `initWeights: true`
 * @see https://pytorch.org/vision/0.14/models/generated/torchvision.models.googlenet.html
 * @example
 * const net = models.googlenet({ numClasses: 10, initWeights: true });
 * const { logits, auxLogits1, auxLogits2 } = net(images) as models.GoogLeNetOutputs;
 */
export function googlenet(options: GoogLeNetOptions = {}): GoogLeNet {
  const { weights, ...rest } = options, numClasses = classesOf('fc.bias', options);
  if (!weights) return new GoogLeNet({ ...rest, numClasses });
  const net = withWeights(new GoogLeNet({ ...forWeights(rest), numClasses }), options);
  if (options.auxLogits) {
    console.warn('auxiliary heads in the pretrained googlenet model are NOT pretrained, so make sure to train them');
    return net;
  }
  net.auxLogits = false;
  net.aux1 = net.aux2 = null;
  return net;
}
