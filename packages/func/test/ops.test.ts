import { grad } from '@sconce/autograd';
import { device, float64, manualSeed, stack, zerosLike, type Tensor } from '@sconce/tensor';
import {
  closenessOf, cotangent, difference, drawTensor, isDifferentiable, isDifferentiated, keyOf, outputsOf, samples, snapshot, type Row,
} from '@sconce/testing';
import { describe, expect, test } from 'vitest';
import { vmap } from '../src/index.js';

type Inputs = Readonly<Record<string, Tensor>>;
const options = { device: device('cpu'), dtype: float64 };

/** The same inputs without history; those by which is differentiated with a gradient of their own. */
const fresh = (r: Row, given: Inputs): Inputs => Object.fromEntries(Object.entries(given).map(([name, x]) =>
  [name, isDifferentiable(r) && isDifferentiated(r.inputs[name]) ? x.detach().requiresGrad_() : x]));

/** What a function gives, and then its gradients. */
function withGradients(inputs: Inputs, outputs: readonly Tensor[], vector: (y: Tensor, i: number) => Tensor): Tensor[] {
  const leaves = Object.values(inputs).filter((x) => x.requiresGrad), rooted = outputs.flatMap((y, i) => (y.requiresGrad ? [i] : []));
  const values = outputs.map((y) => y.detach());
  if (leaves.length === 0 || rooted.length === 0) return values;
  const grads = grad(rooted.map((i) => outputs[i]), leaves, rooted.map((i) => vector(outputs[i], i)), { allowUnused: true });
  return [...values, ...grads.map((g, i) => g ?? zerosLike(leaves[i]))];
}

function call(r: Row, inputs: Inputs): readonly Tensor[] {
  manualSeed(0);
  return outputsOf(r, inputs, options);
}

/** Of one example, also where that stands for many. */
function each(r: Row, given: Inputs): Tensor[] {
  const inputs = fresh(r, given);
  return withGradients(inputs, call(r, inputs), (y, i) => cotangent(y, i, { ...options, device: y.device }));
}

const randomness = 'same';
const inside = (r: Row, given: Inputs): Tensor[] => vmap((inputs: Inputs) => each(r, inputs), { randomness })(given);

function outside(r: Row, given: Inputs): Tensor[] {
  const inputs = fresh(r, given), outputs = vmap((xs: Inputs) => [...call(r, xs)], { randomness })(inputs);
  return withGradients(inputs, outputs, (y, i) => {
    const vector = cotangent(y.select(0, 0), i, options);
    return stack([vector, vector]);
  });
}

// what they draw depends on an operand
const refused = (r: Row): boolean => /bernoulli\(p\)|bernoulli_\(p\)|multinomial|poisson|rrelu\(.*training=True/.test(r.python ?? '');

describe('an op gives for all examples what it gives for each, with gradients of each and of all', () => {
  for (const [family, rows] of Object.entries(samples)) {
    describe(family, () => {
      // what all examples share is drawn in the order of elements, not of memory
      const runnable = rows.filter((r) => !r.host && Object.keys(r.inputs).length > 0 && !(family === 'random' && r.python?.includes('.t()')));
      test.each(runnable.map((r) => [`${r.name}: ${keyOf(r)}`, r] as const))('%s', async (_, r) => {
        const examples = [0, 100].map((more): Inputs => Object.fromEntries(
          Object.entries(r.inputs).map(([name, draw], i) => [name, drawTensor({ ...draw, grad: false }, (draw.seed ?? i) + more, options)])));
        const all = Object.fromEntries(Object.keys(r.inputs).map((name) => [name, stack(examples.map((one) => one[name]))]));
        if (refused(r)) {
          expect(() => inside(r, all)).toThrow('Vmap does not currently support same randomness with a batched tensor input');
          return;
        }
        const wanted = examples.map((one) => each(r, one));
        for (const [way, results] of Object.entries({ inside: inside(r, all), outside: outside(r, all) })) {
          for (const [i, one] of wanted.entries()) {
            expect(results).toHaveLength(one.length);
            for (const [k, y] of one.entries()) {
              const found = difference(await snapshot(results[k].select(0, i)), await snapshot(y), closenessOf(r, float64));
              expect(found, `${way}, example ${i}, result ${k}`).toBeNull();
            }
          }
        }
      });
    });
  }
});
