import * as torch from 'sconce';
import type { Print } from './print.js';

type Matrix = number[][];

/** A two-layer network on plain arrays: no tensors, no gradients but those written here. */
export async function twoLayerArrays(print: Print, { steps = 500, every = 100 } = {}): Promise<void> {
  torch.manualSeed(0);

  // so that all three versions have a generator to share
  const randn = async (rows: number, columns: number): Promise<Matrix> =>
    await torch.randn(rows, columns, { dtype: torch.double }).tolist() as Matrix;

  const [N, D_in, H, D_out] = [64, 1000, 100, 10];

  const x = await randn(N, D_in);
  const y = await randn(N, D_out);

  let w1 = await randn(D_in, H);
  let w2 = await randn(H, D_out);

  const learningRate = 1e-6;
  for (let t = 0; t < steps; t++) {
    // forward
    const h = dot(x, w1);
    const hRelu = map(h, (value) => Math.max(value, 0));
    const yPred = dot(hRelu, w2);

    const loss = sum(zip(yPred, y, (p, target) => (p - target) ** 2));
    if (t % every === every - 1) print(t, loss);

    // backward
    const gradYPred = zip(yPred, y, (p, target) => 2 * (p - target));
    const gradW2 = dot(transpose(hRelu), gradYPred);
    const gradHRelu = dot(gradYPred, transpose(w2));
    const gradH = zip(gradHRelu, h, (g, value) => (value < 0 ? 0 : g));
    const gradW1 = dot(transpose(x), gradH);

    w1 = zip(w1, gradW1, (w, g) => w - learningRate * g);
    w2 = zip(w2, gradW2, (w, g) => w - learningRate * g);
  }
}

// what NumPy brings along

const map = (a: Matrix, f: (value: number) => number): Matrix => a.map((row) => row.map(f));

const zip = (a: Matrix, b: Matrix, f: (x: number, y: number) => number): Matrix =>
  a.map((row, i) => row.map((value, j) => f(value, b[i][j])));

const transpose = (a: Matrix): Matrix => a[0].map((_, j) => a.map((row) => row[j]));

const sum = (a: Matrix): number => a.flat().reduce((total, value) => total + value, 0);

function dot(a: Matrix, b: Matrix): Matrix {
  const columns = transpose(b);
  return a.map((row) => columns.map((column) => {
    let total = 0;
    for (let k = 0; k < row.length; k++) total += row[k] * column[k];
    return total;
  }));
}
