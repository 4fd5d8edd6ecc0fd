import type { Device, DType, Tensor } from '@sconce/tensor';
import { float64 } from '@sconce/tensor';
import { grad } from '@sconce/autograd';
import { difference, snapshot, type Closeness, type Expected } from './compare.js';
import { between, drawTensor, drawValues, isDifferentiated, type Arrangement, type DrawOptions } from './draws.js';
import { decodeRecorded, type Recording } from './recordings.js';
import { drawInputs, isDifferentiable, keyOf, outputsOf, type Row } from './row.js';

/** A way to run a row. */
export interface Way { readonly device: Device; readonly dtype: DType; readonly arrangement?: Arrangement }

/** What a row gives on a device: outputs, and gradients by input for the cotangents that all runs share. */
export interface Outcome {
  readonly outputs: readonly Tensor[];
  /** null where the input was not used */
  readonly grads: Readonly<Record<string, Tensor | null>>;
}

/** The cotangent of a row's output: the same in the recordings. */
export const cotangent = (output: Tensor, position: number, options: DrawOptions): Tensor =>
  drawTensor({ ...between(-1, 1, ...output.shape), grad: false }, 1000 + position, { ...options, dtype: output.dtype });

/** Runs a row forward, and backward where it is differentiable. */
export function runRow(r: Row, way: Way, { createGraph = false } = {}): Outcome {
  const inputs = drawInputs(r, way);
  const outputs = outputsOf(r, inputs, way);
  if (!isDifferentiable(r)) return { outputs, grads: {} };
  const names = Object.keys(inputs).filter((name) => isDifferentiated(r.inputs[name]));
  const cotangents = outputs.map((y, i) => cotangent(y, i, { device: way.device, dtype: way.dtype }));
  // backward ops are in the graph of the gradients where they are differentiated by the cotangents
  if (createGraph) for (const c of cotangents) if (c.isFloatingPoint()) c.requiresGrad_();
  const roots = outputs.map((_, i) => i).filter((i) => outputs[i].requiresGrad);
  if (roots.length === 0) throw new Error(`no output of ${keyOf(r)} requires a gradient`);
  const grads = grad(
    roots.map((i) => outputs[i]), names.map((name) => inputs[name]), roots.map((i) => cotangents[i]),
    { allowUnused: true, createGraph });
  return { outputs, grads: Object.fromEntries(names.map((name, i) => [name, grads[i]])) };
}

/** How far a result may be from the recorded one. */
export function closenessOf(r: Row, dtype: DType): Closeness {
  const tolerance = dtype === float64 ? (r.tolerance?.float64 ?? 1e-10) : (r.tolerance?.float32 ?? 2e-5);
  return { rtol: tolerance, atol: tolerance };
}

/** What a row must give by its recording, or by its formula where PyTorch lacks the op. */
interface Reference {
  readonly outputs: readonly Expected[];
  readonly grads: Readonly<Record<string, Expected | null>> | null;
  readonly node: string | null;
}

function referenceOf(r: Row, recording: Recording | undefined, dtype: DType): Reference {
  if (r.math) {
    const draws = Object.values(r.inputs);
    const columns = draws.map((draw, i) => drawValues(draw, draw.seed ?? i));
    const values = columns[0].map((_, i) => r.math!(...columns.map((column) => column[i])));
    return { outputs: [{ shape: draws[0].shape, dtype, values }], grads: null, node: null };
  }
  if (!recording) throw new Error(`nothing is recorded for ${keyOf(r)}: run node tooling/oracle/ops.mjs`);
  const decode = (x: Recording['outputs'][number]): Expected => decodeRecorded(x, dtype);
  const grads = recording.grads && Object.fromEntries(
    Object.entries(recording.grads).map(([name, g]) => [name, g && decode(g)]));
  return { outputs: recording.outputs.map(decode), grads: grads ?? null, node: recording.node ?? null };
}

/** Runs a row and compares it with its reference. @throws Error that says what is different */
export async function checkRow(r: Row, recording: Recording | undefined, way: Way): Promise<void> {
  const reference = referenceOf(r, recording, way.dtype);
  const { outputs, grads } = runRow(r, way);
  const closeness = closenessOf(r, way.dtype);
  const problems: string[] = [];
  if (outputs.length !== reference.outputs.length) {
    problems.push(`${outputs.length} outputs instead of ${reference.outputs.length}`);
  } else {
    await Promise.all(outputs.map(async (y, i) => {
      const found = difference(await snapshot(y), reference.outputs[i], closeness);
      if (found) problems.push(`output ${i}: ${found}`);
    }));
  }
  if (reference.grads) {
    for (const [name, expected] of Object.entries(reference.grads)) {
      const found = await gradDifference(grads[name] ?? null, expected, closeness);
      if (found) problems.push(`gradient of ${name}: ${found}`);
    }
    // reshaping names its node by whether it copies
    const node = outputs[0].gradFn?.name ?? null, expected = r.node ?? reference.node;
    if (way.arrangement !== 'strided' && node !== expected) problems.push(`node ${node} instead of ${expected}`);
  } else if (r.python !== null && isDifferentiable(r)) problems.push('no gradients are recorded');
  if (problems.length > 0) {
    throw new Error(`${way.dtype.name}, ${way.arrangement ?? 'contiguous'} inputs on ${way.device}: ${problems.join('; ')}`);
  }
}

/** PyTorch and a composition of other ops may differ in whether a gradient of zeros is there at all. */
async function gradDifference(actual: Tensor | null, expected: Expected | null, closeness: Closeness): Promise<string | null> {
  if (!actual) return expected === null || Array.from(expected.values).every((v) => v === 0) ? null : 'there is none';
  const found = await snapshot(actual);
  if (!expected) return Array.from(found.values).every((v) => v === 0) ? null : 'PyTorch has none';
  return difference(found, expected, closeness);
}
