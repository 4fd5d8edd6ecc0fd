import { noGrad } from '@sconce/autograd';
import { float16, float32, full, int32, RuntimeError, Tensor, ValueError, where } from '@sconce/tensor';
import type { Optimizer } from '@sconce/optim';

export interface GradScalerOptions {
  /** default 2^16 */
  readonly initScale?: number | undefined;
  /** what the scale is multiplied by after `growthInterval` steps without inf or NaN, default 2 */
  readonly growthFactor?: number | undefined;
  /** what it is multiplied by after a step with inf or NaN, default 0.5 */
  readonly backoffFactor?: number | undefined;
  /** default 2000 */
  readonly growthInterval?: number | undefined;
  /** false makes `step` that of the optimizer, and all else do nothing */
  readonly enabled?: boolean | undefined;
}

/** What `stateDict` gives, under PyTorch's names. */
export interface GradScalerState {
  readonly scale: number;
  readonly growth_factor: number;
  readonly backoff_factor: number;
  readonly growth_interval: number;
  readonly _growth_tracker: number;
}

/** What is known of an optimizer since the last `update`. */
interface OptimizerState { stage: 'ready' | 'unscaled' | 'stepped'; foundInf: Tensor | null }

type AnyOptimizer = Pick<Optimizer, 'paramGroups'> & { step(...args: never[]): unknown };
type Scaled<T> = T extends Tensor ? Tensor : T extends readonly unknown[] ? { [K in keyof T]: Scaled<T[K]> } : T;

const HINT = 'This may indicate your script did not use scaler.scale(loss or outputs) earlier in the iteration.';

/** @throws RuntimeError, where Python asserts */
function assert(test: boolean, text: string): asserts test {
  if (!test) throw new RuntimeError(text);
}

/**
 * Multiplies losses, so that small gradients do not vanish in float16, and divides the gradients before the optimizer sees them;
 * steps whose gradients have inf or NaN are left out, and the scale is made smaller. Reading a value takes an `await`, so `step`
 * and what tells of the scale give promises.
 * @throws RuntimeError for a growth factor of at most 1, or a backoff factor of at least 1
 * @see https://pytorch.org/docs/stable/amp.html#torch.cuda.amp.GradScaler
 * @example
 * const scaler = new torch.amp.GradScaler();
 * optimizer.zeroGrad();
 * const loss = torch.autocast('webgpu', () => lossFn(net(x), y));
 * scaler.scale(loss).backward();
 * await scaler.step(optimizer);
 * scaler.update();
 */
export class GradScaler {
  private readonly enabled: boolean;
  private initScale: number;
  private growthFactor: number;
  private backoffFactor: number;
  private growthInterval: number;
  private initGrowthTracker = 0;
  /** [1] tensors on the device of what was first scaled */
  private state: { readonly scale: Tensor; readonly tracker: Tensor } | null = null;
  private optimizers = new Map<AnyOptimizer, OptimizerState>();

  constructor({ initScale = 2 ** 16, growthFactor = 2, backoffFactor = 0.5, growthInterval = 2000, enabled = true }: GradScalerOptions = {}) {
    this.enabled = enabled;
    if (enabled) {
      assert(growthFactor > 1, 'The growth factor must be > 1.0.');
      assert(backoffFactor < 1, 'The backoff factor must be < 1.0.');
    }
    this.initScale = initScale;
    this.growthFactor = growthFactor;
    this.backoffFactor = backoffFactor;
    this.growthInterval = growthInterval;
  }

  /**
   * A tensor, or each one of an array, times the scale.
   * @throws ValueError for anything else
   */
  scale<T>(outputs: T): Scaled<T> {
    if (!this.enabled) return outputs as Scaled<T>;
    if (outputs instanceof Tensor) {
      this.state ??= {
        scale: full([1], this.initScale, { dtype: float32, device: outputs.device }),
        tracker: full([1], this.initGrowthTracker, { dtype: int32, device: outputs.device }),
      };
      return outputs.mul(this.state.scale.to(outputs.device).view([])) as Scaled<T>;
    }
    if (Array.isArray(outputs)) return outputs.map((x: unknown) => this.scale(x)) as Scaled<T>;
    throw new ValueError('outputs must be a Tensor or an iterable of Tensors');
  }

  private started(name: string): { readonly scale: Tensor; readonly tracker: Tensor } {
    assert(this.state !== null, `Attempted ${name} but _scale is None.  ${HINT}`);
    return this.state;
  }

  private stateOf(optimizer: AnyOptimizer): OptimizerState {
    let state = this.optimizers.get(optimizer);
    if (!state) this.optimizers.set(optimizer, (state = { stage: 'ready', foundInf: null }));
    return state;
  }

  /**
   * Divides the gradients of an optimizer's parameters by the scale, once between steps: for who wants to look at them, or to clip
   * them, before `step`.
   * @throws RuntimeError where that was done already; ValueError for float16 gradients
   * @see https://pytorch.org/docs/stable/amp.html#torch.cuda.amp.GradScaler.unscale_
   */
  unscale_(optimizer: AnyOptimizer): void {
    if (!this.enabled) return;
    const { scale } = this.started('unscale_'), state = this.stateOf(optimizer);
    if (state.stage === 'unscaled') throw new RuntimeError('unscale_() has already been called on this optimizer since the last update().');
    if (state.stage === 'stepped') throw new RuntimeError('unscale_() is being called after step().');
    noGrad(() => {
      const inverse = scale.reciprocal().view([]);
      for (const { params } of optimizer.paramGroups) {
        for (const { grad } of params) {
          if (grad === null) continue;
          if (grad.dtype === float16) throw new ValueError('Attempting to unscale FP16 gradients.');
          const bad = grad.isfinite().logicalNot().any().to(float32);
          state.foundInf = state.foundInf === null ? bad : state.foundInf.maximum(bad);
          grad.mul_(inverse);
        }
      }
    });
    state.stage = 'unscaled';
  }

  /**
   * Unscales the gradients, unless that was done, and makes the optimizer's step where they are finite.
   * @returns what the optimizer's step gave; undefined where it was left out
   * @throws RuntimeError for a second step before `update`, for a closure, and before anything was scaled
   * @see https://pytorch.org/docs/stable/amp.html#torch.cuda.amp.GradScaler.step
   */
  async step(optimizer: AnyOptimizer, ...args: unknown[]): Promise<unknown> {
    const run = (): unknown => optimizer.step(...args as never[]);
    if (!this.enabled) return run();
    if (args.some((x) => typeof x === 'function')) throw new RuntimeError('Closure use is not currently supported if GradScaler is enabled.');
    this.started('step');
    const state = this.stateOf(optimizer);
    if (state.stage === 'stepped') throw new RuntimeError('step() has already been called since the last update().');
    if (state.stage === 'ready') this.unscale_(optimizer);
    assert(state.foundInf !== null, 'No inf checks were recorded for this optimizer.');
    const result = (await state.foundInf.item()) === 0 ? await run() : undefined;
    state.stage = 'stepped';
    return result;
  }

  /**
   * Makes the scale smaller after a step that was left out, larger after enough that were not.
   * @param newScale takes its place: a number, or a tensor of one float32
   * @throws RuntimeError where no step was tried
   * @see https://pytorch.org/docs/stable/amp.html#torch.cuda.amp.GradScaler.update
   */
  update(newScale?: number | Tensor): void {
    if (!this.enabled) return;
    const { scale, tracker } = this.started('update');
    if (newScale !== undefined) this.take(scale, newScale);
    else {
      const found = [...this.optimizers.values()].flatMap(({ foundInf }) => foundInf ?? []);
      assert(found.length > 0, 'No inf checks were recorded prior to update.');
      noGrad(() => this.adapt(scale, tracker, found.reduce((a, b) => a.add(b)).ne(0)));
    }
    this.optimizers = new Map();
  }

  private take(scale: Tensor, newScale: number | Tensor): void {
    if (newScale instanceof Tensor) {
      const reason = 'new_scale should be a float or a 1-element torch.FloatTensor with requires_grad=False.';
      assert(newScale.dtype === float32 && newScale.numel() === 1 && !newScale.requiresGrad, reason);
      scale.copy_(newScale);
    } else scale.fill_(newScale);
  }

  /** As PyTorch's kernel `_amp_update_scale_`: without waiting for the values. A scale never grows to infinity. */
  private adapt(scale: Tensor, tracker: Tensor, bad: Tensor): void {
    const successful = tracker.add(1), due = successful.eq(this.growthInterval);
    const larger = scale.mul(this.growthFactor);
    const grown = where(due.logicalAnd(larger.isfinite()), larger, scale);
    scale.copy_(where(bad, scale.mul(this.backoffFactor), grown));
    tracker.copy_(where(bad.logicalOr(due), 0, successful));
  }

  /** The scale now; 1 where scaling is off. */
  async getScale(): Promise<number> {
    if (!this.enabled) return 1;
    return this.state === null ? this.initScale : Number(await this.state.scale.item());
  }

  getGrowthFactor(): number { return this.growthFactor; }
  setGrowthFactor(factor: number): void { this.growthFactor = factor; }
  getBackoffFactor(): number { return this.backoffFactor; }
  setBackoffFactor(factor: number): void { this.backoffFactor = factor; }
  getGrowthInterval(): number { return this.growthInterval; }
  setGrowthInterval(interval: number): void { this.growthInterval = interval; }
  isEnabled(): boolean { return this.enabled; }

  /**
   * The state after `update`, in PyTorch's form; empty where scaling is off.
   * @see https://pytorch.org/docs/stable/amp.html#torch.cuda.amp.GradScaler.state_dict
   */
  async stateDict(): Promise<GradScalerState | Record<string, never>> {
    if (!this.enabled) return {};
    return {
      scale: await this.getScale(), growth_factor: this.growthFactor, backoff_factor: this.backoffFactor, growth_interval: this.growthInterval,
      _growth_tracker: this.state === null ? this.initGrowthTracker : Number(await this.state.tracker.item()),
    };
  }

  /**
   * Goes on from a state.
   * @throws RuntimeError for an empty one
   * @see https://pytorch.org/docs/stable/amp.html#torch.cuda.amp.GradScaler.load_state_dict
   */
  loadStateDict(state: GradScalerState | Record<string, never>): void {
    if (!this.enabled) return;
    if (Object.keys(state).length === 0) {
      throw new RuntimeError('The source state dict is empty, possibly because it was saved from a disabled instance of GradScaler.');
    }
    const { scale, growth_factor: growth, backoff_factor: backoff, growth_interval: interval, _growth_tracker: tracker } = state as GradScalerState;
    this.initScale = scale;
    this.growthFactor = growth;
    this.backoffFactor = backoff;
    this.growthInterval = interval;
    this.initGrowthTracker = tracker;
    this.state?.scale.fill_(scale);
    this.state?.tracker.fill_(tracker);
  }
}
