import { Tensor, type Device, type DType } from '@sconce/tensor';
import { drawTensor, drawText, isDifferentiated, type Draw, type DrawOptions } from './draws.js';

/** Where and in what a row runs: what creation functions take. */
export interface RunOptions { readonly dtype: DType; readonly device: Device }

/** What an op gives: a tensor, or several. */
export type Result = Tensor | Iterable<Tensor>;

/** Tolerances, absolute and relative alike, in place of a suite's own. */
export interface Tolerance { readonly float64?: number; readonly float32?: number }

export interface RowOptions {
  /** false: not differentiable, or not where the sample lies */
  readonly grad?: boolean;
  /** false: a corner such as 0 or a tie, where PyTorch's gradient is one of several and differences show none */
  readonly gradcheck?: boolean;
  /** true: takes many small steps, so gradients are looked at in one direction, not element by element */
  readonly fastMode?: boolean;
  /** false: PyTorch has no second derivative either */
  readonly gradgrad?: boolean;
  /** false: what is asked of a float64 tensor does not carry over to float32 */
  readonly float32?: boolean;
  /** false: the result depends on the strides of the inputs */
  readonly strided?: boolean;
  /** true: reads values to decide a shape, so runs on the CPU only */
  readonly host?: boolean;
  /** the name of the node in the graph where it is not PyTorch's: where one side composes what the other has whole */
  readonly node?: string;
  readonly tolerance?: Tolerance;
}

/** A sample of an op: how to call it, on what, and PyTorch's way to say the same. */
export interface Row extends RowOptions {
  /** the op, as a method's or a function's name */
  readonly name: string;
  /** the Python text; null for an op that PyTorch lacks */
  readonly python: string | null;
  /** what an op that PyTorch lacks computes for an element */
  readonly math: ((...elements: number[]) => number) | null;
  readonly run: (inputs: Readonly<Record<string, Tensor>>, options: RunOptions) => Result;
  readonly inputs: Readonly<Record<string, Draw>>;
}

/**
 * Declares a sample.
 * @param reference Python for the same: an expression of the inputs' names, of `torch` and `F`, and of `dtype`; other
 *   statements may precede it, separated by `;`. For a pointwise op that PyTorch lacks, a function of the elements.
 * @example row('softmax', 'torch.softmax(x, 1)', ({ x }) => x.softmax(1), { x: normal(3, 4) })
 */
export function row<K extends string = never>(
  name: string, reference: string | ((...elements: number[]) => number),
  run: (inputs: Readonly<Record<K, Tensor>>, options: RunOptions) => Result,
  inputs: Readonly<Record<K, Draw>> = {} as Record<K, Draw>, options: RowOptions = {},
): Row {
  const isPython = typeof reference === 'string';
  return {
    name, python: isPython ? reference : null, math: isPython ? null : reference, inputs, ...options,
    run: run as Row['run'],
  };
}

/** A row's text and inputs: what a recording stands under, and what a test is called. */
export function keyOf(r: Row): string {
  const inputs = Object.entries(r.inputs).map(([name, draw]) => `${name}: ${drawText(draw)}`);
  return [r.python ?? `${r.name}(${Object.keys(r.inputs)})`, ...inputs].join(' | ');
}

/** Whether gradients are to be compared. */
export const isDifferentiable = (r: Row): boolean =>
  r.grad !== false && Object.values(r.inputs).some(isDifferentiated);

/** The inputs of a row, drawn. */
export function drawInputs(r: Row, options: DrawOptions): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(r.inputs).map(([name, draw], i) =>
    [name, drawTensor(draw, draw.seed ?? i, options)]));
}

/** What a row gives, always as a list. */
export function outputsOf(r: Row, inputs: Readonly<Record<string, Tensor>>, options: RunOptions): readonly Tensor[] {
  const result = r.run(inputs, { dtype: options.dtype, device: options.device });
  return result instanceof Tensor ? [result] : [...result];
}
