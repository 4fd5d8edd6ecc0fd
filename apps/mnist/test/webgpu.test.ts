import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '@sconce/app-kit';
import { webgpu } from 'sconce';
import { describe, expect, it } from 'vitest';
import pytorch from './fixtures/pytorch.json' with { type: 'json' };
import { runCli, temporaryFolder } from './support.js';

const available = await webgpu.isAvailable();
if (!available) console.log('training on webgpu is left out: there is no adapter');

describe.runIf(available)('trains on webgpu as PyTorch does', () => {
  it.each(pytorch.synthetic)('$model, seed $seed', async ({ model, epochs, batch_size, lr, momentum, seed, report }) => {
    const folder = temporaryFolder(), json = join(folder, 'report.json');
    const { code, errors } = await runCli(
      '--model', model, '--epochs', `${epochs}`, '--batch-size', `${batch_size}`, '--lr', `${lr}`, '--momentum', `${momentum}`,
      '--seed', `${seed}`, '--limit', '320', '--device', 'webgpu', '--json', json, '--png', join(folder, 'grid.png'));
    expect(errors).toEqual([]);
    expect(code).toBe(0);
    const written = JSON.parse(readFileSync(json, 'utf8')) as Report;
    expect(written.device).toBe('webgpu');
    report.firstLosses.forEach((loss, i) => expect(Math.abs(written.firstLosses[i] - loss)).toBeLessThan(1e-4));
    report.epochs.forEach(({ testLoss, testAcc }, i) => {
      expect(Math.abs(written.epochs[i].testLoss - testLoss)).toBeLessThan(1e-3);
      expect(Math.abs(written.epochs[i].testAcc - testAcc)).toBeLessThanOrEqual(1.01 / 320);
    });
  }, 120_000);
});
