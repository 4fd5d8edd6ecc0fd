import * as torch from '@sconce/tensor';
import { describe, expect, test } from 'vitest';
import { Function, grad, gradcheck, gradgradcheck, noGrad, onceDifferentiable, type FunctionContext } from '../src/index.js';

type Context = FunctionContext;
const leaf = (data: number[], dtype = torch.float32) => torch.tensor(data, { dtype, requiresGrad: true });

class Exp extends Function {
  static override forward(ctx: Context, x: torch.Tensor) {
    const result = x.exp();
    ctx.saveForBackward(result);
    return result;
  }
  static override backward(ctx: Context, g: torch.Tensor) { return g.mul(ctx.savedTensors[0]); }
}

class Scale extends Function {
  static override forward(ctx: Context, x: torch.Tensor, by: number) {
    ctx.by = by;
    return x.mul(by);
  }
  static override backward(ctx: Context, g: torch.Tensor): unknown { return [g.mul(ctx.by as number), null]; }
}

test('a node with the name of the class, and derivatives of both orders', async () => {
  const x = leaf([0, 1], torch.float64);
  const y = Exp.apply(x);
  expect(y.gradFn!.name).toBe('ExpBackward');
  expect(y.gradFn!.nextFunctions[0][0]!.variable).toBe(x);
  expect(y.gradFn!.savedTensors[0]).toBe(y);
  expect(y.toString()).toBe('tensor([1.0000, 2.7183], dtype=torch.float64, grad_fn=<ExpBackward>)');
  expect(gradcheck((v: torch.Tensor) => Exp.apply(v), x)).toBe(true);
  expect(gradgradcheck((v: torch.Tensor) => Exp.apply(v), x)).toBe(true);
  const scaled = Scale.apply(leaf([1, 2]), 3);
  expect(await scaled.detach().tolist()).toEqual([3, 6]);
  expect(scaled.gradFn!.nextFunctions).toHaveLength(1);
});

test('is not recorded where no gradient is wanted', () => {
  expect(Exp.apply(torch.ones(1)).requiresGrad).toBe(false);
  expect(noGrad(() => Exp.apply(leaf([1]))).gradFn).toBe(null);
});

describe('what backward returns', () => {
  const returning = (result: (g: torch.Tensor) => unknown) => class Bad extends Scale {
    static override backward(_ctx: Context, g: torch.Tensor) { return result(g); }
  };
  const fails = (result: (g: torch.Tensor) => unknown) => () => returning(result).apply(leaf([1, 2]), 3).sum().backward();

  test.each<[(g: torch.Tensor) => unknown, string]>([
    [(g) => g, 'function BadBackward returned an incorrect number of gradients (expected 2, got 1)'],
    [(g) => [g, g], 'function BadBackward returned a gradient different than None at position 2, but the corresponding forward input was not a Variable'],
    [() => [torch.ones(3), null], 'Function BadBackward returned an invalid gradient at index 0 - got [3] but expected shape compatible with [2]'],
    [() => [3, null], 'expected Variable or None (got number)'],
  ])('%#', (result, message) => expect(fails(result)).toThrow(new torch.RuntimeError(message)));

  test('more nulls than arguments, and gradients that broadcast', async () => {
    const x = leaf([1, 2]);
    returning((g) => [g.expand(4, 2), null, null]).apply(x, 1).sum().backward();
    expect(await x.grad!.tolist()).toEqual([4, 4]);
  });

  test('nothing is there to call', () => {
    class Empty extends Function {}
    expect(() => Empty.apply()).toThrow('You must implement the forward function for custom autograd.Function.');
    class Half extends Function { static override forward(_: Context, x: torch.Tensor) { return x.mul(1); } }
    expect(() => Half.apply(leaf([1])).backward()).toThrow(/^You must implement either the backward or vjp method/);
  });
});

test('several outputs: missing gradients are zeros, or null', async () => {
  const seen: unknown[] = [];
  class Two extends Function {
    static override forward(ctx: Context, x: torch.Tensor, materialize: boolean) {
      ctx.setMaterializeGrads(materialize);
      const doubled = x.mul(2), plain = x.mul(3);
      ctx.markNonDifferentiable(plain);
      return [doubled, x.mul(5), plain] as const;
    }
    static override backward(ctx: Context, g: torch.Tensor, h: torch.Tensor | null): unknown {
      seen.push(h === null ? null : h.numpy().slice(), ctx.needsInputGrad);
      return [g.mul(2), null];
    }
  }
  const x = leaf([1, 2]);
  const [first, second, third] = Two.apply(x, true);
  expect([first.requiresGrad, second.requiresGrad, third.requiresGrad]).toEqual([true, true, false]);
  first.sum().backward();
  Two.apply(x, false)[0].sum().backward();
  expect(seen).toEqual([new Float32Array([0, 0]), [true, false], null, [true, false]]);
});

describe('in place', () => {
  class Double extends Function {
    static override forward(ctx: Context, x: torch.Tensor) {
      ctx.markDirty(x);
      return x.mul_(2);
    }
    static override backward(_ctx: Context, g: torch.Tensor): unknown { return g.mul(2); }
  }
  class AddTo extends Function {
    static override forward(ctx: Context, x: torch.Tensor, y: torch.Tensor) {
      ctx.markDirty(x);
      return x.add_(y);
    }
    static override backward(_ctx: Context, g: torch.Tensor): unknown { return [g, g]; }
  }

  test('an intermediate result', async () => {
    const x = leaf([1, 2]), z = x.mul(3);
    const y = Double.apply(z);
    expect(y).toBe(z);
    expect(z.gradFn!.name).toBe('DoubleBackward');
    z.sum().backward();
    expect(await x.grad!.tolist()).toEqual([6, 6]);
  });

  test('a view of a tensor', async () => {
    const x = leaf([1, 2]), base = torch.zeros(4);
    AddTo.apply(base.view(2, 2).select(0, 0), x);
    expect(base.toString()).toBe('tensor([1., 2., 0., 0.], grad_fn=<CopySlices>)');
    base.mul(torch.tensor([1, 10, 100, 1000])).sum().backward();
    expect(await x.grad!.tolist()).toEqual([1, 10]);
  });

  test('what is refused', () => {
    expect(() => Double.apply(leaf([1]))).toThrow('a leaf Variable that requires grad has been used in an in-place operation.');
    class Lost extends Double {
      static override forward(ctx: Context, x: torch.Tensor) {
        ctx.markDirty(x);
        return x.mul_(2).mul(1);
      }
    }
    expect(() => Lost.apply(leaf([1]).mul(1))).toThrow(/^Some elements marked as dirty during the forward method were not returned/);
  });

  test('an output that is a view, or an input itself', () => {
    class Same extends Scale { static override forward(_ctx: Context, x: torch.Tensor, _by: number) { return x; } }
    class Column extends Scale { static override forward(_ctx: Context, x: torch.Tensor, _by: number) { return x.view(-1, 1); } }
    const x = leaf([1, 2]);
    for (const [y, name] of [[Same.apply(x, 1), 'Same'], [Column.apply(x, 1), 'Column']] as const) {
      expect(y).not.toBe(x);
      expect(y.gradFn!.name).toBe(`${name}Backward`);
      expect(() => y.mul_(2)).toThrow(new RegExp(`^Output 0 of ${name}Backward is a view and is being modified inplace\\.`));
    }
  });
});

describe('what was saved', () => {
  class Square extends Function {
    static override forward(ctx: Context, x: torch.Tensor) {
      ctx.saveForBackward(x, null);
      return x.mul(x);
    }
    static override backward(ctx: Context, g: torch.Tensor) { return g.mul(ctx.savedTensors[0]).mul(2); }
  }
  test('must not be written to, and goes after backward', () => {
    const x = leaf([1]), z = x.mul(1), stale = Square.apply(z);
    z.add_(1);
    expect(() => stale.backward()).toThrow(/^one of the variables needed for gradient computation has been modified by an inplace operation: \[torch.FloatTensor \[1\]\], which is output 0 of AddBackward0, is at version 1; expected version 0/);
    const y = Square.apply(x);
    expect(y.gradFn!.savedTensors).toEqual([x, null]);
    y.backward();
    expect(() => y.backward()).toThrow(/^Trying to backward through the graph a second time/);
    expect(() => y.gradFn!.savedTensors).toThrow(/^Trying to backward through the graph a second time/);
  });

  test('is tensors only', () => {
    class Wrong extends Square {
      static override forward(ctx: Context, x: torch.Tensor) {
        ctx.saveForBackward(3 as never);
        return x.mul(1);
      }
    }
    expect(() => Wrong.apply(leaf([1]))).toThrow('save_for_backward can only save variables, but argument 0 is of type number');
  });
});

test('once differentiable', () => {
  class Once extends Function {
    static override forward(_ctx: Context, x: torch.Tensor) { return x.mul(1); }
    static override backward = onceDifferentiable((_ctx: Context, g: torch.Tensor) => g.mul(2));
  }
  const x = leaf([1]), weight = leaf([3]);
  const [d] = grad(Once.apply(x).mul(weight), x, null, { createGraph: true });
  expect(() => d!.backward()).toThrow('trying to differentiate twice a function that was marked with @once_differentiable');
});
