import { exp, float32, float64, registerBackend, type DType } from '@sconce/tensor';
import { jsBackend, type Backend, type Kernel, type Op } from '@sconce/tensor/internal';
import { expect, test } from 'vitest';
import { backendSuite, compareWithCpu, samples } from '../src/index.js';

/** The JavaScript kernels on a device that only shares with the CPU what every device shares. */
registerBackend({ ...jsBackend, type: 'mirror' });
backendSuite('mirror');

test('a wrong kernel is found out, forward and backward', async () => {
  const wrong: Backend = {
    ...jsBackend,
    type: 'wrong',
    lower<A>(op: Op<A>): Kernel<A> | undefined {
      const kernel = jsBackend.lower(op);
      if ((op as Op<never>) !== (exp.op as Op<never>)) return kernel;
      return (inputs, outputs, attrs) => {
        kernel!(inputs, outputs, attrs);
        const [y] = outputs;
        (jsBackend.map!(y.storage, y.dtype) as Float64Array)[y.layout.offset] *= 1.001;
      };
    },
  };
  registerBackend(wrong);
  const [row] = samples.math.filter((r) => r.name === 'exp');
  const run = (dtype: DType) => compareWithCpu(row, 'wrong', dtype);
  await expect(run(float64)).rejects.toThrow(
    /float64 on wrong, compared with the CPU: output 0: .* at \[0, 0\]; 1 of 12 values differ; gradient of x: .*/);
  await expect(run(float32)).rejects.toThrow(/1 of 12 values differ/);
  await expect(compareWithCpu(samples.arithmetic[0], 'wrong', float64)).resolves.toBeUndefined();
});
