import * as torch from 'sconce';
import type { Print } from './print.js';

/** P₃(x) = ½ (5x³ - 3x) */
class LegendrePolynomial3 extends torch.autograd.Function {
  static override forward(ctx: torch.autograd.FunctionContext, input: torch.Tensor): torch.Tensor {
    ctx.saveForBackward(input);
    return input.pow(3).mul(5).sub(input.mul(3)).mul(0.5);
  }

  static override backward(ctx: torch.autograd.FunctionContext, gradOutput: torch.Tensor): torch.Tensor {
    const [input] = ctx.savedTensors;
    return gradOutput.mul(1.5).mul(input.pow(2).mul(5).sub(1));
  }
}

/** "Defining new autograd functions": sin(x) fitted by a polynomial whose derivative is written by hand. */
export async function customFunction(print: Print, { steps = 2000, every = 100 } = {}): Promise<void> {
  const dtype = torch.float;

  // fit y = sin(x) with a + b P₃(c + d x)
  const x = torch.linspace(-Math.PI, Math.PI, 2000, { dtype });
  const y = torch.sin(x);

  const a = torch.full([], 0.0, { dtype, requiresGrad: true });
  const b = torch.full([], -1.0, { dtype, requiresGrad: true });
  const c = torch.full([], 0.0, { dtype, requiresGrad: true });
  const d = torch.full([], 0.3, { dtype, requiresGrad: true });

  const P3 = (input: torch.Tensor): torch.Tensor => LegendrePolynomial3.apply(input);

  const learningRate = 5e-6;
  for (let t = 0; t < steps; t++) {
    const yPred = a.add(b.mul(P3(c.add(d.mul(x)))));

    const loss = yPred.sub(y).pow(2).sum();
    if (t % every === every - 1) print(t, await loss.item());

    loss.backward();

    torch.noGrad(() => {
      a.sub_(a.grad!.mul(learningRate));
      b.sub_(b.grad!.mul(learningRate));
      c.sub_(c.grad!.mul(learningRate));
      d.sub_(d.grad!.mul(learningRate));

      a.grad = null;
      b.grad = null;
      c.grad = null;
      d.grad = null;
    });
  }

  const [ra, rb, rc, rd] = await Promise.all([a, b, c, d].map(async (value) => Number(await value.item()).toFixed(6)));
  print(`Result: y = ${ra} + ${rb} * P3(${rc} + ${rd} x)`);

  // the gradient agrees with finite differences
  print(P3(d.mul(x.index(':2'))).gradFn);
  const test = torch.tensor([0.3, -1.2], { dtype: torch.double, requiresGrad: true });
  print(torch.autograd.gradcheck(P3, test));
}
