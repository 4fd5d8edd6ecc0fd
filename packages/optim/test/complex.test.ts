import { tensor } from '@sconce/tensor';
import { expect, test } from 'vitest';
import * as optim from '../src/index.js';

/** What PyTorch's optimizers make of `z` in three steps of lr 0.1 on sum |z (1 + 0.5i)|². */
const recorded = {
  SGD: '0.4219+0.8438j, 1.2656+1.6875j 2.1094+2.5312j, 2.9531+3.3750j',
  Adam: '0.7016+1.7006j, 2.7004+3.7003j 4.7002+5.7002j, 6.7001+7.7001j',
  AdamW: '0.6989+1.6949j, 2.6917+3.6886j 4.6855+5.6825j, 6.6795+7.6765j',
  Adagrad: '0.7805+1.7758j, 2.7744+3.7736j 4.7732+5.7729j, 6.7727+7.7726j',
  RMSprop: '0.0000+0.3097j, 1.0690+1.9627j 2.9043+3.8677j, 4.8426+5.8244j',
  Adadelta: '0.9990+1.9990j, 2.9990+3.9990j 4.9990+5.9990j, 6.9990+7.9990j',
  Adamax: '0.7155+1.7076j, 2.7050+3.7037j 4.7029+5.7024j, 6.7020+7.7017j',
  RAdam: '0.3467+0.6935j, 1.0402+1.3870j 1.7337+2.0805j, 2.4272+2.7739j',
  ASGD: '0.4219+0.8437j, 1.2656+1.6874j 2.1093+2.5312j, 2.9530+3.3749j',
  Rprop: '0.6360+1.6360j, 2.6360+3.6360j 4.6360+5.6360j, 6.6360+7.6360j',
} as const;

test.each(Object.entries(recorded))('%s trains complex parameters as PyTorch does', (name, expected) => {
  const p = tensor([[{ re: 1, im: 2 }, { re: 3, im: 4 }], [{ re: 5, im: 6 }, { re: 7, im: 8 }]], { requiresGrad: true });
  const optimizer = new optim[name as keyof typeof recorded]([p], { lr: 0.1 });
  for (let step = 0; step < 3; step++) {
    optimizer.zeroGrad();
    p.mul({ re: 1, im: 0.5 }).abs().pow(2).sum().backward();
    optimizer.step();
  }
  const numbers = expected.match(/[\d.]+/g)!.map(Number);
  [...p.data.numpy()].forEach((value, i) => expect(value).toBeCloseTo(numbers[i], 4));
  expect(numbers.length).toBe(8);
});
