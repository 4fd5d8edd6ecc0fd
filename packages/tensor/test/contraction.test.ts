import { describe, expect, test } from 'vitest';
import * as torch from '../src/index.js';

const ramp = (...shape: number[]): torch.Tensor =>
  torch.arange(shape.reduce((p, n) => p * n, 1), { dtype: torch.float32 }).reshape(shape);
const { einsum } = torch;

describe('einsum', () => {
  // what PyTorch gives
  test('subscripts as numbers, behind their operands', async () => {
    const x = torch.arange(6, { dtype: torch.float32 }).view(2, 3), y = torch.arange(3, { dtype: torch.float32 });
    const results = [
      einsum(x, [0, 1], [1]), einsum(x, [0, 1], y, [1]), einsum(x, [30, 1], y, [1], [30]), einsum(x, ['...', 1], y, [1], ['...']), einsum(x, [1, 0]),
    ];
    expect(await Promise.all(results.map((z) => z.tolist()))).toEqual([[3, 5, 7], [5, 14], [5, 14], [5, 14], [[0, 3], [1, 4], [2, 5]]]);
    expect(() => einsum(x, [0, 52])).toThrow(new torch.ValueError('einsum(): subscript in subscript list is not within the valid range [0, 52)'));
    expect(() => einsum(x, [0, -1])).toThrow('einsum(): subscript in subscript list is not within the valid range [0, 52)');
    expect(() => (einsum as unknown as (x: torch.Tensor) => void)(x)).toThrow('einsum(): must specify the equation string and at least one operand');
  });

  const a = ramp(2, 3), b = ramp(3, 4), s = ramp(3, 3);
  test.each([
    ['ij,jk->ik', () => einsum('ij,jk->ik', a, b), () => a.mm(b)],
    ['ij,jk, implicit', () => einsum('ij,jk', a, b), () => a.mm(b)],
    ['blanks', () => einsum(' i j , j k -> i k ', a, b), () => a.mm(b)],
    ['operands as a list', () => einsum('ij,jk->ik', [a, b]), () => a.mm(b)],
    ['capitals come first', () => einsum('aB', a), () => a.t()],
    ['ii->i', () => einsum('ii->i', s), () => s.diagonal()],
    ['ii', () => einsum('ii', s), () => s.trace()],
    ['iij->j', () => einsum('iij->j', ramp(2, 2, 3)), () => ramp(4, 3).select(0, 0).add(ramp(4, 3).select(0, 3))],
    ['i,j->ij', () => einsum('i,j->ij', ramp(2), ramp(3)), () => torch.outer(ramp(2), ramp(3))],
    ['ij->', () => einsum('ij->', a), () => a.sum()],
    ['...ij->...ji', () => einsum('...ij->...ji', ramp(2, 2, 3)), () => ramp(2, 2, 3).transpose(1, 2)],
    ['...ij,...jk broadcasts', () => einsum('...ij,...jk', ramp(5, 2, 3), b), () => ramp(5, 2, 3).matmul(b)],
    ['an ellipsis summed over', () => einsum('...ij,jk->ik', ramp(5, 2, 3), b), () => ramp(5, 2, 3).matmul(b).sum(0)],
    ['sizes of 1', () => einsum('ij,ij->i', a, torch.ones(2, 1)), () => a.sum(1)],
    ['three operands', () => einsum('ij,jk,kl->il', a, b, ramp(4, 2)), () => a.mm(b).mm(ramp(4, 2))],
    ['bilinear', () => einsum('bn,anm,bm->ba', ramp(2, 3), ramp(5, 3, 4), ramp(2, 4)),
      () => torch.stack([0, 1, 2, 3, 4].map((i) => ramp(2, 3).mm(ramp(5, 3, 4).select(0, i)).mul(ramp(2, 4)).sum(1)), 1)],
    ['0-d operands', () => einsum(',i->i', torch.tensor(2), ramp(3)), () => ramp(3).mul(2)],
  ])('%s', async (_, run, expected) => {
    const result = run();
    expect(result.shape).toEqual(expected().shape);
    expect(await result.tolist()).toEqual(await expected().tolist());
  });

  test.each([
    ['einsum(): fewer operands were provided than specified in the equation', () => einsum('ij,jk->ik', a)],
    ['einsum(): more operands were provided than specified in the equation', () => einsum('ij->i', a, a)],
    ['einsum(): subscript j has size 4 for operand 1 which does not broadcast with previously seen size 3', () => einsum('ij,jk->ik', a, ramp(4, 5))],
    ['einsum(): the number of subscripts in the equation (3) does not match the number of dimensions (2) for operand 0 and no ellipsis was given', () => einsum('ijk->i', a)],
    ['einsum(): output subscript j does not appear in the equation for any input operand', () => einsum('i->j', ramp(2))],
    ['einsum(): output subscript i appears more than once in the output', () => einsum('i->ii', ramp(2))],
    ['einsum(): invalid subscript given at index 1 in the equation string, subscripts must be in [a-zA-Z]', () => einsum('i1->i', a)],
    ["einsum(): found '.' for operand 0 that is not part of any ellipsis", () => einsum('i.->i', a)],
    ["einsum(): subscript i is repeated for operand 0 but the sizes don't match, 3 != 2", () => einsum('ii->i', a)],
    ['einsum(): invalid subscript given at index 3 in the equation string, subscripts must be in [a-zA-Z]', () => einsum('i->-', ramp(2))],
  ])('%s', (message, run) => { expect(run).toThrow(message); });
});

test('tensordot, inner, kron, cross, addr', async () => {
  expect(await torch.tensordot(ramp(2, 3), ramp(3, 2), { dims: 1 }).tolist()).toEqual(await ramp(2, 3).mm(ramp(3, 2)).tolist());
  expect(await torch.tensordot(ramp(2, 3), torch.ones(2, 1), { dims: [[0, 1], [0, 1]] }).item()).toBe(15);
  expect(await torch.inner(torch.tensor(2), ramp(2)).tolist()).toEqual([0, 2]);
  expect(await torch.kron(torch.eye(2), torch.tensor([1, 2])).tolist()).toEqual([[1, 2, 0, 0], [0, 0, 1, 2]]);
  expect(await torch.cross(torch.tensor([1n, 0n, 0n]), torch.tensor([0n, 1n, 0n])).tolist()).toEqual([0, 0, 1]);
  expect(await torch.linalg.cross(torch.tensor([[1, 0, 0]]), torch.eye(3)).tolist()).toEqual([[0, 0, 0], [0, 0, 1], [0, -1, 0]]);
  const nan = torch.full([2, 2], NaN);
  expect(await torch.addr(nan, ramp(2), torch.ones(2), { beta: 0, alpha: 3 }).tolist()).toEqual([[0, 0], [3, 3]]);
  expect(() => torch.tensordot(ramp(4, 5), ramp(3, 5), { dims: 1 }))
    .toThrow('contracted dimensions need to match, but first has size 5 in dim -1 and second has size 3 in dim 0');
  expect(() => torch.cross(torch.ones(2, 2), torch.ones(2, 2))).toThrow('no dimension of size 3 in input');
  expect(() => torch.cross(torch.ones(3), torch.tensor([1n, 0n, 0n]))).toThrow('expected scalar type Float but found Long');
  expect(() => torch.cross(torch.ones(3).bool(), torch.ones(3))).toThrow(`"cross" not implemented for 'Bool'`);
});

test('covariance and correlation', async () => {
  const x = torch.tensor([[1, 2, 3], [4, 5, 7]]);
  const weighted = await torch.cov(x, { fweights: torch.tensor([1n, 2n, 1n]), aweights: torch.tensor([0.5, 1, 2]) }).tolist() as number[][];
  [[0.6429, 1.0714], [1.0714, 1.8571]].forEach((row, i) => row.forEach((v, j) => expect(weighted[i][j]).toBeCloseTo(v, 4)));
  expect(await torch.cov(torch.tensor([1, 2, 3])).item()).toBe(1);
  expect(await torch.corrcoef(torch.tensor([[1, 2, 3], [3, 2, 1]])).tolist()).toEqual([[1, -1], [-1, 1]]);
  expect(() => torch.cov(x, { aweights: torch.tensor([1, -1, 1]) })).toThrow('cov(): aweights cannot be negative');
});

test('histograms: the last bin is closed, NaN and what lies outside is left out', async () => {
  expect(await torch.histc(torch.tensor([1, 2, 1]), { bins: 4, min: 0, max: 3 }).tolist()).toEqual([0, 2, 1, 0]);
  expect(await torch.histc(torch.tensor([0, 3, NaN, 4]), { bins: 3, max: 3 }).tolist()).toEqual([1, 0, 1]);
  expect(await torch.histc(torch.tensor([2, 2]), { bins: 3 }).tolist()).toEqual([0, 2, 0]);
  // PyTorch's own: the middle of a range of 2, as float32 has it
  const binOf = async (x: number): Promise<unknown> => torch.histc(torch.tensor([x])).argmax().item();
  expect([await binOf(-3.4074654579162598), await binOf(-3.9066736698150635), await binOf(-1.3819056749343872)]).toEqual([50, 49, 49]);
  expect(() => torch.histc(torch.tensor([1, Infinity]), { bins: 3 })).toThrow('torch.histc: range of [1, inf] is not finite');
});

test('histograms of points say what they cannot count', async () => {
  const x = torch.tensor([[0, 1], [1, 0], [2, 0], [2, 2]]), ends = torch.ones(3), of = torch.histogramdd;
  expect(await of(torch.ones(0, 2), 2).hist.tolist()).toEqual([[0, 0], [0, 0]]);
  expect(torch.histogram(torch.tensor([0, 1])).binEdges.shape).toEqual([101]);
  expect(String(torch.histogram(torch.ones(2), 1))).toBe('torch.return_types.histogram(\nhist=tensor([2.]),\nbin_edges=tensor([0.5000, 1.5000]))');
  expect([await of(torch.ones(3, 0), []).hist.item(), of(torch.ones(3, 0), 2).binEdges]).toEqual([0, []]);
  expect(() => of(torch.tensor(3), 3)).toThrow(new torch.IndexError('Dimension specified as -1 but tensor has no dimensions'));
  const says: [() => unknown, string][] = [
    [() => of(torch.ones(3), 3), 'torch.histogramdd: input tensor should have at least 2 dimensions'],
    [() => of(x, [ends]), 'torch.histogramdd: expected 2 sequences of bin edges for a 2-dimensional histogram but got 1'],
    [() => of(x, [3, 0]), 'torch.histogram(): bins must be > 0, but got 0 for dimension 1'],
    [() => of(x, [ends, torch.ones(1)]), 'torch.histogram(): bins must be > 0, but got 0 for dimension 1'],
    [() => of(x, 3, { range: [0, 1] }), 'torch.histogramdd: for a 2-dimensional histogram range should have 4 elements, but got 2'],
    [() => of(x, 3, { range: [0, 1, 2, 1] }), 'torch.histogramdd: min should not exceed max, but got min 2 max 1 for dimension 1'],
    [() => of(x, [ends, ends.double()]),
      'torch.histogramdd: input tensor and bins tensors should have the same dtype, but got input with dtype float and bins for dimension 1 with dtype double'],
    [() => of(x, 3, { weight: ends }), 'torch.histogramdd: if weight tensor is provided it should have the same shape as the input tensor excluding its ' +
      'innermost dimension, but got input with shape [4, 2] and weight with shape [3]'],
    [() => of(x.long(), 3), `"histogramdd" not implemented for 'Long'`],
    [() => torch.histogram(x, 3, { weight: torch.ones(4) }), 'torch.histogramdd: if weight tensor is provided it should have the same shape as the input ' +
      'tensor excluding its innermost dimension, but got input with shape [8, 1] and weight with shape [4]'],
    [() => torch.histogram(x, 3, { range: [0, Infinity] }), `torch.histogramdd: dimension 0's range [0, inf] is not finite`],
  ];
  for (const [call, words] of says) expect(call).toThrow(new torch.RuntimeError(words));
});
