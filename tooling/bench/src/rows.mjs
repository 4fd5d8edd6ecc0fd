/**
 * The rows of the table as data; every contender makes them from its own operators.
 *
 * @typedef {{ linear: [from: number, to: number], conv?: undefined }} Linear
 * @typedef {{ conv: [from: number, to: number, size: number], linear?: undefined }} Conv stride 1, no padding
 * @typedef {'relu' | 'pool' | 'flatten' | Linear | Conv} Layer a layer of a network; `pool` takes the largest of 2×2
 *
 * @typedef {object} Row
 * @property {string} name
 * @property {'train' | 'epoch' | 'matmul' | 'add' | 'chain' | 'softmax' | 'layernorm' | 'sum' | 'conv' | 'adam'} kind
 * @property {string} says what a step is, in words
 * @property {readonly number[]} [shape] of the input; of a `train` row without its batch
 * @property {readonly number[]} [second] shape of a `matmul`'s second factor, where it is another one
 * @property {number} [count] of a `chain`'s links: multiplications and additions in turn
 * @property {readonly Layer[]} [layers]
 * @property {number} [batch]
 * @property {number} [dim] the axis that `sum` sums
 * @property {number} [stride] of `conv`
 * @property {number} checks steps whose last value is compared between contenders before anything is timed
 * @property {number} tolerance largest relative difference of that value
 * @property {number} [rounds] at most so many, for steps that take seconds
 */

/** @type {readonly Layer[]} */
const mlp = [{ linear: [784, 300] }, 'relu', { linear: [300, 100] }, 'relu', { linear: [100, 10] }];

/** @type {readonly Layer[]} */
const lenet = [
  { conv: [3, 6, 5] }, 'relu', 'pool', { conv: [6, 16, 5] }, 'relu', 'pool', 'flatten',
  { linear: [400, 120] }, 'relu', { linear: [120, 84] }, 'relu', { linear: [84, 10] },
];

/** @type {readonly Layer[]} */
const linear3 = ['flatten', { linear: [784, 300] }, { linear: [300, 100] }, { linear: [100, 10] }];

const training = { kind: /** @type {const} */ ('train'), checks: 3, tolerance: 1e-3 };
const operator = { checks: 1, tolerance: 1e-3 };
const image = [3, 32, 32];

/** @type {readonly Row[]} */
export const rows = [
  { ...training, name: 'mlp-b32', layers: mlp, batch: 32, shape: [784], says: 'training step, 784-300-100-10, batch 32' },
  { ...training, name: 'lenet-b4', layers: lenet, batch: 4, shape: image, says: 'training step, LeNet on 3×32×32, batch 4' },
  { ...training, name: 'lenet-b64', layers: lenet, batch: 64, shape: image, says: 'training step, LeNet on 3×32×32, batch 64' },
  { ...operator, name: 'matmul-1024', kind: 'matmul', shape: [1024, 1024], says: 'product of two 1024×1024 matrices' },
  { ...operator, name: 'add-1m', kind: 'add', shape: [1_000_000], says: 'x + x, a million floats' },
  { ...operator, name: 'add-3', kind: 'add', shape: [3], says: 'x + x, three floats' },
  // Contenders that lack PyTorch's shuffle see the batches in another order: hence the wide tolerance.
  {
    name: 'mnist-epoch', kind: 'epoch', layers: linear3, batch: 32, checks: 1, tolerance: 0.05, rounds: 3,
    says: 'epoch of the MNIST table: training and test pass, loader and accuracy',
  },
  { ...operator, name: 'softmax-64x1000', kind: 'softmax', shape: [64, 1000], says: 'softmax of rows' },
  { ...operator, name: 'layernorm-64x512', kind: 'layernorm', shape: [64, 512], says: 'layer norm of rows, with weight and bias' },
  { ...operator, name: 'sum-0', kind: 'sum', shape: [1000, 1000], dim: 0, says: 'sum over the first axis of 1000×1000' },
  { ...operator, name: 'sum-1', kind: 'sum', shape: [1000, 1000], dim: 1, says: 'sum over the last axis of 1000×1000' },
  { ...operator, name: 'conv3x3-64', kind: 'conv', shape: [4, 64, 32, 32], stride: 1, says: 'convolution 64→64, 3×3, padding 1, on 4×64×32×32' },
  { ...operator, name: 'conv3x3-stride2', kind: 'conv', shape: [4, 64, 32, 32], stride: 2, says: 'the same with stride 2' },
  { ...operator, name: 'adam-1m', kind: 'adam', shape: [1_000_000], checks: 3, says: 'Adam step on a million parameters' },
];

/** @param {number} size */
const square = (size) => ({
  ...operator, name: `matmul-${size}`, kind: /** @type {const} */ ('matmul'), shape: [size, size], says: `product of two ${size}×${size} matrices`,
});
/** @param {string} name */
const cpuRow = (name) => rowNamed(name, rows);

/** What is measured on WebGPU. @type {readonly Row[]} */
export const webgpuRows = [
  square(256), square(512), square(1024),
  { ...operator, name: 'matmul-skinny', kind: 'matmul', shape: [32, 784], second: [784, 300], says: 'product of 32×784 and 784×300' },
  cpuRow('add-1m'),
  { ...operator, name: 'chain-20', kind: 'chain', shape: [1_000_000], count: 20, says: 'twenty elementwise ops, one after the other, on a million floats' },
  cpuRow('mlp-b32'), cpuRow('lenet-b4'), cpuRow('lenet-b64'),
];

/** @param {string} name @param {readonly Row[]} [among] */
export function rowNamed(name, among = rows) {
  const row = among.find((one) => one.name === name);
  if (!row) throw new Error(`there is no row ${name}`);
  return row;
}

/** What the rows agree on. */
export const LINK = { factor: 0.99, summand: 0.01 };
export const SGD = { lr: 0.01, momentum: 0.9 };
export const EPOCH_LR = 0.01;
export const ADAM = { lr: 1e-3, betas: /** @type {const} */ ([0.9, 0.999]), eps: 1e-8 };
