import { UsageError, type Network } from '@sconce/app-kit';
import { getRngState, load, save, setRngState, Tensor, type optim } from 'sconce';
import type { Options } from './options.js';

/** What `--save` writes, for `torch.load` too. */
export interface Checkpoint {
  readonly model: ReturnType<Network['stateDict']>;
  readonly optimizer: optim.OptimizerStateDict;
  /** how many epochs it has been trained */
  readonly epoch: number;
  /** the default generator's state after them, as `torch.get_rng_state` gives it */
  readonly rng_state: Tensor;
  /** what it was trained with, by the names of the flags */
  readonly settings: Settings;
}

const SETTINGS = {
  dataset: 'dataset', model: 'model', 'batch-size': 'batchSize', lr: 'lr', momentum: 'momentum', seed: 'seed', limit: 'limit',
} as const;
export type Settings = { readonly [Flag in keyof typeof SETTINGS]?: string | number };

const foreign = (path: string, why: string): UsageError =>
  new UsageError(`--resume ${path}: ${why.replaceAll(/\s*\n\s*/g, ' ')}`);

/** A checkpoint of this program. @throws UsageError for a file that is missing, broken or of another kind */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  let found: unknown;
  try {
    found = await load(path);
  } catch (error) {
    throw foreign(path, (error as Error).message);
  }
  const isDict = (x: unknown): x is Record<string, unknown> =>
    typeof x === 'object' && x !== null && Object.getPrototypeOf(x) === Object.prototype;
  const parts = isDict(found) ? found : {};
  const checks: Record<keyof Checkpoint, (x: unknown) => boolean> = {
    model: isDict, optimizer: isDict, settings: (x) => isDict(x) && 'model' in x && 'seed' in x,
    epoch: (x) => Number.isSafeInteger(x) && (x as number) > 0,
    rng_state: (x) => x instanceof Tensor,
  };
  const lacks = Object.entries(checks).find(([key, check]) => !check(parts[key]));
  if (lacks) throw foreign(path, `it is no checkpoint of this program: there is no ${lacks[0]} in it`);
  return parts as unknown as Checkpoint;
}

/** The settings as flags, for a command line that goes on. */
export function flagsOf({ settings }: Checkpoint): Partial<Record<keyof Settings, string>> {
  const flags = Object.keys(SETTINGS) as (keyof Settings)[];
  return Object.fromEntries(flags.filter((flag) => settings[flag] !== undefined).map((flag) => [flag, String(settings[flag])]));
}

/**
 * Puts network, optimizer and generator into the state of a checkpoint; a learning rate and a momentum of the command line
 * stay. @throws UsageError where the checkpoint does not fit
 */
export function restore(
  { model, optimizer: state, rng_state }: Checkpoint, net: Network, optimizer: optim.SGD, { resume, lr, momentum }: Options,
): void {
  try {
    net.loadStateDict(model);
    optimizer.loadStateDict(state);
    for (const group of optimizer.paramGroups) Object.assign(group, { lr, momentum });
    for (const [parameter, { momentumBuffer }] of optimizer.state) {
      if (momentumBuffer && String(momentumBuffer.shape) !== String(parameter.shape)) throw new Error('a momentum buffer of another shape');
    }
    setRngState(rng_state);
  } catch (error) {
    throw foreign(resume!, (error as Error).message);
  }
}

/** Writes a checkpoint whole or not at all. @throws UsageError that names the file and the cause */
export async function writeCheckpoint(
  path: string, net: Network, optimizer: optim.SGD, epoch: number, options: Options,
): Promise<void> {
  const settings = Object.fromEntries(
    Object.entries(SETTINGS).map(([flag, key]) => [flag, options[key]]).filter(([, value]) => value !== undefined)) as Settings;
  const checkpoint: Checkpoint = {
    model: net.stateDict(), optimizer: optimizer.stateDict(), epoch, rng_state: getRngState(), settings,
  };
  try {
    await save(checkpoint, path);
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${(error as Error).message}`);
  }
}
