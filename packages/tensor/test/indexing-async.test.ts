import { expect, test } from 'vitest';
import { arange, indexAsync, maskedSelectAsync, nonzeroAsync, tensor, unique, uniqueAsync, zeros } from '../src/index.js';

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

test('masks among other items', async () => {
  const x = arange(24).reshape(2, 3, 4), rows = x.gt(13).any(-1), all = x.remainder(5).eq(0);
  for (const items of [[all], [rows], ['1', rows.index(1)], [':', tensor([true, false, true]), ':2'], [':', tensor([true, false, true]), tensor([0n, 3n])],
    [null, rows], [tensor([1n]), ':', tensor([true, true, false, false])], [':1'], [tensor([false, false])]] as const) {
    const there = x.index(...items), here = await indexAsync(x, ...items);
    expect(here.shape).toEqual(there.shape);
    expect(await here.tolist()).toEqual(await there.tolist());
  }
  await expect(indexAsync(x, tensor([true]))).rejects.toThrow('The shape of the mask [1] at index 0 does not match the shape of the indexed tensor [2, 3, 4] at index 0');
  expect(await Promise.all((await nonzeroAsync(tensor([[0, 2], [3, 0]]), { asTuple: true })).map((v) => v.tolist()))).toEqual([[0, 1], [1, 0]]);
});
