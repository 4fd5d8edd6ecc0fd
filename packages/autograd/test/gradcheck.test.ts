import * as torch from '@sconce/tensor';
import { describe, expect, test, vi } from 'vitest';
import { gradcheck, GradcheckError, gradgradcheck } from '../src/index.js';
import { Node, type Edge } from '../src/node.js';
import { edgeOf } from '../src/edges.js';

const leaf = (data: number[], dtype = torch.float64) => torch.tensor(data, { dtype, requiresGrad: true });

/** `x` with a gradient of the caller's making. */
function withGradient(x: torch.Tensor, rule: (g: torch.Tensor) => torch.Tensor | null): torch.Tensor {
  const y = x.detach().clone();
  y.setGradFn(new (class extends Node {
    readonly name = 'RuleBackward';
    readonly edges: readonly (Edge | null)[] = [edgeOf(x)];
    apply([g]: readonly (torch.Tensor | null)[]) { return [g ? rule(g) : null]; }
  })());
  return y;
}

test('right derivatives pass, for several inputs and outputs', () => {
  const a = leaf([1, 2, 3]), b = leaf([4]);
  expect(gradcheck((x: torch.Tensor, y: torch.Tensor) => [x.mul(y), x.exp().sum()], [a, b])).toBe(true);
  expect(gradgradcheck((x: torch.Tensor, y: torch.Tensor) => [x.mul(x).mul(y), x.exp().sum()], [a, b])).toBe(true);
  expect(gradcheck((x: torch.Tensor, k: number) => x.t().mul(k), [torch.ones(2, 3, { dtype: torch.float64, requiresGrad: true }), 3])).toBe(true);
});

describe('wrong derivatives', () => {
  // the text that PyTorch gives for a function whose gradient is doubled
  const MISMATCH = `Jacobian mismatch for output 0 with respect to input 0,
numerical:tensor([[1.0000, 0.0000],
        [0.0000, 1.0000]], dtype=torch.float64)
analytical:tensor([[2., 0.],
        [0., 2.]], dtype=torch.float64)
`;
  const doubled = (x: torch.Tensor) => withGradient(x, (g) => g.mul(2));

  test('throw, or give false', () => {
    expect(() => gradcheck(doubled, leaf([1, 2]))).toThrow(GradcheckError);
    expect(() => gradcheck(doubled, leaf([0.5, 0.25]))).toThrow(MISMATCH);
    expect(gradcheck(doubled, leaf([1, 2]), { raiseException: false })).toBe(false);
  });

  test('of the second order', () => {
    const once = (x: torch.Tensor) => withGradient(x.mul(x), (g) => g.detach());
    expect(gradcheck(once, leaf([1]))).toBe(true);
    expect(gradgradcheck(once, leaf([1]), { raiseException: false })).toBe(false);
  });

  test('not from run to run the same', () => {
    let runs = 0;
    const drifting = (x: torch.Tensor) => withGradient(x, (g) => g.mul(1 + 1e-9 * runs++));
    expect(() => gradcheck(drifting, leaf([1]))).toThrow(/^Backward is not reentrant/);
    runs = 0;
    expect(gradcheck(drifting, leaf([1]), { nondetTol: 1e-6 })).toBe(true);
  });

  test('that do not depend on the gradient of the output', () => {
    const constant = (x: torch.Tensor) => withGradient(x, (g) => g.mul(0).add(1));
    expect(() => gradcheck(constant, leaf([1]))).toThrow('backward not multiplied by grad_output');
  });
});

describe('in fast mode', () => {
  const fastMode = true, doubled = (x: torch.Tensor) => withGradient(x, (g) => g.mul(2));

  test('right derivatives pass', () => {
    const state = torch.defaultGenerator.getState().numpy().slice();
    const a = leaf([1, 2, 3]), b = leaf([4]);
    expect(gradcheck((x: torch.Tensor, y: torch.Tensor) => [x.mul(y), x.exp().sum()], [a, b], { fastMode })).toBe(true);
    expect(gradgradcheck((x: torch.Tensor, y: torch.Tensor) => [x.mul(x).mul(y), x.exp().sum()], [a, b], { fastMode })).toBe(true);
    expect([a.detach().numpy(), torch.defaultGenerator.getState().numpy()]).toEqual([Float64Array.of(1, 2, 3), state]);
  });

  test('a function is called twice for each input', () => {
    let calls = 0;
    gradcheck((x: torch.Tensor) => { calls++; return x.sin(); }, torch.ones(50, { dtype: torch.float64, requiresGrad: true }), { fastMode, checkUndefinedGrad: false });
    expect(calls).toBe(3);
  });

  test("wrong derivatives are shown in PyTorch's random directions, and element by element", () => {
    expect(() => gradcheck(doubled, leaf([1, 2]), { fastMode })).toThrow(`Jacobian mismatch for output 0 with respect to input 0,
numerical:tensor(0.9224, dtype=torch.float64)
analytical:tensor(1.8447, dtype=torch.float64)

The above quantities relating the numerical and analytical jacobians are computed 
in fast mode. See: https://github.com/pytorch/pytorch/issues/53876 for more background 
about fast mode. Below, we recompute numerical and analytical jacobians in slow mode:

Numerical:
 tensor([[1.0000, 0.0000],
        [0.0000, 1.0000]], dtype=torch.float64)
Analytical:
tensor([[2., 0.],
        [0., 2.]], dtype=torch.float64)

The max per-element difference (slow mode) is: 1.0000000000`);
    expect(() => gradcheck((v: torch.Tensor) => v.detach(), leaf([1.5]), { fastMode })).toThrow('Numerical gradient for function expected to be zero');
  });

  test('where elements cancel each other, more may be too much for a direction than for elements', () => {
    const difference = (x: torch.Tensor) => withGradient(x, (g) => g.mul(torch.tensor([1.0009, 0.9991], { dtype: torch.float64 }))).mul(torch.tensor([1, -1])).sum();
    expect(gradcheck(difference, leaf([1, 2]))).toBe(true);
    expect(() => gradcheck(difference, leaf([1, 2]), { fastMode })).toThrow('Fast gradcheck failed but element-wise differences are small.');
  });
});

test('inputs are as they were where a function throws', () => {
  const x = leaf([1, -0]);
  let calls = 0;
  expect(() => gradcheck((v: torch.Tensor) => { if (++calls === 2) throw new Error('no'); return v.mul(2); }, x)).toThrow('no');
  expect(x.detach().numpy()).toEqual(Float64Array.of(1, -0));
});

test('a result may be a view of an input, which is changed meanwhile', () => {
  const x = torch.tensor(new Float64Array([1, 2, 3, 4]), { requiresGrad: true });
  expect(gradcheck((a: torch.Tensor) => a.view(2, 2).t(), x)).toBe(true);
  expect(gradgradcheck((a: torch.Tensor) => a.view(2, 2).t(), x)).toBe(true);
});

test('a function without differentiable outputs must not depend on its inputs', () => {
  const x = leaf([1.5]);
  expect(() => gradcheck((v: torch.Tensor) => v.detach(), x)).toThrow('Numerical gradient for function expected to be zero');
  expect(gradcheck((v: torch.Tensor) => v.detach().mul(0), x)).toBe(true);
});

test('complex inputs and outputs are checked part by part', () => {
  const z = torch.tensor([{ re: 0.5, im: -1 }, { re: 2, im: 0.25 }], { dtype: torch.complex128, requiresGrad: true });
  const wave = (x: torch.Tensor): torch.Tensor => torch.fft.fft(x.mul(x)).exp();
  expect([gradcheck(wave, z), gradgradcheck(wave, z)]).toEqual([true, true]);
  expect(() => gradcheck((x: torch.Tensor) => withGradient(x.mul(x), (g) => g.mul(x.detach()).mul(2)), z)).toThrow(GradcheckError);
});

test('what it asks of inputs', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  gradcheck((x: torch.Tensor) => x.mul(2), leaf([1], torch.float32), { eps: 1e-2 });
  expect(warn.mock.calls[0][0]).toMatch(/^Input #0 requires gradient and is not a double precision floating point or complex\./);
  warn.mockRestore();
  expect(() => gradcheck((x: torch.Tensor) => x, torch.ones(2))).toThrow(/^gradcheck expects at least one input tensor to require gradient/);
  const spread = leaf([1]).expand(3);
  expect(() => gradcheck((x: torch.Tensor) => x, spread)).toThrow(/^The 0th input has a dimension with stride 0\./);
});
