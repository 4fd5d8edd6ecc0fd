// TensorFlow.js on one of its backends. Its convolutions take NHWC only, so data and parameters are put in that order
// before anything is timed. On the CPU its backends compute when an operator is called, and only reading back is
// asynchronous; on WebGPU every step waits until its result is in memory.
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { openGpu } from '../src/gpu.mjs';
import { batchesOf, readDigits } from '../src/mnist.mjs';
import { digest, labels, parametersOf, SEED, sizeOf, transposed, uniform } from '../src/numbers.mjs';
import { ADAM, EPOCH_LR, LINK, SGD } from '../src/rows.mjs';

const NHWC = [0, 2, 3, 1], HWIO = [2, 3, 1, 0];
const filled = (seed, shape, low, high) => tf.tensor(uniform(seed, sizeOf(shape), low, high), shape);
const rearranged = (data, shape, axes) => tf.tensor(transposed(data, shape, axes), axes.map((axis) => shape[axis]));

/** The parameters, as variables in TensorFlow's layouts, and the function from input to logits. */
function network(layers) {
  const parameters = parametersOf(layers), variables = [];
  let channels = 0;
  const steps = layers.map((layer) => {
    if (layer === 'relu') return (x) => tf.relu(x);
    if (layer === 'pool') return (x) => tf.maxPool(x, 2, 2, 'valid');
    if (layer === 'flatten') return (x) => tf.reshape(x, [x.shape[0], -1]);
    const [weight, bias] = parameters.splice(0, 2), b = tf.variable(tf.tensor(bias.data));
    let w;
    if (layer.conv) {
      channels = weight.shape[0];
      w = tf.variable(rearranged(weight.data, weight.shape, HWIO));
      variables.push(w, b);
      return (x) => tf.add(tf.conv2d(x, w, 1, 'valid'), b);
    }
    const [from, to] = layer.linear;
    if (channels > 0) {
      // The first linear layer sees flattened NHWC.
      const side = Math.sqrt(from / channels);
      w = tf.variable(tf.reshape(rearranged(weight.data, [to, channels, side, side], HWIO), [from, to]));
      channels = 0;
    } else w = tf.variable(rearranged(weight.data, weight.shape, [1, 0]));
    variables.push(w, b);
    return (x) => tf.add(tf.matMul(x, w), b);
  });
  return { variables, forward: (x) => steps.reduce((value, step) => step(value), x) };
}

/** Loss and gradient step; the loss is the caller's to dispose. */
const fit = (optimizer, forward, x, y) => optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, forward(x)), true);

function train({ layers, batch, shape }) {
  const { forward } = network(layers), optimizer = tf.train.momentum(SGD.lr, SGD.momentum);
  const data = uniform(SEED.input, batch * sizeOf(shape));
  const x = shape.length === 3 ? rearranged(data, [batch, ...shape], NHWC) : tf.tensor(data, [batch, ...shape]);
  const y = tf.cast(tf.oneHot(tf.tensor1d(labels(SEED.labels, batch), 'int32'), 10), 'float32');
  const step = async () => {
    const loss = fit(optimizer, forward, x, y);
    const [value] = await loss.data();
    loss.dispose();
    return value;
  };
  return { step, value: step };
}

/** It has no loader: batches are cut from arrays that are in memory. */
function epoch({ layers, batch }, { data }) {
  const { forward } = network(layers), optimizer = tf.train.sgd(EPOCH_LR);
  const training = readDigits(data, true), testing = readDigits(data, false);
  let round = 0;
  const right = (out, y) => tf.tidy(() => tf.sum(tf.equal(tf.argMax(out, 1), tf.argMax(y, 1))));
  const read = async (tensor) => {
    const [value] = await tensor.data();
    tensor.dispose();
    return value;
  };
  const step = async () => {
    let loss = 0, hits = 0;
    for (const part of batchesOf(training, batch, ++round)) {
      const x = tf.tensor2d(part.x, [part.size, 784]), y = tf.tensor2d(part.y, [part.size, 10]);
      let out;
      const value = optimizer.minimize(() => {
        out = tf.keep(forward(x));
        return tf.losses.softmaxCrossEntropy(y, out);
      }, true);
      loss += await read(value) * part.size;
      hits += await read(right(out, y));
      tf.dispose([x, y, out]);
    }
    for (const part of batchesOf(testing, batch)) {
      const x = tf.tensor2d(part.x, [part.size, 784]), y = tf.tensor2d(part.y, [part.size, 10]);
      const out = tf.tidy(() => forward(x));
      await read(tf.tidy(() => tf.losses.softmaxCrossEntropy(y, out)));
      hits += await read(right(out, y));
      tf.dispose([x, y, out]);
    }
    return loss / training.labels.length;
  };
  return { step, value: step };
}

/** When all that was called on WebGPU is done, without reading it back. */
async function computed() {
  const gpu = tf.backend();
  gpu.endComputePassEncoder();
  if (gpu.commandEncoder) gpu.submitQueue();
  await gpu.queue.onSubmittedWorkDone();
}

/** @param {() => tf.Tensor} compute @param {(data: Float32Array, shape: number[]) => Float32Array} [order] PyTorch's order of the result */
const operator = (compute, order = (data) => data) => ({
  step: tf.getBackend() === 'webgpu' ? async () => {
    const result = compute();
    await computed();
    result.dispose();
  } : () => tf.dispose(compute()),
  value: async () => {
    const result = compute();
    return digest(order(await result.data(), result.shape));
  },
});

function adam({ shape }) {
  const p = tf.variable(filled(SEED.input, shape)), gradient = filled(SEED.second, shape);
  const optimizer = tf.train.adam(ADAM.lr, ...ADAM.betas, ADAM.eps);
  const step = () => optimizer.applyGradients({ [p.name]: gradient });
  return {
    step,
    value: async () => {
      step();
      return digest(await p.data());
    },
  };
}

const kinds = {
  train,
  epoch,
  adam,
  matmul({ shape, second = shape }) {
    const a = filled(SEED.input, shape), b = filled(SEED.second, second);
    return operator(() => tf.matMul(a, b));
  },
  add({ shape }) {
    const x = filled(SEED.input, shape);
    return operator(() => tf.add(x, x));
  },
  chain({ shape, count }) {
    const x = filled(SEED.input, shape), factor = tf.scalar(LINK.factor), summand = tf.scalar(LINK.summand);
    return operator(() => tf.tidy(() => {
      let y = x;
      for (let i = 0; i < count; i += 2) y = tf.add(tf.mul(y, factor), summand);
      return y;
    }));
  },
  softmax({ shape }) {
    const x = filled(SEED.input, shape, -5, 5);
    return operator(() => tf.softmax(x));
  },
  layernorm({ shape }) {
    const x = filled(SEED.input, shape), weight = filled(SEED.second, [shape[1]]), bias = filled(SEED.labels, [shape[1]]);
    return operator(() => tf.tidy(() => {
      const { mean, variance } = tf.moments(x, 1, true);
      return tf.add(tf.mul(tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5))), weight), bias);
    }));
  },
  sum({ shape, dim }) {
    const x = filled(SEED.input, shape);
    return operator(() => tf.sum(x, dim));
  },
  conv({ shape, stride }) {
    const channels = shape[1], kernel = [channels, channels, 3, 3];
    const x = rearranged(uniform(SEED.input, sizeOf(shape)), shape, NHWC);
    const weight = rearranged(uniform(SEED.second, sizeOf(kernel), -0.05, 0.05), kernel, HWIO);
    return operator(() => tf.conv2d(x, weight, stride, 1), (data, out) => transposed(data, out, [0, 3, 1, 2]));
  },
};

/** Its own registration asks for features in a way that Dawn refuses; a device with the adapter's limits is what it makes. */
async function registerWebgpu() {
  openGpu();
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  const limits = [
    'maxComputeWorkgroupStorageSize', 'maxComputeWorkgroupsPerDimension', 'maxStorageBufferBindingSize', 'maxBufferSize',
    'maxComputeWorkgroupSizeX', 'maxComputeInvocationsPerWorkgroup',
  ];
  const device = await adapter.requestDevice({ requiredLimits: Object.fromEntries(limits.map((name) => [name, adapter.limits[name]])) });
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info));
  // Otherwise it computes tensors of less than a thousand elements on the CPU.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
}

/**
 * @param {import('../src/rows.mjs').Row} row
 * @param {{ backend: 'cpu' | 'wasm' | 'webgpu', data: string }} options
 */
export async function setup(row, options) {
  if (options.backend === 'webgpu') await registerWebgpu();
  if (!(await tf.setBackend(options.backend))) throw new Error(`no backend ${options.backend}`);
  await tf.ready();
  return kinds[row.kind](row, options);
}
