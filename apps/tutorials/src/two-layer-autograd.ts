import * as torch from 'sconce';
import type { Print } from './print.js';

/** A two-layer network whose gradients come from autograd; the weights are updated in place. */
export async function twoLayerAutograd(print: Print, { steps = 500, every = 100 } = {}): Promise<void> {
  torch.manualSeed(0);

  const [N, D_in, H, D_out] = [64, 1000, 100, 10];

  const x = torch.randn(N, D_in);
  const y = torch.randn(N, D_out);

  const w1 = torch.randn(D_in, H, { requiresGrad: true });
  const w2 = torch.randn(H, D_out, { requiresGrad: true });

  const learningRate = 1e-6;
  for (let t = 0; t < steps; t++) {
    const yPred = x.mm(w1).clamp(0).mm(w2);

    const loss = yPred.sub(y).pow(2).sum();
    if (t % every === every - 1) print(t, await loss.item());

    loss.backward();

    torch.noGrad(() => {
      w1.sub_(w1.grad!.mul(learningRate));
      w2.sub_(w2.grad!.mul(learningRate));

      w1.grad!.zero_();
      w2.grad!.zero_();
    });
  }
}
