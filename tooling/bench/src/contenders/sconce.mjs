// Sconce as its users have it: the facade as built. On WebGPU every step waits until its result is in memory.
import * as torch from 'sconce';
import { countDispatches, openGpu } from '../gpu.mjs';
import { ADAM, EPOCH_LR, LINK, SGD } from '../rows.mjs';
import { digest, labels, parametersOf, SEED, sizeOf, uniform } from '../numbers.mjs';

const { nn, optim } = torch;
const F = nn.functional;

let device = 'cpu';
const filled = (seed, shape, low, high) => torch.fromNumpy(uniform(seed, sizeOf(shape), low, high)).view(...shape).clone().to(device);

/** @typedef {{ threads?: number, device?: 'cpu' | 'webgpu', data: string }} Options */

/** @param {import('../rows.mjs').Layer} layer */
function makeLayer(layer) {
  if (layer === 'relu') return new nn.ReLU();
  if (layer === 'pool') return new nn.MaxPool2d(2);
  if (layer === 'flatten') return new nn.Flatten();
  return layer.conv ? new nn.Conv2d(...layer.conv) : new nn.Linear(...layer.linear);
}

export function network(layers) {
  const net = new nn.Sequential(...layers.map(makeLayer)), parameters = parametersOf(layers);
  torch.noGrad(() => [...net.parameters()].forEach((p, i) => p.copy_(torch.fromNumpy(parameters[i].data).view(...p.shape))));
  return net;
}

function train({ layers, batch, shape }) {
  const net = network(layers).to(device), criterion = new nn.CrossEntropyLoss(), optimizer = new optim.SGD(net.parameters(), SGD);
  const x = filled(SEED.input, [batch, ...shape]), y = torch.tensor([...labels(SEED.labels, batch)]).to(torch.int64).to(device);
  const step = async () => {
    optimizer.zeroGrad();
    const loss = criterion(net(x), y);
    loss.backward();
    optimizer.step();
    return Number(await loss.item());
  };
  return { step, value: step };
}

/** The MNIST table's epoch: what apps/tutorials prints a line of. */
function epoch({ layers, batch }, { data }) {
  torch.manualSeed(0);
  const transform = new torch.transforms.ToTensor();
  const [trainSet, testSet] = [true, false].map((isTrain) => new torch.datasets.MNIST(data, { train: isTrain, transform }));
  const trainLoader = new torch.utils.data.DataLoader(trainSet, { batchSize: batch, shuffle: true });
  const testLoader = new torch.utils.data.DataLoader(testSet, { batchSize: batch });
  const net = new nn.Sequential(...layers.map(makeLayer));
  const criterion = new nn.CrossEntropyLoss(), optimizer = new optim.SGD(net.parameters(), { lr: EPOCH_LR });

  const step = async () => {
    let trainLoss = 0, trainRight = 0, testLoss = 0, testRight = 0;
    net.train();
    for await (const [images, targets] of trainLoader) {
      const out = net(images);
      const loss = criterion(out, targets);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      trainLoss += Number(await loss.item()) * images.size(0);
      trainRight += Number(await out.argmax(1).eq(targets).sum().item());
    }
    net.eval();
    await torch.noGrad(async () => {
      for await (const [images, targets] of testLoader) {
        const out = net(images);
        testLoss += Number(await criterion(out, targets).item()) * images.size(0);
        testRight += Number(await out.argmax(1).eq(targets).sum().item());
      }
    });
    return trainLoss / trainSet.length;
  };
  return { step, value: step };
}

/** @param {() => torch.Tensor} compute */
const operator = (compute) => ({
  step: device === 'cpu' ? compute : async () => {
    // Four bytes are read of a result that is computed whole; alive, nothing of it can be left out.
    const result = compute();
    await torch.webgpu.currentBackend().read(result.storage, 0, 4);
  },
  value: async () => digest((await compute().cpu()).contiguous().numpy()),
});

function adam({ shape }) {
  const p = new nn.Parameter(filled(SEED.input, shape));
  p.grad = filled(SEED.second, shape);
  const optimizer = new optim.Adam([p], ADAM);
  const step = () => optimizer.step();
  return {
    step,
    value: async () => {
      step();
      return digest(p.detach().numpy());
    },
  };
}

/** @type {Record<import('../rows.mjs').Row['kind'], (row: Required<import('../rows.mjs').Row>, options: Options) => import('../serve.mjs').Contest>} */
const kinds = {
  train,
  epoch,
  adam,
  matmul({ shape, second = shape }) {
    const a = filled(SEED.input, shape), b = filled(SEED.second, second);
    return operator(() => a.matmul(b));
  },
  add({ shape }) {
    const x = filled(SEED.input, shape);
    return operator(() => x.add(x));
  },
  chain({ shape, count }) {
    const x = filled(SEED.input, shape);
    return operator(() => {
      let y = x;
      for (let i = 0; i < count; i += 2) y = y.mul(LINK.factor).add(LINK.summand);
      return y;
    });
  },
  softmax({ shape }) {
    const x = filled(SEED.input, shape, -5, 5);
    return operator(() => x.softmax(1));
  },
  layernorm({ shape }) {
    const x = filled(SEED.input, shape), weight = filled(SEED.second, [shape[1]]), bias = filled(SEED.labels, [shape[1]]);
    return operator(() => F.layerNorm(x, [shape[1]], weight, bias));
  },
  sum({ shape, dim }) {
    const x = filled(SEED.input, shape);
    return operator(() => x.sum(dim));
  },
  conv({ shape, stride }) {
    const channels = shape[1], x = filled(SEED.input, shape), weight = filled(SEED.second, [channels, channels, 3, 3], -0.05, 0.05);
    return operator(() => F.conv2d(x, weight, { stride, padding: 1 }));
  },
};

/** Steps whose dispatches are counted. */
const COUNTED = 4;

/** @param {import('../rows.mjs').Row} row @param {Options} options */
export async function setup(row, options) {
  if (options.threads !== undefined) torch.setNumThreads(options.threads);
  if (options.device === 'webgpu') {
    openGpu();
    await torch.webgpu.init();
    device = 'webgpu';
  }
  const contest = kinds[row.kind](/** @type {Required<import('../rows.mjs').Row>} */ (row), options);
  if (device === 'cpu') return contest;
  const facts = async () => {
    await torch.webgpu.synchronize();
    const dispatches = await countDispatches(async () => {
      for (let i = 0; i < COUNTED; i++) await contest.step();
      await torch.webgpu.synchronize();
    });
    return { dispatches: dispatches / COUNTED };
  };
  return { ...contest, facts };
}
