import * as torch from 'sconce';
import type { Print } from './print.js';

/** A two-layer network on tensors, its gradients written by hand. */
export async function twoLayerTensors(print: Print, { steps = 500, every = 100 } = {}): Promise<void> {
  torch.manualSeed(0);

  const [N, D_in, H, D_out] = [64, 1000, 100, 10];

  const x = torch.randn(N, D_in);
  const y = torch.randn(N, D_out);

  const w1 = torch.randn(D_in, H);
  const w2 = torch.randn(H, D_out);

  const learningRate = 1e-6;
  for (let t = 0; t < steps; t++) {
    // forward
    const h = x.mm(w1);
    const hRelu = h.clamp(0);
    const yPred = hRelu.mm(w2);

    const loss = await yPred.sub(y).pow(2).sum().item();
    if (t % every === every - 1) print(t, loss);

    // backward
    const gradYPred = yPred.sub(y).mul(2.0);
    const gradW2 = hRelu.t().mm(gradYPred);
    const gradHRelu = gradYPred.mm(w2.t());
    const gradH = gradHRelu.clone();
    gradH.indexPut_([h.lt(0)], 0);
    const gradW1 = x.t().mm(gradH);

    w1.sub_(gradW1.mul(learningRate));
    w2.sub_(gradW2.mul(learningRate));
  }
}
