// jax-js on its backend for WebAssembly or WebGPU. It is lazy and skips work whose result nobody uses: every step waits for all of its
// results with blockUntilReady. Steps are compiled with jit, which is its own advice and faster than running them eagerly.
// Every use of an array consumes a reference to it, hence `.ref` wherever it is used again.
import { blockUntilReady, defaultDevice, init, jit, lax, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { openGpu } from '../src/gpu.mjs';
import { batchesOf, readDigits } from '../src/mnist.mjs';
import { digest, labels, parametersOf, SEED, sizeOf, uniform } from '../src/numbers.mjs';
import { ADAM, EPOCH_LR, LINK, SGD } from '../src/rows.mjs';

const array = (data, shape) => np.array(data).reshape(shape);
const filled = (seed, shape, low, high) => array(uniform(seed, sizeOf(shape), low, high), shape);
/** An array that is in memory, not an expression that is yet to be computed. */
const ready = (x) => blockUntilReady(x);

/** Logits of a batch; `parameters` in PyTorch's order and layout. */
function forward(layers, parameters, input) {
  let x = input, next = 0;
  for (const layer of layers) {
    if (layer === 'relu') x = nn.relu(x);
    else if (layer === 'pool') x = pool(x);
    else if (layer === 'flatten') x = x.reshape([x.shape[0], sizeOf(x.shape.slice(1))]);
    else {
      const weight = parameters[next++], bias = parameters[next++];
      if (layer.conv) x = np.add(lax.convGeneralDilated(x, weight, [1, 1], 'VALID'), bias.reshape([1, layer.conv[1], 1, 1]));
      else x = np.add(np.matmul(x, np.transpose(weight)), bias);
    }
  }
  return x;
}

/** The largest of each 2×2. */
function pool(x) {
  const [n, c, h, w] = x.shape;
  return np.max(x.reshape([n, c, h / 2, 2, w / 2, 2]), [3, 5]);
}

const crossEntropy = (logits, y) => np.mean(np.sum(np.multiply(nn.logSoftmax(logits), y), 1)).neg();

function startingPoint(layers) {
  const parameters = parametersOf(layers).map(({ data, shape }) => array(data, shape));
  return { parameters, velocities: parameters.map((p) => np.zeros(p.shape)) };
}

async function train({ layers, batch, shape }) {
  const lossAndGradient = valueAndGrad((parameters, x, y) => crossEntropy(forward(layers, parameters, x), y));
  const update = jit((parameters, velocities, x, y) => {
    const [loss, gradients] = lossAndGradient(tree.ref(parameters), x, y);
    const moved = velocities.map((v, i) => v.mul(SGD.momentum).add(gradients[i]));
    return [loss, parameters.map((p, i) => p.sub(moved[i].ref.mul(SGD.lr))), moved];
  });
  const x = filled(SEED.input, [batch, ...shape]);
  const y = nn.oneHot(np.array(Int32Array.from(labels(SEED.labels, batch))), 10);
  await ready([x, y]);
  let { parameters, velocities } = startingPoint(layers);
  const step = async () => {
    let loss;
    [loss, parameters, velocities] = update(parameters, velocities, x.ref, y.ref);
    await blockUntilReady([loss, parameters, velocities]);
    return (await loss.data())[0];
  };
  return { step, value: step };
}

/** It has no loader: batches are cut from arrays that are in memory. */
async function epoch({ layers, batch }, { data }) {
  const hitsOf = (out, y) => np.sum(np.equal(np.argmax(out, 1), np.argmax(y, 1)).astype(np.float32));
  const lossAndGradient = valueAndGrad((parameters, x, y) => {
    const out = forward(layers, parameters, x);
    return [crossEntropy(out.ref, y), out];
  }, { hasAux: true });
  const update = jit((parameters, x, y) => {
    const [[loss, out], gradients] = lossAndGradient(tree.ref(parameters), x, y.ref);
    return [loss, hitsOf(out, y), parameters.map((p, i) => p.sub(gradients[i].mul(EPOCH_LR)))];
  });
  const test = jit((parameters, x, y) => {
    const out = forward(layers, parameters, x);
    return [crossEntropy(out.ref, y.ref), hitsOf(out, y)];
  });
  const training = readDigits(data, true), testing = readDigits(data, false);
  let { parameters } = startingPoint(layers), round = 0;
  const step = async () => {
    let sum = 0;
    for (const part of batchesOf(training, batch, ++round)) {
      let loss, hits;
      [loss, hits, parameters] = update(parameters, array(part.x, [part.size, 784]), array(part.y, [part.size, 10]));
      await blockUntilReady([loss, hits, parameters]);
      sum += (await loss.data())[0] * part.size;
      await hits.data();
    }
    for (const part of batchesOf(testing, batch)) {
      const [loss, hits] = test(tree.ref(parameters), array(part.x, [part.size, 784]), array(part.y, [part.size, 10]));
      await blockUntilReady([loss, hits]);
      await loss.data();
      await hits.data();
    }
    return sum / training.labels.length;
  };
  return { step, value: step };
}

/** @param {(...xs: np.Array[]) => np.Array} fn @param {np.Array[]} inputs */
async function operator(fn, ...inputs) {
  const compiled = jit(fn);
  await ready(inputs);
  return {
    step: async () => {
      const result = await compiled(...tree.ref(inputs)).blockUntilReady();
      result.dispose();
    },
    value: async () => digest(await compiled(...tree.ref(inputs)).data()),
  };
}

async function adam({ shape }) {
  const [b1, b2] = ADAM.betas;
  const update = jit((p, g, m, v, t) => {
    const m1 = m.mul(b1).add(g.ref.mul(1 - b1)), v1 = v.mul(b2).add(np.square(g).mul(1 - b2));
    const mHat = m1.ref.div(np.subtract(1, np.power(b1, t.ref))), vHat = v1.ref.div(np.subtract(1, np.power(b2, t)));
    return [p.sub(mHat.mul(ADAM.lr).div(np.sqrt(vHat).add(ADAM.eps))), m1, v1];
  });
  const gradient = filled(SEED.second, shape);
  let p = filled(SEED.input, shape), m = np.zeros(shape), v = np.zeros(shape), t = 0;
  await ready([gradient, p]);
  const step = async () => {
    [p, m, v] = update(p, gradient.ref, m, v, np.array(++t));
    await blockUntilReady([p, m, v]);
  };
  return {
    step,
    value: async () => {
      await step();
      return digest(await p.ref.data());
    },
  };
}

const kinds = {
  train,
  epoch,
  adam,
  matmul: ({ shape, second = shape }) => operator(np.matmul, filled(SEED.input, shape), filled(SEED.second, second)),
  add: ({ shape }) => operator((x) => x.ref.add(x), filled(SEED.input, shape)),
  chain: ({ shape, count }) => operator((x) => {
    let y = x;
    for (let i = 0; i < count; i += 2) y = y.mul(LINK.factor).add(LINK.summand);
    return y;
  }, filled(SEED.input, shape)),
  softmax: ({ shape }) => operator((x) => nn.softmax(x, 1), filled(SEED.input, shape, -5, 5)),
  layernorm: ({ shape }) => operator(
    (x, weight, bias) => nn.standardize(x, 1, { epsilon: 1e-5 }).mul(weight).add(bias),
    filled(SEED.input, shape), filled(SEED.second, [shape[1]]), filled(SEED.labels, [shape[1]])),
  sum: ({ shape, dim }) => operator((x) => np.sum(x, dim), filled(SEED.input, shape)),
  conv: ({ shape, stride }) => operator(
    (x, weight) => lax.convGeneralDilated(x, weight, [stride, stride], [[1, 1], [1, 1]]),
    filled(SEED.input, shape), filled(SEED.second, [shape[1], shape[1], 3, 3], -0.05, 0.05)),
};

/**
 * @param {import('../src/rows.mjs').Row} row
 * @param {{ backend: 'wasm' | 'webgpu', data: string }} options
 */
export async function setup(row, options) {
  const { backend } = options;
  if (backend === 'webgpu') openGpu();
  if (!(await init(backend)).includes(backend)) throw new Error(`no backend ${backend}`);
  defaultDevice(backend);
  return kinds[row.kind](row, options);
}
