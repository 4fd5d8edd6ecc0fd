import * as nn from '@sconce/nn';
import { RuntimeError, ValueError } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { loadStateDictFromUrl, type HubOptions } from '../hub.js';
import { ImageClassification, type ImageClassificationOptions } from './image-classification.js';
import { imagenetCategories } from './imagenet-categories.js';

export interface WeightsMeta {
  readonly numParams: number;
  /** the least height and width of pictures */
  readonly minSize: readonly [number, number];
  /** right answers in percent, among the first and the first five, on ImageNet's validation set */
  readonly metrics: { readonly 'acc@1': number; readonly 'acc@5': number };
  /** how they were trained */
  readonly recipe: string;
  /** under which terms they are, where those are not torchvision's */
  readonly license?: string | undefined;
  /** the names of the classes, in the order of the outputs */
  readonly categories: readonly string[];
}

/**
 * A network's weights that torchvision has trained: where they are, what pictures must look like, what the outputs mean.
 * @see https://pytorch.org/vision/0.14/models.html
 * @example
 * const weights = models.ResNet18Weights.DEFAULT;
 * const net = models.resnet18({ weights: await weights.getStateDict() }).eval();
 * const scores = net(weights.transforms()(image).unsqueeze(0));
 * const [best] = await scores.argmax(1).tolist();
 * console.log(weights.meta.categories[best]);
 */
export class Weights {
  constructor(
    readonly name: string, readonly url: string, readonly presets: ImageClassificationOptions,
    readonly description: Omit<WeightsMeta, 'categories'>,
  ) {}

  /** What is known of them. */
  get meta(): WeightsMeta { return { ...this.description, categories: imagenetCategories() }; }

  /** What brings a picture to the form that the network was trained on. */
  transforms(): ImageClassification { return new ImageClassification(this.presets); }

  /**
   * The weights themselves, from PyTorch's cache or else from the network.
   * @throws DownloadError where they cannot be fetched, or their checksum is wrong
   */
  async getStateDict(options: Omit<HubOptions, 'fileName'> = {}): Promise<nn.StateDict> {
    return await loadStateDictFromUrl<nn.StateDict>(this.url, { checkHash: true, ...options });
  }

  toString(): string { return this.name; }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }
}

export interface ModelOptions {
  /** a state, as `await ResNet18Weights.DEFAULT.getStateDict()` or `await torch.load('resnet18.pth')` gives it */
  readonly weights?: nn.StateDict | null | undefined;
  /** default: as many as the weights have, or 1000 */
  readonly numClasses?: number | undefined;
}

/** @throws TypeError for what is no options object, weights among them. @internal */
export function checkModelOptions(name: string, key: string, options: ModelOptions): void {
  if (options instanceof Weights || (typeof options === 'object' && options !== null && key in options)) {
    throw new TypeError('weights are an option: write { weights: await weights.getStateDict() }');
  }
  if (typeof options === 'object' && options !== null && 'pretrained' in options) {
    throw new TypeError('pretrained is weights here: write { weights: await models.ResNet18Weights.DEFAULT.getStateDict() }, with the ' +
      "model's own");
  }
  checked(name, options);
}

/** How many classes a state is for: the rows of its last layer. @internal */
export function classesOf(key: string, options: ModelOptions): number {
  checkModelOptions('a model', key, options);
  const { weights, numClasses } = options;
  if (!weights) return numClasses ?? 1000;
  if (weights instanceof Weights || typeof weights !== 'object') {
    throw new TypeError('weights should be a state: write { weights: await weights.getStateDict() }');
  }
  const found = weights[key]?.shape[0];
  if (found === undefined) throw new RuntimeError(`the weights are of another network: they have no ${key}`);
  if (numClasses !== undefined && numClasses !== found) {
    throw new ValueError(`The parameter 'num_classes' expected value ${found} but got ${numClasses} instead.`);
  }
  return found;
}

/** The model with the weights, if any were given. @internal */
export function withWeights<M extends nn.Module>(model: M, { weights }: ModelOptions): M {
  if (weights) model.loadStateDict(weights);
  return model;
}
