import { enableGrad, noGrad } from '@sconce/autograd';
import { cat, RuntimeError, ValueError, viewAsReal, zerosLike, type Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { numberOf, Optimizer, type BaseOptions, type ParamsInput, type Resolved } from './optimizer.js';
import { largest, strongWolfe, valueOf, type Evaluation } from './strong-wolfe.js';

export interface LBFGSOptions extends BaseOptions {
  /** iterations per step, default 20 */
  readonly maxIter?: number | undefined;
  /** evaluations of the closure per step, default 1.25 maxIter */
  readonly maxEval?: number | null | undefined;
  /** gradient at which a step ends, default 1e-7 */
  readonly toleranceGrad?: number | undefined;
  /** change at which a step ends, default 1e-9 */
  readonly toleranceChange?: number | undefined;
  /** directions that are kept, default 100 */
  readonly historySize?: number | undefined;
  /** search along the direction, or null for steps of length `lr`, which is the default */
  readonly lineSearchFn?: 'strong_wolfe' | null | undefined;
}

interface LBFGSState {
  funcEvals: number;
  nIter: number;
  d?: Tensor;
  t?: number;
  oldDirs?: Tensor[];
  oldStps?: Tensor[];
  ro?: number[];
  HDiag?: number;
  prevFlatGrad?: Tensor;
  prevLoss?: number;
}

/**
 * L-BFGS: steps along an approximation of Newton's direction. It evaluates the loss several times per step, so that
 * `step` takes a closure, and it decides by values, so that `step` is asynchronous. For full batches.
 * @throws ValueError for more than one parameter group
 * @see https://pytorch.org/docs/stable/generated/torch.optim.LBFGS.html
 * @see Nocedal and Wright 2006, "Numerical Optimization", chapter 7
 * @example
 * const optimizer = new torch.optim.LBFGS(net.parameters(), { lineSearchFn: 'strong_wolfe' });
 * const loss = await optimizer.step(() => {
 *   optimizer.zeroGrad();
 *   const loss = lossFn(net(input), target);
 *   loss.backward();
 *   return loss;
 * });
 */
export class LBFGS extends Optimizer<LBFGSOptions, LBFGSState> {
  constructor(params: ParamsInput<LBFGSOptions>, options: LBFGSOptions = {}) {
    const { lr = 1, maxIter = 20, toleranceGrad = 1e-7, toleranceChange = 1e-9, historySize = 100, lineSearchFn = null } = checked('LBFGS', options, 'lr');
    const maxEval = options.maxEval ?? Math.floor((maxIter * 5) / 4);
    const defaults: Resolved<LBFGSOptions> = { lr, maxIter, maxEval, toleranceGrad, toleranceChange, historySize, lineSearchFn };
    super(params, defaults, options);
    if (this.paramGroups.length !== 1) {
      throw new ValueError("LBFGS doesn't support per-parameter options (parameter groups)");
    }
  }

  private get params(): readonly Tensor[] { return this.paramGroups[0].params; }

  /**
   * Up to `maxIter` iterations.
   * @param closure clears the gradients, computes the loss, calls backward, and gives the loss, a tensor or its value (or a promise)
   * @returns the loss before the step
   * @throws TypeError without a closure, RuntimeError for an unknown line search
   * @see https://pytorch.org/docs/stable/generated/torch.optim.LBFGS.html#torch.optim.LBFGS.step
   */
  async step<T extends Tensor | number>(closure?: () => T | Promise<T>): Promise<T> {
    if (typeof closure !== 'function') throw new TypeError("step() missing 1 required positional argument: 'closure'");
    this._stepCount++;
    const { lr, maxIter, maxEval, toleranceGrad, toleranceChange, lineSearchFn } = this.paramGroups[0];
    if (lineSearchFn !== null && lineSearchFn !== 'strong_wolfe') throw new RuntimeError("only 'strong_wolfe' is supported");
    const state = this.ownState();

    const first = await enableGrad(closure);
    let loss = await valueOf(first), grad = this.flatGrad(), evaluations = 1;
    state.funcEvals++;
    if (await largest(grad) <= toleranceGrad) return first;

    for (let n = 1; n <= maxIter; n++) {
      state.nIter++;
      const d = state.d = state.nIter === 1 ? firstDirection(state, grad) : await this.direction(state, grad);
      state.prevFlatGrad = grad.clone();
      const before = state.prevLoss = loss;
      state.t = state.nIter === 1 ? Math.min(1, 1 / await valueOf(grad.abs().sum())) * lr : lr;
      const slope = await valueOf(grad.dot(d));
      if (slope > -toleranceChange) break;

      let used = 0;
      if (lineSearchFn) {
        const start = this.params.map((p) => p.detach().clone());
        const at = (t: number): Promise<Evaluation> => this.evaluateAlong(closure, start, d, t);
        const found = await strongWolfe(at, state.t, d, { loss, grad }, slope);
        ({ loss, grad, t: state.t, evaluations: used } = found);
        this.move(d, state.t);
      } else {
        this.move(d, state.t);
        if (n < maxIter) {
          loss = await valueOf(await enableGrad(closure));
          grad = this.flatGrad();
          used = 1;
        }
      }
      evaluations += used;
      state.funcEvals += used;
      if (n === maxIter) break;
      if (evaluations >= maxEval! || await largest(grad) <= toleranceGrad) break;
      if (await largest(d.mul(state.t)) <= toleranceChange || Math.abs(loss - before) < toleranceChange) break;
    }
    return first;
  }

  // a checkpoint of PyTorch's has these numbers as 0-d tensors
  protected override unpackEntry(p: Tensor, key: string, x: unknown): unknown {
    if (key === 'ro') return Array.from(x as Iterable<unknown>, numberOf);
    return key === 't' || key === 'HDiag' || key === 'prevLoss' ? numberOf(x) : super.unpackEntry(p, key, x);
  }

  /** The state, which stands with the first parameter. */
  private ownState(): LBFGSState {
    const first = this.params[0];
    let state = this.state.get(first);
    if (!state) this.state.set(first, (state = { funcEvals: 0, nIter: 0 }));
    return state;
  }

  /** The inverse Hessian, approximated from the last steps, times the negative gradient. */
  private async direction(state: LBFGSState, grad: Tensor): Promise<Tensor> {
    const dirs = state.oldDirs!, steps = state.oldStps!, ro = state.ro!;
    const y = grad.sub(state.prevFlatGrad!), s = state.d!.mul(state.t!);
    const ys = await valueOf(y.dot(s));
    if (ys > 1e-10) {
      if (dirs.length === this.paramGroups[0].historySize) for (const list of [dirs, steps, ro]) list.shift();
      dirs.push(y);
      steps.push(s);
      ro.push(1 / ys);
      state.HDiag = ys / await valueOf(y.dot(y));
    }
    // the two-loop recursion
    const q = grad.neg(), alphas: number[] = [];
    for (let i = dirs.length - 1; i >= 0; i--) {
      alphas[i] = await valueOf(steps[i].dot(q)) * ro[i];
      q.add_(dirs[i], { alpha: -alphas[i] });
    }
    q.mul_(state.HDiag!);
    for (let i = 0; i < dirs.length; i++) {
      const beta = await valueOf(dirs[i].dot(q)) * ro[i];
      q.add_(steps[i], { alpha: alphas[i] - beta });
    }
    return q;
  }

  /** Evaluates the closure at `start + t d` and goes back. */
  private async evaluateAlong(
    closure: () => Tensor | number | Promise<Tensor | number>, start: readonly Tensor[], d: Tensor, t: number,
  ): Promise<Evaluation> {
    this.move(d, t);
    const loss = await valueOf(await enableGrad(closure));
    const grad = this.flatGrad();
    noGrad(() => this.params.forEach((p, i) => p.copy_(start[i])));
    return { loss, grad };
  }

  private move(d: Tensor, t: number): void {
    let offset = 0;
    noGrad(() => {
      for (const p of this.params) {
        const target = partsOf(p);
        target.add_(d.narrow(0, offset, target.numel()).view(target.shape), { alpha: t });
        offset += target.numel();
      }
    });
  }

  private flatGrad(): Tensor {
    return cat(this.params.map((p) => partsOf((p.grad ?? zerosLike(p)).detach()).reshape(-1)), 0);
  }
}

/** A complex number counts as two real ones. */
const partsOf = (x: Tensor): Tensor => (x.dtype.isComplex ? viewAsReal(x) : x);

function firstDirection(state: LBFGSState, grad: Tensor): Tensor {
  state.oldDirs = [];
  state.oldStps = [];
  state.ro = [];
  state.HDiag = 1;
  return grad.neg();
}
