import { ValueError } from '@sconce/tensor';
import { checked, unknownOption } from '@sconce/tensor/internal';
import { camelCase, entriesOf, snakeCase } from '../names.js';
import { Optimizer, type ParamGroup } from '../optimizer.js';
import { epochText, scientific } from '../python-text.js';

export interface SchedulerOptions {
  /** the last epoch that was done, where training is resumed; default -1 */
  readonly lastEpoch?: number | undefined;
  /** print each learning rate that is set, default false */
  readonly verbose?: boolean | undefined;
}

/**
 * The options of a scheduler.
 * @throws TypeError for what is no options object, and where one without a default is missing
 */
export function optionsOf<O extends object>(name: string, options: O, ...required: readonly (keyof O & string)[]): O {
  checked<object>(name, options, required[0] as never);
  for (const key of required) {
    if (options[key] === undefined) throw new TypeError(`${name}(): missing the option '${key}', as in { ${key}: value }`);
  }
  return options;
}

/** @throws TypeError for anything but an optimizer */
export function checkOptimizer(optimizer: unknown): asserts optimizer is Optimizer {
  if (optimizer instanceof Optimizer) return;
  const name = typeof optimizer === 'object' && optimizer !== null ? optimizer.constructor?.name : typeof optimizer;
  throw new TypeError(`${name} is not an Optimizer`);
}

let warnedOfEpoch = false;

/** Says once that schedulers are to be stepped without an epoch. */
export function warnOfEpoch(): void {
  if (warnedOfEpoch) return;
  warnedOfEpoch = true;
  console.warn('The epoch parameter in `scheduler.step()` was not necessary and is being deprecated where possible. Please use ' +
    '`scheduler.step()` to step the scheduler. During the deprecation, if epoch is different from None, the closed form is ' +
    'used instead of the new chainable form, where available. Please open an issue if you are unable to replicate your use ' +
    'case: https://github.com/pytorch/pytorch/issues/new/choose.');
}

/** All but the optimizer and functions, under PyTorch's names. */
export const stateOf = (scheduler: object): Record<string, unknown> => Object.fromEntries(Object.entries(scheduler)
  .filter(([key, value]) => key !== 'optimizer' && typeof value !== 'function')
  .map(([key, value]) => [snakeCase(key), value]));

/** Takes over what `stateOf` gave, or PyTorch; names of methods are not those of a state. */
export function loadState(scheduler: object, state: object): void {
  for (const [key, value] of entriesOf(state)) {
    const name = camelCase(key), own = Object.getOwnPropertyDescriptor(scheduler, name);
    const isState = own ? name !== 'optimizer' && typeof own.value !== 'function' : !(name in scheduler);
    if (isState) Object.assign(scheduler, { [name]: value });
  }
}

/** What a scheduler put into a group when it was made. @throws ValueError for a group that came later */
export function known<K extends keyof ParamGroup>(group: ParamGroup, key: K): NonNullable<ParamGroup[K]> {
  const value = group[key];
  if (value !== undefined) return value as NonNullable<ParamGroup[K]>;
  throw new ValueError(`a parameter group that was added after the scheduler was made has no '${snakeCase(key)}'`);
}

/**
 * What all schedulers share. A subclass says what the learning rates of an epoch are, from those of the epoch before
 * (`getLr`); its constructor ends with `initialStep()`.
 * @see https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate
 */
export abstract class LRScheduler {
  /** epochs done */
  lastEpoch: number;
  /** the learning rates that the groups had at first */
  baseLrs: number[] = [];
  /** whether learning rates are printed */
  verbose: boolean;
  _stepCount = 0;
  protected _lastLr: number[] = [];

  /** @throws TypeError for anything but an optimizer, and for options that there are not; ValueError where training is resumed and a group's first rate is not known */
  constructor(readonly optimizer: Optimizer, options: SchedulerOptions = {}) {
    const { lastEpoch = -1, verbose = false, ...unknown } = checked('LRScheduler', options, 'lastEpoch');
    for (const key in unknown) throw unknownOption(new.target.name, key, []);
    checkOptimizer(optimizer);
    optimizer.paramGroups.forEach((group, i) => {
      if (lastEpoch === -1) group.initialLr ??= group.lr;
      else if (group.initialLr === undefined) {
        throw new ValueError(`param 'initial_lr' is not specified in param_groups[${i}] when resuming an optimizer`);
      }
    });
    this.baseLrs = optimizer.paramGroups.map((group) => group.initialLr!);
    this.lastEpoch = lastEpoch;
    this.verbose = verbose;
  }

  /** The learning rates of `lastEpoch`, from those that the groups have now. */
  protected abstract getLr(): number[];

  /** The learning rates of `lastEpoch`, whatever came before. */
  protected closedFormLr(): number[] { return this.getLr(); }

  /** Sets the learning rates of the first epoch. @internal for schedulers that drive others */
  initialStep(): void {
    this.optimizer._stepCount = 0;
    this._stepCount = 0;
    this.step();
  }

  /**
   * Sets the learning rates of the next epoch; to be called after the optimizer's steps of an epoch.
   * @param epoch go to this epoch instead
   */
  step(epoch?: number): void {
    if (this._stepCount === 1 && this.optimizer._stepCount < 1) {
      console.warn('Detected call of `lr_scheduler.step()` before `optimizer.step()`. In PyTorch 1.1.0 and later, you ' +
        'should call them in the opposite order: `optimizer.step()` before `lr_scheduler.step()`.  Failure to do this ' +
        'will result in PyTorch skipping the first value of the learning rate schedule. See more details at ' +
        'https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate');
    }
    this._stepCount++;
    if (epoch !== undefined) warnOfEpoch();
    this.lastEpoch = epoch ?? this.lastEpoch + 1;
    this.assign(epoch === undefined ? this.getLr() : this.closedFormLr(), epoch);
  }

  /** Gives the groups their learning rates; those that were added later keep theirs where there is none for them. */
  protected assign(lrs: readonly number[], epoch?: number): void {
    this.optimizer.paramGroups.slice(0, lrs.length).forEach((group, i) => {
      group.lr = lrs[i];
      if (!this.verbose) return;
      const start = epoch === undefined ? 'Adjusting' : `Epoch ${epochText(epoch)}: adjusting`;
      console.log(`${start} learning rate of group ${i} to ${scientific(lrs[i])}.`);
    });
    this._lastLr = this.currentLrs();
  }

  /** The learning rates that the groups have. */
  protected currentLrs(): number[] { return this.optimizer.paramGroups.map((group) => group.lr); }

  /** The learning rates that the scheduler set last. */
  getLastLr(): number[] { return this._lastLr; }

  /** All but the optimizer and functions, under PyTorch's names. */
  stateDict(): Record<string, unknown> { return stateOf(this); }

  /** Takes over what `stateDict()` gave, here or in Python. */
  loadStateDict(stateDict: object): void { loadState(this, stateDict); }
}

/** A value per group: a list as it is, one value for all. @throws ValueError for a list of another length */
export function perGroup(name: string, { paramGroups }: Optimizer, value: number | readonly number[]): readonly number[] {
  if (!Array.isArray(value)) return paramGroups.map(() => value as number);
  if (value.length === paramGroups.length) return value as readonly number[];
  throw new ValueError(`expected ${paramGroups.length} values for ${name}, got ${value.length}`);
}
