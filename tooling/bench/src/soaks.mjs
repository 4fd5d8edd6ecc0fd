// Programs that nobody frees a tensor in, and what their memory may be. Each is run in a process of its own:
// node soaks.mjs NAME OPTIONS, which prints what it took as JSON.
import { fileURLToPath } from 'node:url';
import { rowNamed } from './rows.mjs';

const MB = 1e6;

/**
 * @typedef {object} Soak
 * @property {string} name
 * @property {string} says what it does, in words
 * @property {'cpu' | 'webgpu'} [device] the CPU, if nothing is said
 * @property {{ peakMB: number } | { growth: number } | { pool: number, heap: number }} limit what resident memory stays below: so
 * much, or so many times its value at the first look; on WebGPU that of the pool's bytes and of the heap's lowest in a window
 * @property {number} [window] looks that make a window
 * @property {boolean} [needsMnist]
 * @property {(look: () => void, options: { threads: number, data: string, device?: 'webgpu' }) => unknown} run calls `look` now and then
 */

const contestOf = async (name, options) => {
  const { setup } = await import('./contenders/sconce.mjs');
  return setup(rowNamed(name), options);
};

const library = async ({ threads }) => {
  const torch = await import('sconce');
  torch.setNumThreads(threads);
  return torch;
};

const [N, IN, HIDDEN, OUT] = [64, 1000, 100, 10], RATE = 1e-6;

/** @type {readonly Soak[]} */
export const soaks = [
  {
    name: 'lenet-20k', says: '20,000 LeNet steps of batch 4, awaiting each loss', limit: { growth: 1.05 },
    async run(look, options) {
      const { step } = await contestOf('lenet-b4', options);
      for (let i = 1; i <= 20_000; i++) {
        await step();
        if (i >= 1000 && i % 100 === 0) look();
      }
    },
  },
  {
    name: 'two-layer-autograd', says: 'the 500-step two-layer tutorial with autograd, in one synchronous loop', limit: { peakMB: 1500 },
    async run(look, options) {
      const torch = await library(options);
      torch.manualSeed(0);
      const x = torch.randn(N, IN), y = torch.randn(N, OUT);
      const w1 = torch.randn(IN, HIDDEN, { requiresGrad: true }), w2 = torch.randn(HIDDEN, OUT, { requiresGrad: true });
      for (let i = 0; i < 500; i++) {
        x.mm(w1).clamp(0).mm(w2).sub(y).pow(2).sum().backward();
        torch.noGrad(() => {
          for (const w of [w1, w2]) {
            w.sub_(/** @type {import('sconce').Tensor} */ (w.grad).mul(RATE));
            w.grad?.zero_();
          }
        });
        look();
      }
    },
  },
  {
    name: 'two-layer-tensors', says: 'the same with the backward pass by hand, awaiting each loss', limit: { peakMB: 1500 },
    async run(look, options) {
      const torch = await library(options);
      torch.manualSeed(0);
      const x = torch.randn(N, IN), y = torch.randn(N, OUT), w1 = torch.randn(IN, HIDDEN), w2 = torch.randn(HIDDEN, OUT);
      for (let i = 0; i < 500; i++) {
        const h = x.mm(w1), hRelu = h.clamp(0), yPred = hRelu.mm(w2);
        await yPred.sub(y).pow(2).sum().item();
        const gradYPred = yPred.sub(y).mul(2), gradW2 = hRelu.t().mm(gradYPred), gradH = gradYPred.mm(w2.t()).clone();
        gradH.indexPut_([h.lt(0)], 0);
        w1.sub_(x.t().mm(gradH).mul(RATE));
        w2.sub_(gradW2.mul(RATE));
        look();
      }
    },
  },
  {
    name: 'temporaries-20gb', says: 'a synchronous loop that makes 20 GB of temporaries of 1 MB', limit: { peakMB: 1500 },
    async run(look, options) {
      const torch = await library(options), x = torch.ones(MB / 4);
      for (let i = 1; i <= 20_000; i++) {
        x.add(i);
        if (i % 1000 === 0) look();
      }
    },
  },
  {
    name: 'mnist-epoch', says: 'an epoch over MNIST, loader and accuracy included', limit: { peakMB: 400 }, needsMnist: true,
    async run(look, options) {
      const { step } = await contestOf('mnist-epoch', options);
      await step();
      look();
    },
  },
  {
    name: 'lenet-5k', says: '5,000 LeNet steps of batch 4, awaiting each loss', device: 'webgpu', limit: { pool: 1.05, heap: 1.1 }, window: 500,
    async run(look, options) {
      const { step } = await contestOf('lenet-b4', { ...options, device: 'webgpu' });
      for (let i = 1; i <= 5000; i++) {
        await step();
        if (i > 500) look();
      }
    },
  },
];

/**
 * The lowest value of each window: what stays when the collector has run.
 * @param {readonly number[]} values
 * @param {number} size
 */
const lows = (values, size) => Array.from({ length: Math.floor(values.length / size) }, (_, i) => Math.min(...values.slice(i * size, (i + 1) * size)));

/** @param {readonly number[]} values */
const course = (values) => ({ firstMB: values[0], highestMB: Math.max(...values), lastMB: values.at(-1) });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [name, options = '{}'] = process.argv.slice(2), chosen = soaks.find((soak) => soak.name === name);
  if (!chosen) throw new Error(`there is no program ${name}`);
  const { memoryStats } = await import('sconce');
  const looks = { rss: /** @type {number[]} */ ([]), heap: /** @type {number[]} */ ([]), pool: /** @type {number[]} */ ([]) };
  const look = () => {
    const { rss, heapUsed } = process.memoryUsage();
    looks.rss.push(rss / MB);
    if (chosen.device !== 'webgpu') return;
    looks.heap.push(heapUsed / MB);
    looks.pool.push(memoryStats('webgpu').reserved / MB);
  };
  const start = performance.now();
  await chosen.run(look, JSON.parse(options));
  const seconds = (performance.now() - start) / 1000;
  const onDevice = chosen.device === 'webgpu' ? { pool: course(looks.pool), heap: course(lows(looks.heap, chosen.window ?? 1)) } : {};
  console.log(JSON.stringify({ seconds, ...course(looks.rss), peakMB: process.resourceUsage().maxRSS * 1024 / MB, ...onDevice }));
  // an adapter keeps the process alive
  process.exit(0);
}
