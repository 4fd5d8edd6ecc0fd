import { expect, test } from 'vitest';
import { maskedSelectAsync, nonzeroAsync, tensor, unique, uniqueAsync, zeros } from '../src/index.js';

test('the asynchronous forms give what the synchronous ones give', async () => {
  const x = tensor([[0, 3, 1], [3, 0, -2]]);
  expect(await (await nonzeroAsync(x)).tolist()).toEqual(await x.nonzero().tolist());
  expect(await (await x.maskedSelectAsync(x.gt(0))).tolist()).toEqual([3, 1, 3]);
  for (const y of [x, tensor([2, NaN, 2, NaN]), zeros(0)]) {
    const options = { returnInverse: true, returnCounts: true } as const;
    const there = unique(y, options), here = await uniqueAsync(y, options);
    expect(await Promise.all(here.map((v) => v.tolist()))).toEqual(await Promise.all([...there].map((v) => v.tolist())));
    expect(here.map((v) => v.dtype)).toEqual([...there].map((v) => v.dtype));
  }
  expect(await uniqueAsync(x)).toHaveLength(1);
  await expect(maskedSelectAsync(x, x)).rejects.toThrow('masked_select: expected BoolTensor or ByteTensor for mask');
});
