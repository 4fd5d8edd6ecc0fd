import * as torch from 'sconce';
import { describe, expect, it } from 'vitest';

const { nn, optim, transforms, torchvision } = torch, { data } = torch.utils;

/** What stands where PyTorch takes a positional value and an options object is expected. */
const wrong = (x: unknown): never => x as never;

describe('a value in the place of options is refused, with what to write instead', () => {
  const dataset = [1, 2, 3, 4], x = torch.rand(3, 8, 8), net = new nn.Linear(2, 2), long = torch.ones(4, 1, 3);
  const sampler = new data.SequentialSampler(dataset), optimizer = new optim.SGD(net.parameters(), { lr: 1 });
  it.each<[call: string, () => unknown, example: string, got?: string]>([
    ['DataLoader', () => new data.DataLoader(dataset, wrong(2)), 'batchSize: 2'],
    ['DataLoader', () => new data.DataLoader(dataset, wrong(null)), 'batchSize: value', 'null'],
    ['BatchSampler', () => new data.BatchSampler(sampler, 3, wrong(true)), 'dropLast: true'],
    ['RandomSampler', () => new data.RandomSampler(dataset, wrong(true)), 'replacement: true'],
    ['WeightedRandomSampler', () => new data.WeightedRandomSampler([1, 2], 2, wrong(false)), 'replacement: false'],
    ['randomSplit', () => data.randomSplit(dataset, [2, 2], wrong(0)), 'generator: 0'],
    ['SyntheticDigits', () => new torch.datasets.SyntheticDigits(wrong(false)), 'train: false'],
    ['MNIST', () => new torch.datasets.MNIST('nowhere', wrong(true)), 'train: true'],
    ['EMNIST', () => new torch.datasets.EMNIST('nowhere', 'letters', wrong(true)), 'train: true'],
    ['QMNIST', () => new torch.datasets.QMNIST('nowhere', wrong(true)), 'train: true'],
    ['DistributedSampler', () => new data.DistributedSampler(dataset, wrong(2)), 'numReplicas: 2'],
    ['scalarTensor', () => torch.scalarTensor(2, wrong(torch.int64)), 'dtype: torch.int64'],
    ['CIFAR10', () => new torch.datasets.CIFAR10('nowhere', wrong(true)), 'train: true'],
    ['FakeData', () => new torch.datasets.FakeData(wrong(10)), 'size: 10'],
    ['RandomCrop', () => new transforms.RandomCrop(4, wrong(2)), 'padding: 2'],
    ['Resize', () => new transforms.Resize(4, wrong('nearest')), "interpolation: 'nearest'", 'nearest'],
    ['ColorJitter', () => new transforms.ColorJitter(wrong(0.2)), 'brightness: 0.2'],
    ['RandomErasing', () => new transforms.RandomErasing(wrong(0.1)), 'p: 0.1'],
    ['RandomAffine', () => new transforms.RandomAffine(10, wrong([0.1, 0.1])), 'translate: value', 'an array'],
    ['resize', () => transforms.functional.resize(x, 4, wrong('nearest')), "interpolation: 'nearest'", 'nearest'],
    ['pad', () => transforms.functional.pad(x, 1, wrong(0)), 'fill: 0'],
    ['full', () => torch.full([2], 3, wrong(torch.int64)), 'dtype: torch.int64'],
    ['linspace', () => torch.linspace(0, 1, 3, wrong(torch.float64)), 'dtype: torch.float64'],
    ['arange', () => torch.arange(0, 3, 1, wrong(torch.float64)), 'dtype: torch.float64'],
    ['randint', () => torch.randint(0, 3, [2], wrong(torch.int32)), 'dtype: torch.int32'],
    ['eye', () => torch.eye(2, 2, wrong(torch.int64)), 'dtype: torch.int64'],
    ['sort', () => x.sort(0, wrong(true)), 'descending: true'],
    ['mvlgamma', () => torch.mvlgamma(x, 2, wrong(true)), 'out: true'],
    ['cat', () => torch.cat([x], 0, wrong(true)), 'out: true'],
    ['topk', () => x.topk(1, 0, wrong(false)), 'largest: false'],
    ['kthvalue', () => x.kthvalue(1, 0, wrong(true)), 'keepdim: true'],
    ['max', () => x.max(0, wrong(true)), 'keepdim: true'],
    ['argmin', () => x.argmin(0, wrong(true)), 'keepdim: true'],
    ['std', () => x.std(0, wrong(false)), 'unbiased: false'],
    ['norm', () => x.norm(2, 0, wrong(true)), 'keepdim: true'],
    ['linalg.vectorNorm', () => torch.linalg.vectorNorm(x, 2, 0, wrong(true)), 'keepdim: true'],
    ['logsumexp', () => x.logsumexp(0, wrong(true)), 'keepdim: true'],
    ['softmax', () => x.softmax(0, wrong(torch.float64)), 'dtype: torch.float64'],
    ['cumsum', () => x.cumsum(0, wrong(torch.float64)), 'dtype: torch.float64'],
    ['zerosLike', () => torch.zerosLike(x, wrong(torch.int32)), 'dtype: torch.int32'],
    ['emptyLike', () => torch.emptyLike(x, wrong(torch.int32)), 'dtype: torch.int32'],
    ['randperm', () => torch.randperm(4, wrong(torch.int32)), 'dtype: torch.int32'],
    ['logspace', () => torch.logspace(0, 1, 3, wrong(2)), 'base: 2'],
    ['uniform_', () => torch.rand(2).uniform_(0, 1, wrong(7)), 'generator: 7'],
    ['meshgrid', () => torch.meshgrid([x.flatten()], wrong('xy')), "indexing: 'xy'", 'xy'],
    ['round', () => x.round(wrong(2)), 'decimals: 2'],
    ['add', () => x.add(x, wrong(2)), 'alpha: 2'],
    ['div', () => x.div(x, wrong('floor')), "roundingMode: 'floor'", 'floor'],
    ['addcmul', () => torch.addcmul(x, x, x, wrong(2)), 'value: 2'],
    ['nanToNum', () => x.nanToNum(wrong(2)), 'nan: 2'],
    ['hardshrink', () => x.hardshrink(wrong(0.3)), 'lambd: 0.3'],
    ['avg_pool2d', () => nn.functional.avgPool2d(x, 2, 2, wrong([1, 1])), 'padding: value', 'an array'],
    ['adaptiveMaxPool', () => nn.functional.adaptiveMaxPool2d(x, 2, wrong(true)), 'returnIndices: true'],
    ['unique', () => torch.unique(x, wrong(true)), 'returnInverse: true'],
    ['bucketize', () => torch.bucketize(x, x.flatten(), wrong(true)), 'right: true'],
    ['combinations', () => torch.combinations(x.flatten(), 2, wrong(true)), 'withReplacement: true'],
    ['trilIndices', () => torch.trilIndices(3, 3, wrong(1)), 'offset: 1'],
    ['triu', () => x.triu(0, wrong(1)), 'name: value', '1'],
    ['repeatInterleave', () => x.repeatInterleave(2, 0, wrong(6)), 'outputSize: 6'],
    ['nonzero', () => x.nonzero(wrong(true)), 'asTuple: true'],
    ['scatter_', () => x.clone().scatter_(0, long.long(), x, wrong('add')), "reduce: 'add'", 'add'],
    ['indexAdd', () => x.indexAdd(0, torch.tensor([0]).long(), x, wrong(2)), 'alpha: 2'],
    ['put_', () => x.clone().put_(torch.tensor([0]).long(), x, wrong(true)), 'accumulate: true'],
    ['addmm', () => torch.addmm(x, x, x, wrong(2)), 'beta: 2'],
    ['mm', () => torch.mm(x.select(0, 0), x.select(0, 0), wrong(x)), 'name: value', 'a Tensor'],
    ['cat', () => torch.cat([x, x], 0, wrong(x)), 'out: value', 'a Tensor'],
    ['trapezoid', () => torch.trapezoid(x, x, wrong(1)), 'dim: 1'],
    ['fold', () => torch.nn.functional.fold(x, 4, 2, wrong(2)), 'dilation: 2'],
    ['linalg.svd', () => torch.linalg.svd(x, wrong(false)), 'fullMatrices: false'],
    ['linalg.qr', () => torch.linalg.qr(x, wrong('complete')), "mode: 'complete'", 'complete'],
    ['linalg.cholesky', () => torch.linalg.cholesky(x, wrong(true)), 'upper: true'],
    ['linalg.solve', () => torch.linalg.solve(x, x, wrong(false)), 'left: false'],
    ['linalg.pinv', () => torch.linalg.pinv(x, wrong(1e-3)), 'rtol: 0.001'],
    ['linalg.eigh', () => torch.linalg.eigh(x, wrong('U')), "UPLO: 'U'", 'U'],
    ['hardtanh', () => nn.functional.hardtanh(x, wrong(0)), 'minVal: 0'],
    ['to', () => x.to('cpu', wrong(true)), 'dtype: true'],
    ['Linear', () => new nn.Linear(2, 2, wrong(false)), 'bias: false'],
    ['Conv2d', () => new nn.Conv2d(3, 6, 5, wrong(2)), 'stride: 2'],
    ['BatchNorm2d', () => new nn.BatchNorm2d(3, wrong(1e-3)), 'eps: 0.001'],
    ['LSTM', () => new nn.LSTM(3, 6, wrong(2)), 'numLayers: 2'],
    ['AdaptiveMaxPool2d', () => new nn.AdaptiveMaxPool2d(2, wrong(true)), 'returnIndices: true'],
    ['MultiheadAttention', () => new nn.MultiheadAttention(3, 1).forward(long, long, long, wrong(torch.ones(1))), 'keyPaddingMask: value', 'a Tensor'],
    ['zeroGrad', () => net.zeroGrad(wrong(true)), 'setToNone: true'],
    ['loadStateDict', () => net.loadStateDict(net.stateDict(), wrong(false)), 'strict: false'],
    ['stateDict', () => net.stateDict(wrong('net.')), "prefix: 'net.'", 'net.'],
    ['namedParameters', () => [...net.namedParameters(wrong('net'))], "prefix: 'net'", 'net'],
    ['parameters', () => [...net.parameters(wrong(false))], 'recurse: false'],
    ['registerBuffer', () => net.registerBuffer('b', x, wrong(false)), 'persistent: false'],
    ['padSequence', () => nn.utils.rnn.padSequence([x], wrong(true)), 'batchFirst: true'],
    ['zeroGrad', () => optimizer.zeroGrad(wrong(true)), 'setToNone: true'],
    ['SGD', () => new optim.SGD(net.parameters(), wrong(0.1)), 'lr: 0.1'],
    ['StepLR', () => new optim.lrScheduler.StepLR(optimizer, wrong(30)), 'stepSize: 30'],
    ['jacobian', () => torch.autograd.functional.jacobian((y: torch.Tensor) => y, x, wrong(true)), 'createGraph: true'],
    ['inferenceMode', () => torch.inferenceMode(() => x, wrong(false)), 'mode: false'],
    ['makeGrid', () => torchvision.utils.makeGrid(x, wrong(4)), 'nrow: 4'],
    ['encodeJpeg', () => torchvision.io.encodeJpeg(x, wrong(90)), 'quality: 90'],
    ['a model', () => torchvision.models.resnet18(wrong(true)), 'name: value', 'true'],
    ['lenet', () => torchvision.models.lenet(wrong(10)), 'name: value', '10'],
  ])('%s %#', (call, run, example, got = /: '?(.*?)'?$/.exec(example)![1]) => {
    expect(run).toThrow(new TypeError(`${call}(): expected an options object as in { ${example} }, but got ${got}`));
  });

  it('a dtype after a device, as in PyTorch', () => {
    expect(x.to('cpu', torch.float64).dtype).toBe(torch.float64);
    expect(new nn.Linear(2, 2).to('cpu', torch.float64).weight.dtype).toBe(torch.float64);
  });

  it.each<[call: string, () => unknown, given: string, wanted: string]>([
    ['DataLoader', () => new data.DataLoader(dataset, wrong({ batch_size: 2 })), 'batch_size', 'batchSize'],
    ['SGD', () => new optim.SGD(net.parameters(), wrong({ lr: 1, weight_decay: 1 })), 'weight_decay', 'weightDecay'],
    ['addParamGroup', () => new optim.SGD([wrong({ params: net.parameters(), weight_decay: 1 })], { lr: 1 }), 'weight_decay', 'weightDecay'],
    ['StepLR', () => new optim.lrScheduler.StepLR(optimizer, wrong({ step_size: 1 })), 'step_size', 'stepSize'],
    ['Conv2d', () => new nn.Conv2d(3, 6, 5, wrong({ padding_mode: 'reflect' })), 'padding_mode', 'paddingMode'],
    ['CrossEntropyLoss', () => new nn.CrossEntropyLoss(wrong({ label_smoothing: 0.1 })), 'label_smoothing', 'labelSmoothing'],
    ['interpolate', () => nn.functional.interpolate(x, wrong({ scale_factor: 2 })), 'scale_factor', 'scaleFactor'],
    ['RandomCrop', () => new transforms.RandomCrop(4, wrong({ pad_if_needed: true })), 'pad_if_needed', 'padIfNeeded'],
    ['tensor', () => torch.tensor([1], wrong({ requires_grad: true })), 'requires_grad', 'requiresGrad'],
    ['unique', () => torch.unique(x, wrong({ return_counts: true })), 'return_counts', 'returnCounts'],
    ['linalg.svd', () => torch.linalg.svd(x, wrong({ full_matrices: false })), 'full_matrices', 'fullMatrices'],
  ])('PyTorch\'s spelling of an option: %s', (call, run, given, wanted) => {
    expect(run).toThrow(new TypeError(`${call}(): unknown option '${given}': names are in camelCase here, so write ${wanted}`));
  });

  it.each<[call: string, () => unknown, given: string, meant?: string]>([
    ['Conv2d', () => new nn.Conv2d(3, 6, 5, wrong({ strides: 2 })), 'strides', 'stride'],
    ['conv2d', () => nn.functional.conv2d(x, long, wrong({ strides: 2 })), 'strides', 'stride'],
    ['Linear', () => new nn.Linear(2, 2, wrong({ Bias: false })), 'Bias', 'bias'],
    ['max_pool2d', () => nn.functional.maxPool2d(x, 2, wrong({ paddings: 1 })), 'paddings', 'padding'],
    ['SGD', () => new optim.SGD(net.parameters(), wrong({ lr: 1, weightdecay: 1 })), 'weightdecay', 'weightDecay'],
    ['StepLR', () => new optim.lrScheduler.StepLR(optimizer, wrong({ stepsize: 1 })), 'stepsize', 'stepSize'],
    ['DataLoader', () => new data.DataLoader(dataset, wrong({ batch: 2 })), 'batch'],
    ['sum', () => x.sum(0, wrong({ keepDim: true })), 'keepDim', 'keepdim'],
    ['crossEntropy', () => nn.functional.crossEntropy(x, x, wrong({ Reduction: 'sum' })), 'Reduction', 'reduction'],
    ['add', () => x.add(x, wrong({ scale: 2, factor2: 1 })), 'factor2'],
    ['new', () => torch.zeros(2, wrong({ dType: torch.int64 })), 'dType', 'dtype'],
  ])('an option that there is not: %s', (call, run, given, meant) => {
    expect(run).toThrow(new TypeError(`${call}(): unknown option '${given}'${meant === undefined ? '' : `: did you mean ${meant}?`}`));
  });

  it('what PyTorch asks of devices that are not here changes nothing', () => {
    expect(x.to('cpu', { nonBlocking: true })).toBe(x);
    expect(net.to('cpu', { nonBlocking: true })).toBe(net);
    expect(torch.zeros(2, { pinMemory: true, layout: torch.strided }).gather(0, torch.zeros(1, { dtype: torch.long }), { sparseGrad: true }).shape).toEqual([1]);
    const options = { lr: 1, foreach: true, fused: false, capturable: false, differentiable: false };
    expect(new optim.Adam(net.parameters(), options).paramGroups[0].lr).toBe(1);
    expect([new nn.Embedding(3, 2, { sparse: true }), new nn.EmbeddingBag(3, 2, { sparse: true })].map(String)).toEqual([
      'Embedding(3, 2, sparse=True)', 'EmbeddingBag(3, 2, mode=mean)']);
    expect(new data.DataLoader(dataset, { pinMemory: true, multiprocessingContext: null, timeout: 0 })).toHaveLength(dataset.length);
    new nn.TransformerEncoder(new nn.TransformerEncoderLayer(4, 2), 1, { enableNestedTensor: false, maskCheck: true });
  });

  it('load', async () => {
    await expect(torch.load(new Uint8Array(), wrong('cpu'))).rejects.toThrow(
      "load(): expected an options object as in { mapLocation: 'cpu' }, but got cpu");
  });

  it('weights themselves in the place of { weights }', () => {
    const { resnet18, ResNet18Weights, lenet } = torchvision.models;
    for (const make of [() => resnet18(wrong(ResNet18Weights.DEFAULT)), () => lenet(wrong(lenet().stateDict()))]) {
      expect(make).toThrow('weights are an option: write { weights: await weights.getStateDict() }');
    }
  });
});

describe('options may name what is positional', () => {
  const { functional: F, init } = nn, x = torch.rand(2, 4, 5, 5), weight = torch.rand(4), bias = torch.rand(4);
  /** Whether two calls give the same, from the same seed. */
  const same = async (...calls: [() => torch.Tensor, () => torch.Tensor]): Promise<void> => {
    const [a, b] = await Promise.all(calls.map((call) => (torch.manualSeed(1), call().tolist())));
    expect(a).toEqual(b);
  };

  it.each<[name: string, () => torch.Tensor, () => torch.Tensor]>([
    ['conv2d', () => F.conv2d(x, torch.ones(4, 4, 3, 3), { bias, padding: 1 }), () => F.conv2d(x, torch.ones(4, 4, 3, 3), bias, { padding: 1 })],
    ['convTranspose2d', () => F.convTranspose2d(x, torch.ones(4, 4, 3, 3), { bias }), () => F.convTranspose2d(x, torch.ones(4, 4, 3, 3), bias)],
    ['linear', () => F.linear(x, torch.ones(4, 5), { bias }), () => F.linear(x, torch.ones(4, 5), bias)],
    ['batchNorm', () => F.batchNorm(x, null, null, { weight, bias, training: true }), () => F.batchNorm(x, null, null, weight, bias, { training: true })],
    ['layerNorm', () => F.layerNorm(x.select(3, 0).transpose(1, 2), [4], { bias, eps: 1e-3 }), () => F.layerNorm(x.select(3, 0).transpose(1, 2), [4], null, bias, { eps: 1e-3 })],
    ['groupNorm', () => F.groupNorm(x, 2, { weight }), () => F.groupNorm(x, 2, weight)],
    ['bincount', () => torch.bincount(torch.tensor([1n, 1n]), { weights: torch.tensor([2, 3]), minlength: 4 }), () => torch.bincount(torch.tensor([1n, 1n]), torch.tensor([2, 3]), { minlength: 4 })],
    ['arange', () => torch.arange({ start: 1, end: 7, step: 2 }), () => torch.arange(1, 7, 2)],
    ['arange to', () => torch.arange(2, { end: 7 }), () => torch.arange(2, 7)],
    ['arange by', () => torch.arange(2, 7, { step: 2, dtype: torch.float64 }), () => torch.arange(2, 7, 2, { dtype: torch.float64 })],
    ['linspace', () => torch.linspace(0, 1, { steps: 5 }), () => torch.linspace(0, 1, 5)],
    ['normal_', () => torch.empty(20).normal_({ std: 0.02 }), () => torch.empty(20).normal_(0, 0.02)],
    ['normal_ of init', () => init.normal_(torch.empty(20), { mean: 1, std: 0.02 }), () => init.normal_(torch.empty(20), 1, 0.02)],
    ['uniform_', () => torch.empty(20).uniform_(-1, { to: 3 } as never), () => torch.empty(20).uniform_(-1, 3)],
    ['uniform_ of init', () => init.uniform_(torch.empty(20), { a: -1 }), () => init.uniform_(torch.empty(20), -1)],
    ['truncNormal_', () => init.truncNormal_(torch.empty(20), { std: 2 }), () => init.truncNormal_(torch.empty(20), 0, 2)],
    ['exponential_', () => torch.empty(20).exponential_({ lambd: 2 }), () => torch.empty(20).exponential_(2)],
    ['LeakyReLU', () => new nn.LeakyReLU({ negativeSlope: 0.2 })(x.sub(0.5)), () => new nn.LeakyReLU(0.2)(x.sub(0.5))],
    ['Hardtanh', () => new nn.Hardtanh({ maxVal: 0.3 })(x), () => new nn.Hardtanh(-1, 0.3)(x)],
    ['Softplus', () => new nn.Softplus({ beta: 2 })(x), () => new nn.Softplus(2)(x)],
    ['Dropout', () => new nn.Dropout({ p: 0.2 })(x), () => new nn.Dropout(0.2)(x)],
    ['cat', () => torch.cat([x, x], { dim: 1 }), () => torch.cat([x, x], 1)],
    ['stack', () => torch.stack([x, x], { dim: -1 }), () => torch.stack([x, x], -1)],
    ['softmax', () => x.softmax({ dim: 1 }), () => x.softmax(1)],
    ['logSoftmax', () => torch.logSoftmax(x, { dim: 1, dtype: torch.float64 }), () => torch.logSoftmax(x, 1, { dtype: torch.float64 })],
    ['cumsum', () => x.cumsum({ dim: 1 }), () => x.cumsum(1)],
    ['cumprod', () => x.cumprod({ dim: 2, dtype: torch.float64 }), () => x.cumprod(2, { dtype: torch.float64 })],
    ['logcumsumexp', () => x.logcumsumexp({ dim: 1 }), () => x.logcumsumexp(1)],
    ['cummax', () => x.cummax({ dim: 1 }).indices, () => x.cummax(1).indices],
    ['cummin', () => x.cummin({ dim: 3 }).values, () => x.cummin(3).values],
    ['diff', () => x.diff({ n: 2, dim: 1 }), () => x.diff(2, 1)],
    ['diff of one dimension', () => torch.diff(x, 1, { dim: 0 }), () => torch.diff(x, 1, 0)],
    ['chunk', () => x.chunk(2, { dim: 1 })[1], () => x.chunk(2, 1)[1]],
    ['split', () => torch.split(x, [1, 3], { dim: 1 })[1], () => torch.split(x, [1, 3], 1)[1]],
    ['tensorSplit', () => x.tensorSplit(3, { dim: 2 })[2], () => x.tensorSplit(3, 2)[2]],
    ['unbind', () => x.unbind({ dim: 1 })[3], () => x.unbind(1)[3]],
    ['unsqueeze', () => x.unsqueeze({ dim: 1 }), () => x.unsqueeze(1)],
    ['squeeze', () => x.narrow(0, 0, 1).squeeze({ dim: 0 }), () => x.narrow(0, 0, 1).squeeze(0)],
    ['repeatInterleave', () => x.repeatInterleave(2, { dim: 1 }), () => x.repeatInterleave(2, 1)],
    ['roll', () => x.roll(1, { dims: 2 }), () => x.roll(1, 2)],
  ])('%s', async (_, named, positional) => { await same(named, positional); });

  it('what has to be positional says so', () => {
    const sizes = 'an object: sizes are arguments of their own here, before the options, as in nn.Conv2d(1, 6, 5, { padding: 2 })';
    expect(() => F.maxPool2d(x, wrong({ kernelSize: 5 }))).toThrow(`expected an integer or a list of integers, but got ${sizes}`);
    expect(() => torch.zeros(2, wrong(undefined), wrong({ size: 2 }), 3)).toThrow(`sizes must be integers, but got ${sizes}`);
    expect(() => torch.repeatInterleave(x, wrong({ repeats: 2 }))).toThrow('repeatInterleave(): repeats must be a number or a Tensor, but got Object');
    expect(() => F.prelu(x, wrong({ weight }))).toThrow('prelu(): weight must be a Tensor, but got Object');
    expect(() => x.indexSelect(wrong({ dim: 1 }), torch.tensor([0]))).toThrow('dim must be an integer, but got an object: here it is an argument of its own, as in x.gather(1, index)');
  });

  it.each<[name: string, () => unknown, message: string]>([
    ['Linear', () => new nn.Linear(wrong({ inFeatures: 2, outFeatures: 3 }), wrong(undefined)), 'inFeatures'],
    ['LazyLinear', () => new nn.LazyLinear(wrong({ outFeatures: 3 })), 'outFeatures'],
    ['Bilinear', () => new nn.Bilinear(1, 2, wrong({ outFeatures: 3 })), 'outFeatures'],
    ['Conv2d', () => new nn.Conv2d(1, 6, wrong({ kernelSize: 5 })), 'kernelSize'],
    ['LazyConv2d', () => new nn.LazyConv2d(wrong({ outChannels: 6 }), 5), 'outChannels'],
    ['ConvTranspose1d', () => new nn.ConvTranspose1d(wrong({ inChannels: 6 }), 5, 5), 'inChannels'],
    ['MaxPool2d', () => new nn.MaxPool2d(wrong({ kernelSize: 2 })), 'kernelSize'],
    ['AvgPool3d', () => new nn.AvgPool3d(wrong({ kernelSize: 2 })), 'kernelSize'],
    ['LPPool2d', () => new nn.LPPool2d(2, wrong({ kernelSize: 2 })), 'kernelSize'],
    ['MaxUnpool2d', () => new nn.MaxUnpool2d(wrong({ kernelSize: 2 })), 'kernelSize'],
    ['AdaptiveAvgPool2d', () => new nn.AdaptiveAvgPool2d(wrong({ outputSize: 1 })), 'outputSize'],
    ['AdaptiveMaxPool2d', () => new nn.AdaptiveMaxPool2d(wrong({ outputSize: 1 })), 'outputSize'],
    ['BatchNorm2d', () => new nn.BatchNorm2d(wrong({ numFeatures: 4 })), 'numFeatures'],
    ['LayerNorm', () => new nn.LayerNorm(wrong({ normalizedShape: 4 })), 'normalizedShape'],
    ['GroupNorm', () => new nn.GroupNorm(2, wrong({ numChannels: 4 })), 'numChannels'],
    ['Embedding', () => new nn.Embedding(10, wrong({ embeddingDim: 4 })), 'embeddingDim'],
    ['LSTM', () => new nn.LSTM(3, wrong({ hiddenSize: 4 })), 'hiddenSize'],
    ['GRUCell', () => new nn.GRUCell(wrong({ inputSize: 4 }), 4), 'inputSize'],
    ['MultiheadAttention', () => new nn.MultiheadAttention(wrong({ embedDim: 8 }), 2), 'embedDim'],
    ['TransformerEncoderLayer', () => new nn.TransformerEncoderLayer(8, wrong({ nhead: 2 })), 'nhead'],
    ['TransformerEncoder', () => new nn.TransformerEncoder(new nn.TransformerEncoderLayer(8, 2), wrong({ numLayers: 2 })), 'numLayers'],
    ['PixelShuffle', () => new nn.PixelShuffle(wrong({ upscaleFactor: 2 })), 'upscaleFactor'],
    ['Unflatten', () => new nn.Unflatten(1, wrong({ unflattenedSize: [2, 2] })), 'unflattenedSize'],
    ['ZeroPad2d', () => new nn.ZeroPad2d(wrong({ padding: 2 })), 'padding'],
    ['Threshold', () => new nn.Threshold(wrong({ threshold: 1 }), 2), 'threshold'],
    ['Unfold', () => new nn.Unfold(wrong({ kernelSize: 1 })), 'kernelSize'],
  ])('%s has its sizes in places of their own', (name, make, argument) => {
    expect(make).toThrow(new TypeError(`${name}(): ${argument} must be a number, but got Object: it is an argument of its own, before the options`));
  });

  it('a size that is missing is named', () => {
    expect(() => new nn.Linear(3, wrong(undefined))).toThrow(new TypeError("Linear(): missing required argument 'outFeatures'"));
    expect(() => new nn.Conv2d(3, 6, wrong(undefined))).toThrow(new TypeError("Conv2d(): missing required argument 'kernelSize'"));
  });

  it('numbers only where numbers belong', () => {
    expect(() => new nn.ELU({ alpha: wrong('1') })).toThrow(new TypeError("ELU(): alpha must be a number, but got string"));
    expect(() => new nn.Dropout(wrong(torch.ones(1)))).toThrow('Dropout(): expected an options object as in { p: value }, but got a Tensor');
    expect(() => torch.linspace(0, 1, wrong(undefined))).toThrow('steps must be an integer, but got NaN');
  });
});
