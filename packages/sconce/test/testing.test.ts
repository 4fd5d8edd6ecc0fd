// What assertClose says, beside what PyTorch says: tooling/oracle/assert_close.py records it.
import { expect, test } from 'vitest';
import * as torch from '../src/index.js';
import recorded from './fixtures/assert-close.json' with { type: 'json' };

const { tensor: t, testing: { assertClose } } = torch;
const square = t([[1, 2], [3, 4]]);

const calls: Record<keyof typeof recorded, () => Promise<void>> = {
  'one of three': () => assertClose(t([1, 2, 3]), t([1, 2, 4])),
  'all of three': () => assertClose(t([1, 2, 3]), t([1.1, 2.2, 4])),
  'a matrix': () => assertClose(square, t([[1, 2], [3, 9]])),
  scalars: () => assertClose(t(1), t(2)),
  floats: () => assertClose(1.5, 1.625),
  ints: () => assertClose(1, 2),
  integers: () => assertClose(t([1n, 2n]), t([1n, 3n])),
  'truth values': () => assertClose(t([true]), t([false])),
  complex: () => assertClose(t([{ re: 1, im: 1 }]), t([{ re: 1, im: 2 }])),
  half: () => assertClose(t([1]).half(), t([1.01]).half()),
  'within half': () => assertClose(t([1]).half(), t([1.001]).half()),
  double: () => assertClose(t([1]).double(), t([1.0000005]).double()),
  'large integers': () => assertClose(t([2n ** 62n]), t([2n ** 62n + 1n])),
  'expected zero': () => assertClose(t([1]), t([0])),
  zeros: () => assertClose(t([0]), t([-0])),
  nan: () => assertClose(t([NaN, 1]), t([NaN, 5])),
  'equal nan': () => assertClose(t([NaN]), t([NaN]), { equalNan: true }),
  infinities: () => assertClose(t([Infinity, -Infinity]), t([Infinity, -Infinity])),
  'other infinities': () => assertClose(t([Infinity, 1]), t([-Infinity, 1])),
  tolerances: () => assertClose(t([1]), t([1.1]), { rtol: 0.2, atol: 0 }),
  'zero tolerances': () => assertClose(t([1]), t([1.25]), { rtol: 0, atol: 0 }),
  'one tolerance': () => assertClose(t([1]), t([1.1]), { rtol: 0.2 }),
  'another tolerance': () => assertClose(t([1]), t([1.1]), { atol: 0.2 }),
  dtypes: () => assertClose(t([1]), t([1], { dtype: torch.float64 })),
  'dtypes unchecked': () => assertClose(t([1]), t([1.5], { dtype: torch.float64 }), { checkDtype: false }),
  shapes: () => assertClose(t([1]), t([1, 2])),
  strides: () => assertClose(square.t(), square.t().contiguous(), { checkStride: true }),
  'strides unchecked': () => assertClose(square.t(), square.t().contiguous()),
  empty: () => assertClose(t([]), t([])),
  lists: () => assertClose([t([1]), t([2])], [t([1]), t([3])]),
  lengths: () => assertClose([t(1)], [t(1), t(2)]),
  dicts: () => assertClose({ a: t([1]), b: [t([1]), 2.5] }, new Map<string, unknown>([['a', t([1])], ['b', [t([2]), 2.5]]])),
  keys: () => assertClose({ a: t(1), c: t(1) }, { b: t(1), c: t(1) }),
  none: () => assertClose(null, null),
  'a message': () => assertClose(t([1]), t([2]), { msg: 'not these' }),
  'a longer message': () => assertClose(t([1]), t([2]), { msg: (text) => `Head\n${text}` }),
};

test.each(Object.entries(recorded))('%s', async (name, expected) => {
  const said = await calls[name as keyof typeof recorded]().then(() => null, (error: Error) => [error.name, error.message]);
  expect(said).toEqual(expected);
});

test('what cannot be compared', async () => {
  await expect(assertClose(t([1]), [1])).rejects.toThrow(new TypeError('No comparison pair was able to handle inputs of type Tensor and Array.'));
  await expect(assertClose('a', 'b')).rejects.toThrow('No comparison pair was able to handle inputs of type string and string.');
  await expect(assertClose(1, 1, { tolerance: 1 } as never)).rejects.toThrow('assertClose');
});
