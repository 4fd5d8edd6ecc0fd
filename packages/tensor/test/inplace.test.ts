import { expect, test } from 'vitest';
import * as torch from '../src/index.js';

type Functions = Record<string, (x: torch.Tensor, ...args: unknown[]) => torch.Tensor>;
const functions = torch as unknown as Functions, integers = (...values: number[]): torch.Tensor => torch.tensor(values, { dtype: torch.int64 });

/** what those take beside the tensor */
const MORE: Record<string, readonly unknown[]> = {
  addmv_: [torch.ones(3, 2), torch.ones(2)], clamp_: [{ min: 0.5 }], clip_: [{ min: 0.5 }], clampMax_: [0.5], clampMin_: [0.5], fill_: [2],
  gcd_: [integers(4, 6, 9)], lcm_: [integers(4, 6, 9)], indexPut_: [[integers(1)], torch.tensor([7])], ldexp_: [torch.tensor(2)], resizeAs_: [torch.ones(2)],
  xlogy_: [torch.tensor(3)],
};

test.each(Object.keys(torch).filter((name) => name.endsWith('_')))('torch.%s writes over the tensor and gives it back', (name) => {
  const isInteger = name === 'gcd_' || name === 'lcm_', x = isInteger ? integers(6, 4, 6) : torch.tensor([0.25, 0.5, 0.75]);
  const { [name.slice(0, -1)]: anew } = functions, args = MORE[name] ?? [];
  const expected = name === 'acosh_' || name === 'arccosh_' || !anew ? null : anew(x.clone(), ...args).tolist();
  expect(functions[name](x, ...args)).toBe(x);
  if (expected) expect(x.tolist()).toEqual(expected);
});

test.each([
  ["relu_(): argument 'input' (position 1) must be Tensor, not number", () => torch.relu_(3 as never)],
  ["clamp_max_(): argument 'input' (position 1) must be Tensor, not Array", () => torch.clampMax_([1] as never, 2)],
])('%s', (text, fn) => expect(fn).toThrow(new TypeError(text)));
