import * as torch from '@sconce/tensor';
import { between, constant, distinct, integers, mask, normal, positive, typed, values } from '../draws.js';
import { row } from '../row.js';

const sums = [
  ...(['sum', 'mean'] as const).flatMap((name) => [
    row(name, `x.${name}()`, ({ x }) => x[name](), { x: normal(3, 4) }),
    row(name, `x.${name}()`, ({ x }) => x[name](), { x: normal() }),
    row(name, `x.${name}(1)`, ({ x }) => x[name](1), { x: normal(3, 4) }),
    row(name, `x.${name}((0, -1), keepdim=True)`, ({ x }) => x[name]([0, -1], { keepdim: true }),
      { x: normal(2, 3, 2) }),
    row(name, `x.${name}(0)`, ({ x }) => x[name](0), { x: normal(0, 3) }),
  ]),
  row('sum', 'x.sum()', ({ x }) => x.sum(), { x: integers(-5, 5, 2, 3) }),
  row('sum', 'x.sum(1)', ({ x }) => x.sum(1), { x: mask(2, 3) }),
  row('sum', 'x.sum(dtype=torch.float32)', ({ x }) => x.sum({ dtype: torch.float32 }),
    { x: typed('int32', integers(-5, 5, 4)) }),
  row('nansum', 'x.nansum(1)', ({ x }) => x.nansum(1), { x: values([1, NaN, 2, 3, NaN, NaN], 2, 3) }, { gradcheck: false, node: 'SumBackward1' }),
  row('nanmean', 'x.nanmean(1)', ({ x }) => x.nanmean(1),
    { x: values([1, NaN, 2, 3, NaN, 5], 2, 3) }, { gradcheck: false }),
  row('prod', 'x.prod()', ({ x }) => x.prod(), { x: normal(2, 3) }),
  row('prod', 'x.prod(1, keepdim=True)', ({ x }) => x.prod(1, { keepdim: true }), { x: normal(2, 3) }),
  row('prod', 'x.prod()', ({ x }) => x.prod(), { x: values([2, 0, 3]) }),
  row('prod', 'x.prod(1)', ({ x }) => x.prod(1), { x: values([2, 0, 3, 0, 0, 1], 2, 3) }),
  row('prod', 'x.prod(0)', ({ x }) => x.prod(0), { x: integers(1, 5, 3, 2) }),
  row('all', 'x.all()', ({ x }) => x.all(), { x: mask(3) }),
  row('all', 'x.all(1)', ({ x }) => x.all(1), { x: integers(0, 3, 3, 2) }),
  row('any', 'x.any()', ({ x }) => x.any(), { x: mask(3) }),
  row('any', 'x.any(1, keepdim=True)', ({ x }) => x.any(1, { keepdim: true }), { x: mask(3, 2) }),
  row('countNonzero', 'x.count_nonzero(1)', ({ x }) => x.countNonzero(1), { x: integers(0, 3, 3, 4) }),
];

const spreads = [
  ...(['var', 'std'] as const).flatMap((name) => [
    row(name, `x.${name}()`, ({ x }) => x[name](), { x: normal(3, 4) }),
    row(name, `x.${name}(1)`, ({ x }) => x[name](1), { x: normal(3, 4) }),
    row(name, `x.${name}((0, 2), unbiased=False, keepdim=True)`,
      ({ x }) => x[name]([0, 2], { unbiased: false, keepdim: true }), { x: normal(2, 3, 2) }),
  ]),
  row('varMean', 'torch.var_mean(x, 1)', ({ x }) => torch.varMean(x, 1), { x: normal(2, 4) }),
  row('stdMean', 'torch.std_mean(x, 0)', ({ x }) => torch.stdMean(x, 0), { x: normal(4, 2) }),
  row('norm', 'x.norm()', ({ x }) => x.norm(), { x: normal(3, 4) }),
  row('norm', 'x.norm(1, 1)', ({ x }) => x.norm(1, 1), { x: normal(3, 4) }),
  row('norm', 'x.norm(3, 0, keepdim=True)', ({ x }) => x.norm(3, 0, { keepdim: true }), { x: normal(3, 4) }),
  row('norm', "x.norm(float('inf'), 1)", ({ x }) => x.norm(Infinity, 1), { x: normal(3, 4) }),
  row('norm', "x.norm(-math.inf, 1)", ({ x }) => x.norm(-Infinity, 1), { x: normal(3, 4) }),
  row('norm', 'x.norm(0, 1)', ({ x }) => x.norm(0, 1), { x: normal(3, 4) }),
  row('norm', 'x.norm()', ({ x }) => x.norm(), { x: values([0, 0]) }, { gradcheck: false }),
  row('norm', 'x.norm(2, 1)', ({ x }) => x.norm(2, 1), { x: values([0, 0, 3, 4], 2, 2) }, { gradcheck: false }),
  row('dist', 'torch.dist(x, y, 2)', ({ x, y }) => torch.dist(x, y, 2),
    { x: normal(3, 4), y: normal(4) }),
  row('logsumexp', 'x.logsumexp(1)', ({ x }) => x.logsumexp(1), { x: normal(3, 4) }),
  row('logsumexp', 'x.logsumexp((0, 1), keepdim=True)', ({ x }) => x.logsumexp([0, 1], { keepdim: true }),
    { x: normal(3, 4) }),
  row('logsumexp', 'x.logsumexp(0)', ({ x }) => x.logsumexp(0),
    { x: values([1000, 1000, -Infinity]) }, { gradcheck: false }),
];

const extremes = [
  ...(['max', 'min'] as const).flatMap((name) => [
    row(name, `x.${name}()`, ({ x }) => x[name](), { x: distinct(3, 4) }),
    row(name, `x.${name}(1)`, ({ x }) => x[name](1), { x: distinct(3, 4) }),
    row(name, `x.${name}(0, keepdim=True)`, ({ x }) => x[name](0, { keepdim: true }), { x: distinct(3, 4) }),
    row(name, `x.${name}()`, ({ x }) => x[name](), { x: values([1, 3, 3, -2, -2]) }, { gradcheck: false }),
    row(name, `x.${name}(0)`, ({ x }) => x[name](0), { x: values([1, NaN, 3]) }, { gradcheck: false }),
    row(name, `x.${name}(0)`, ({ x }) => x[name](0), { x: integers(-5, 5, 3, 4) }),
    row(name, `torch.${name}(x, y)`, ({ x, y }) => x[name](y), { x: normal(3, 4), y: normal(4) }),
    row(`a${name}`, `x.a${name}((0, 2))`, ({ x }) => x[`a${name}`]([0, 2]), { x: distinct(2, 3, 2) }),
    row(`a${name}`, `x.a${name}(1, keepdim=True)`, ({ x }) => x[`a${name}`](1, { keepdim: true }),
      { x: values([1, 2, 2, 0, 0, 0], 2, 3) }, { gradcheck: false }),
    row(`arg${name}`, `x.arg${name}()`, ({ x }) => x[`arg${name}`](), { x: distinct(3, 4) }, { grad: false }),
    row(`arg${name}`, `x.arg${name}(1, keepdim=True)`, ({ x }) => x[`arg${name}`](1, { keepdim: true }),
      { x: distinct(3, 4) }, { grad: false }),
    row(`cum${name}`, `x.cum${name}(1)`, ({ x }) => x[`cum${name}`](1), { x: distinct(3, 4) }),
  ]),
  row('aminmax', 'x.aminmax(dim=1)', ({ x }) => x.aminmax({ dim: 1 }), { x: distinct(3, 4) }, { grad: false }),
  row('median', 'x.median()', ({ x }) => x.median(), { x: distinct(3, 4) }),
  row('median', 'x.median(1)', ({ x }) => x.median(1), { x: distinct(3, 4) }),
  row('nanmedian', 'x.nanmedian()', ({ x }) => x.nanmedian(),
    { x: values([1, NaN, 2, 3, NaN, 5], 2, 3) }, { gradcheck: false }),
  row('nanmedian', 'x.nanmedian(1)', ({ x }) => x.nanmedian(1),
    { x: values([1, NaN, 2, 3, NaN, 5], 2, 3) }, { gradcheck: false }),
  row('mode', 'x.mode(1)', ({ x }) => x.mode(1), { x: values([1, 2, 2, 3, 1, 3], 2, 3) }, { gradcheck: false }),
  row('kthvalue', 'x.kthvalue(2, 1)', ({ x }) => x.kthvalue(2, 1), { x: distinct(3, 4) }),
  row('quantile', 'x.quantile(0.4, 1)', ({ x }) => x.quantile(0.4, 1), { x: distinct(3, 4) }),
  row('quantile', 'x.quantile(y)', ({ x, y }) => x.quantile(y),
    { x: distinct(3, 4), y: constant(between(0, 1, 3)) }),
];

const running = [
  row('cumsum', 'x.cumsum(1)', ({ x }) => x.cumsum(1), { x: normal(3, 4) }),
  row('cumsum', 'x.cumsum(0)', ({ x }) => x.cumsum(0), { x: integers(-5, 5, 3, 2) }),
  row('cumprod', 'x.cumprod(1)', ({ x }) => x.cumprod(1), { x: positive(3, 4) }),
  row('cumprod', 'x.cumprod(0)', ({ x }) => x.cumprod(0), { x: values([2, 0, 3, 0]) }),
  row('logcumsumexp', 'x.logcumsumexp(1)', ({ x }) => x.logcumsumexp(1), { x: normal(3, 4) }),
  row('diff', 'x.diff()', ({ x }) => x.diff(), { x: normal(3, 4) }),
  row('trapezoid', 'torch.trapezoid(x, dx=0.5)', ({ x }) => torch.trapezoid(x, { dx: 0.5 }),
    { x: normal(3, 4) }, { node: 'SumBackward1' }),
  row('cov', 'torch.cov(x)', ({ x }) => x.cov(), { x: normal(3, 4) }),
  row('renorm', 'x.renorm(2, 0, 1.5)', ({ x }) => x.renorm(2, 0, 1.5), { x: normal(3, 4) }),
  row('histc', 'x.histc(4, -2, 2)', ({ x }) => x.histc({ bins: 4, min: -2, max: 2 }),
    { x: normal(12) }, { grad: false }),
  // every element lies at the edge of a bin, or where rounding puts it
  row('histc', '(x / 10).histc(30, 0, 3)', ({ x }) => x.div(10).histc({ bins: 30, min: 0, max: 3 }), { x: integers(0, 30, 60) }, { gradcheck: false }),
];

const EDGES = 'e = torch.tensor([-2., -0.5, 0, 0.25, 3], dtype=dtype); ';

const grid = ({ hist, binEdges }: torch.Histogramdd): torch.Tensor[] => [hist, ...binEdges];

const histograms = [
  row('histogram', 'torch.histogram(x, 5, range=(-1., 2.))', ({ x }) => torch.histogram(x, 5, { range: [-1, 2] }), { x: normal(3, 8) }, { grad: false }),
  row('histogram', 'torch.histogram(x / 10, 30, range=(0., 3.))', ({ x }) => torch.histogram(x.div(10), 30, { range: [0, 3] }), { x: integers(0, 30, 60) }, { grad: false }),
  row('histogram', 'torch.histogram(x, 2, range=(1., 3.), weight=y)', ({ x, y }) => torch.histogram(x, 2, { range: [1, 3], weight: y }),
    { x: values([1.5, 2.5, 9.5]), y: values([1.5, 2, Infinity]) }, { grad: false }),
  row('histogram', 'torch.histogram(x, 4, weight=y, density=True)', ({ x, y }) => torch.histogram(x, 4, { weight: y, density: true }),
    { x: normal(3, 4), y: between(0.25, 3, 3, 4) }, { grad: false, host: true }),
  row('histogram', `${EDGES}torch.histogram(x, e, weight=y)`, ({ x, y }, o) => torch.histogram(x, torch.tensor([-2, -0.5, 0, 0.25, 3], o), { weight: y }),
    { x: normal(12), y: normal(12) }, { grad: false }),
  row('histogramdd', '(lambda h: [h.hist, *h.bin_edges])(torch.histogramdd(x, [2, 3], range=(-1., 2., -2., 2.)))', ({ x }) => grid(torch.histogramdd(x, [2, 3], { range: [-1, 2, -2, 2] })),
    { x: normal(4, 3, 2) }, { grad: false }),
  row('histogramdd', '(lambda h: [h.hist, *h.bin_edges])(torch.histogramdd(x, 3, weight=y, density=True))',
    ({ x, y }) => grid(torch.histogramdd(x, 3, { weight: y, density: true })), { x: normal(9, 3), y: between(0.25, 3, 9) }, { grad: false, host: true }),
  row('histogramdd', `${EDGES}(lambda h: [h.hist, *h.bin_edges])(torch.histogramdd(x, [e, e.abs().sort()[0]]))`, ({ x }, o) => {
    const e = torch.tensor([-2, -0.5, 0, 0.25, 3], o);
    return grid(torch.histogramdd(x, [e, e.abs().sort().values]));
  }, { x: normal(12, 2) }, { grad: false }),
];

const ordering = [
  row('sort', 'x.sort()', ({ x }) => x.sort(), { x: distinct(3, 4) }),
  row('sort', 'x.sort(0, descending=True)', ({ x }) => x.sort(0, { descending: true }), { x: distinct(3, 4) }),
  row('sort', 'x.sort(stable=True)', ({ x }) => x.sort({ stable: true }), { x: integers(0, 3, 2, 6) }),
  row('argsort', 'x.argsort(1)', ({ x }) => x.argsort(1), { x: distinct(3, 4) }, { grad: false }),
  row('topk', 'x.topk(2)', ({ x }) => x.topk(2), { x: distinct(3, 4) }),
  row('topk', 'x.topk(2, 0, largest=False)', ({ x }) => x.topk(2, 0, { largest: false }), { x: distinct(3, 4) }),
];

const softmaxes = (['softmax', 'logSoftmax'] as const).flatMap((name) => {
  const python = name === 'softmax' ? 'softmax' : 'log_softmax';
  return [
    row(name, `torch.${python}(x, 1)`, ({ x }) => x[name](1), { x: normal(3, 4) }),
    row(name, `torch.${python}(x, 0)`, ({ x }) => x[name](0), { x: normal(2, 3, 2) }),
    row(name, `torch.${python}(x, 0)`, ({ x }) => x[name](0), { x: normal() }),
    row(name, `torch.${python}(x, -1)`, ({ x }) => x[name](-1), { x: values([1000, 1001, -1000]) }),
  ];
});

export const reduction = [...sums, ...spreads, ...extremes, ...running, ...histograms, ...ordering, ...softmaxes];
