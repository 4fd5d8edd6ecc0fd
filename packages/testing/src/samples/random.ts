import * as torch from '@sconce/tensor';
import { rrelu, type Tensor } from '@sconce/tensor';
import { constant, inUnit, normal, positive, type Draw } from '../draws.js';
import { row, type Result, type Row, type RowOptions, type RunOptions } from '../row.js';

// PyTorch draws other numbers for float32 than for float64
const once = { float32: false } as const;

/** A row that draws from a generator with a seed. */
const seeded = <K extends string>(
  name: string, python: string, run: (inputs: Readonly<Record<K, Tensor>>, o: RunOptions) => Result,
  inputs: Readonly<Record<K, Draw>>, options: RowOptions = once,
): Row => row<K>(name, `torch.manual_seed(7); ${python}`, (x, o) => {
  torch.manualSeed(7);
  return run(x, o);
}, inputs, options);

/** As `seeded`, of what is drawn in the order in which elements lie in memory. */
const inMemory: typeof seeded = (name, python, run, inputs) => seeded(name, python, run, inputs, { ...once, strided: false });

const x = normal(3, 4), p = constant(inUnit(3, 4));

export const random = [
  inMemory('uniform_', 'x.clone().uniform_(-1, 3)', ({ x }) => x.clone().uniform_(-1, 3), { x }),
  inMemory('normal_', 'x.clone().normal_(1, 2)', ({ x }) => x.clone().normal_(1, 2), { x }),
  inMemory('normal_', 'x.clone().normal_()', ({ x }) => x.clone().normal_(), { x: normal(5, 4) }),
  inMemory('logNormal_', 'x.clone().log_normal_(0, 0.5)', ({ x }) => x.clone().logNormal_(0, 0.5), { x }),
  inMemory('exponential_', 'x.clone().exponential_(2)', ({ x }) => x.clone().exponential_(2), { x }),
  inMemory('cauchy_', 'x.clone().cauchy_(1, 2)', ({ x }) => x.clone().cauchy_(1, 2), { x }),
  inMemory('geometric_', 'x.clone().geometric_(0.3)', ({ x }) => x.clone().geometric_(0.3), { x }),
  inMemory('random_', 'x.clone().random_()', ({ x }) => x.clone().random_(), { x }),
  inMemory('random_', 'x.clone().random_(-3, 9)', ({ x }) => x.clone().random_(-3, 9), { x }),
  inMemory('bernoulli_', 'x.clone().bernoulli_(0.3)', ({ x }) => x.clone().bernoulli_(0.3), { x }),
  inMemory('bernoulli_', 'x.clone().bernoulli_(p)', ({ x, p }) => x.clone().bernoulli_(p), { x, p }),
  inMemory('normal_', 'x.t().clone().normal_()', ({ x }) => x.t().clone().normal_(), { x: normal(5, 4) }),
  inMemory('uniform_', 'x[:, 1:].t().clone().uniform_()', ({ x }) => x.index(':', '1:').t().clone().uniform_(), { x }),
  inMemory('bernoulli_', 'x.t().clone().bernoulli_(p)', ({ x, p }) => x.t().clone().bernoulli_(p), { x, p: constant(inUnit(4, 3)) }),
  seeded('bernoulli', 'torch.bernoulli(p)', ({ p }) => p.bernoulli(), { p: inUnit(3, 4) }),
  seeded('poisson', 'torch.poisson(x)', ({ x }) => torch.poisson(x), { x: positive(3, 4) }),
  seeded('multinomial', 'torch.multinomial(p, 3)', ({ p }) => p.multinomial(3), { p }),
  seeded('multinomial', 'torch.multinomial(p, 6, replacement=True)', ({ p }) => p.multinomial(6, { replacement: true }),
    { p }),
  seeded('rrelu', 'F.rrelu(x, 0.1, 0.5, training=True)', ({ x }) => rrelu(x, { lower: 0.1, upper: 0.5, training: true }), { x }),
  seeded('randperm', 'torch.randperm(9)', (_, { device }) => torch.randperm(9, { device }), {}),
  seeded('rand', 'torch.rand(2, 3, dtype=dtype)', (_, o) => torch.rand(2, 3, o), {}),
  seeded('randn', 'torch.randn(4, 5, dtype=dtype)', (_, o) => torch.randn(4, 5, o), {}),
  seeded('randint', 'torch.randint(-5, 5, (4,))', (_, { device }) => torch.randint(-5, 5, [4], { device }), {}),
];
