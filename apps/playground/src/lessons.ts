export interface Lesson { readonly title: string; readonly source: string }

const sources = import.meta.glob<string>(['../lessons/*.ts', '../../tutorials/src/*.ts'], { query: '?raw', import: 'default', eager: true });

const here = (name: string, title: string): [string, Lesson] => [name, { title, source: sources[`../lessons/${name}.ts`] }];
const tutorial = (name: string, title: string): [string, Lesson] => [name, { title, source: sources[`../../tutorials/src/${name}.ts`] }];

/** The lessons by the name that a link has, in the order in which they are offered. */
export const lessons: Readonly<Record<string, Lesson>> = Object.fromEntries([
  here('first-network', 'A first network'),
  tutorial('tensor-basics', 'Tensors'),
  tutorial('shapes', 'Shapes'),
  tutorial('autograd-basics', 'Gradients'),
  tutorial('autograd-mechanics', 'How gradients are found'),
  tutorial('custom-function', 'An operation with a derivative of its own'),
  tutorial('linear-regression', 'A line through noisy points'),
  tutorial('two-layer-arrays', 'Two layers, on plain arrays'),
  tutorial('two-layer-tensors', 'Two layers, on tensors'),
  tutorial('two-layer-autograd', 'Two layers, with autograd'),
  tutorial('lenet', 'LeNet, one step'),
  tutorial('per-sample-gradients', 'Gradients of each sample'),
  here('digits', 'Train on digits, then draw one'),
  here('checkpoint', 'Look into a .pth file'),
]);
