import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '@sconce/app-kit';
import { load, manualSeed, save, Tensor, uint8, zeros } from 'sconce';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../src/checkpoint.js';
import { makeModel } from '../src/models.js';
import { runCli, temporaryFolder, type Ran } from './support.js';

const SIZE = ['--limit', '200', '--batch-size', '16'];

async function train(folder: string, name: string, ...args: string[]): Promise<{ report: Report; lines: readonly string[] }> {
  const json = join(folder, `${name}.json`);
  const { code, lines, errors } = await runCli(...args, '--json', json, '--png', join(folder, `${name}.png`));
  expect([code, errors]).toEqual([0, []]);
  return { report: JSON.parse(readFileSync(json, 'utf8')) as Report, lines };
}

const losses = ({ epochs }: Report): unknown => epochs.map((epoch) => ({ ...epoch, seconds: 0 }));

it.each([
  ['plain', ['--model', 'lenet', '--lr', '0.05', '--seed', '3']],
  ['with momentum', ['--model', 'mlp', '--lr', '0.02', '--momentum', '0.9']],
])('two epochs, and two more from the file, are four to the last bit: %s', async (_, flags) => {
  const folder = temporaryFolder(), file = join(folder, 'new/two.pth');
  const whole = await train(folder, 'whole', ...SIZE, ...flags, '--epochs', '4');
  const first = await train(folder, 'first', ...SIZE, ...flags, '--epochs', '2', '--save', file);
  // no flag is needed again
  const second = await train(folder, 'second', '--resume', file, '--epochs', '2', '--save', file);
  expect([...losses(first.report) as [], ...losses(second.report) as []]).toEqual(losses(whole.report));
  expect(second.report.perClass).toEqual(whole.report.perClass);
  expect(second.lines.filter((line) => /^ +\d \|/.test(line)).map((line) => line.trim()[0])).toEqual(['3', '4']);
  expect(readFileSync(join(folder, 'second.png')).equals(readFileSync(join(folder, 'whole.png')))).toBe(true);
  expect((await load<Checkpoint>(file)).epoch).toBe(4);
});

it('the file holds what a Python script needs', async () => {
  const folder = temporaryFolder(), file = join(folder, 'one.pth');
  await train(folder, 'one', ...SIZE, '--epochs', '1', '--momentum', '0.5', '--save', file);
  const { model, optimizer, epoch, rng_state, settings } = await load<Checkpoint>(file);
  expect(Object.keys(model)).toEqual(['1', '3', '5'].flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]));
  expect(optimizer.param_groups).toMatchObject([{ lr: 0.1, momentum: 0.5, weight_decay: 0, params: [0, 1, 2, 3, 4, 5] }]);
  expect(Object.values(optimizer.state).every(({ momentum_buffer }) => momentum_buffer instanceof Tensor)).toBe(true);
  expect(epoch).toBe(1);
  expect([rng_state.dtype, rng_state.shape]).toEqual([uint8, [5056]]);
  expect(settings).toEqual({ dataset: 'synthetic', model: 'mlp', 'batch-size': 16, lr: 0.1, momentum: 0.5, seed: 0, limit: 200 });
});

it('a learning rate of the command line takes the place of the saved one', async () => {
  const folder = temporaryFolder(), file = join(folder, 'a.pth'), later = join(folder, 'b.pth');
  await train(folder, 'a', ...SIZE, '--epochs', '1', '--save', file);
  await train(folder, 'b', '--resume', file, '--epochs', '1', '--lr', '0.01', '--momentum', '0.9', '--save', later);
  expect((await load<Checkpoint>(later)).optimizer.param_groups).toMatchObject([{ lr: 0.01, momentum: 0.9 }]);
});

describe('files that do not fit are told in one line, and nothing is written', () => {
  let good: Checkpoint;
  beforeAll(async () => {
    manualSeed(0);
    let remove = (): void => {};
    const file = join(temporaryFolder((r) => { remove = r; }), 'good.pth');
    expect((await runCli(...SIZE, '--epochs', '1', '--momentum', '0.9', '--save', file, '--png', `${file}.png`)).code).toBe(0);
    good = await load<Checkpoint>(file);
    return remove;
  });

  /** Goes on from this file, into a folder that must stay empty. */
  async function resume(write: (file: string) => unknown, ...flags: string[]): Promise<{ ran: Ran; file: string }> {
    const here = temporaryFolder(), out = temporaryFolder(), file = join(here, 'given.pth');
    await write(file);
    const ran = await runCli(
      '--resume', file, '--epochs', '1', '--save', join(out, 'deep/new.pth'), '--png', join(out, 'grid.png'), ...flags);
    expect(readdirSync(out)).toEqual([]);
    expect(ran.code).toBe(1);
    expect(ran.errors).toHaveLength(1);
    expect(ran.errors[0]).toMatch(/^error: [^\n]+$/);
    return { ran, file };
  }

  it.each<[string, (file: string) => unknown, RegExp]>([
    ['missing', () => {}, /--resume .*given\.pth: ENOENT/],
    ['empty', (file) => writeFileSync(file, ''), /: Ran out of input/],
    ['a text', (file) => writeFileSync(file, 'hello '.repeat(99)), /--resume .*given\.pth: /],
    ['parameters alone', (file) => save(makeModel('mlp').stateDict(), file),
      /: it is no checkpoint of this program: there is no model in it/],
    ['a list', (file) => save([1, 2], file), /there is no model in it/],
    ['no optimizer', (file) => save({ ...good, optimizer: null }, file), /there is no optimizer in it/],
    ['epoch 0', (file) => save({ ...good, epoch: 0 }, file), /there is no epoch in it/],
    ['no settings', (file) => save({ ...good, settings: {} }, file), /there is no settings in it/],
    ['a generator of another size', (file) => save({ ...good, rng_state: zeros(7, { dtype: uint8 }) }, file),
      /RNG state size to be 7/],
    ['another network', (file) => save({ ...good, model: makeModel('lenet').stateDict() }, file),
      /Error\(s\) in loading state_dict for Sequential: Missing key/],
    ['groups of another network', (file) => save({ ...good, optimizer: { ...good.optimizer, param_groups: [] } }, file),
      /different number of parameter groups/],
    ['momentum of another network', (file) => save({ ...good, optimizer: { ...good.optimizer, state: { 0: { momentum_buffer: zeros(3) } } } }, file),
      /a momentum buffer of another shape/],
  ])('%s', async (_, write, says) => {
    expect((await resume(write)).ran.errors[0]).toMatch(says);
  });

  it('cut off', async () => {
    await resume(async (file) => {
      await save(good, file);
      writeFileSync(file, readFileSync(file).subarray(0, 5000));
    });
  });

  it('flags that contradict the file', async () => {
    const write = (file: string): Promise<void> => save(good, file);
    expect((await resume(write, '--model', 'lenet')).ran.errors[0]).toMatch(/--model lenet: .*given\.pth was trained with --model mlp; leave it out/);
    expect((await resume(write, '--seed', '1')).ran.errors[0]).toMatch(/--seed 1: .*given\.pth was trained with --seed 0; leave it out/);
  });

  it('a place that cannot be written to', async () => {
    const folder = temporaryFolder(), file = join(folder, 'file');
    writeFileSync(file, '');
    const { code, errors } = await runCli('--limit', '20', '--epochs', '1', '--save', join(file, 'x.pth'), '--png', join(folder, 'x.png'));
    expect([code, errors.length]).toEqual([1, 1]);
    expect(errors[0]).toMatch(/cannot write .*file\/x\.pth/);
    expect(existsSync(join(folder, 'x.png'))).toBe(false);
  });
});
