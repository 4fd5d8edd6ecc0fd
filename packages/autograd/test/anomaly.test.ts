import * as torch from '@sconce/tensor';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { detectAnomaly, isAnomalyEnabled, isGradEnabled, setDetectAnomaly, setGradEnabled } from '../src/index.js';

let warnings: string[];
beforeEach(() => {
  warnings = [];
  vi.spyOn(console, 'warn').mockImplementation((text: string) => { warnings.push(text); });
});
afterEach(() => {
  setDetectAnomaly(false);
  vi.restoreAllMocks();
});

const badRoot = () => torch.tensor([-1, 4], { requiresGrad: true }).sqrt().sum();

test('names the function whose gradient is NaN, and where it was called', () => {
  const message = "Function 'SqrtBackward0' returned nan values in its 0th output.";
  expect(() => detectAnomaly(() => badRoot().backward())).toThrow(new torch.RuntimeError(message));
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/^Error detected in SqrtBackward0\. Traceback of forward call that caused the error:\n/);
  expect(warnings[0]).toContain('badRoot');
  expect(isAnomalyEnabled()).toBe(false);
  badRoot().backward();
});

test('NaN may be let through', () => {
  setDetectAnomaly(true, { checkNan: false });
  badRoot().backward();
  expect(warnings).toEqual([]);
});

test('tells where what cannot be differentiated was computed', async () => {
  await detectAnomaly(async () => {
    const y = torch.ones(2, { requiresGrad: true }).mul(2), z = y.mul(y);
    await Promise.resolve();
    y.add_(1);
    expect(() => z.sum().backward()).toThrow(/Hint: the backtrace further above shows .* Good luck!$/);
  });
  expect(warnings[0]).toMatch(/^Error detected in MulBackward0\. Traceback/);
  expect(isAnomalyEnabled()).toBe(false);
});

test('a node that was made before has no place to show', () => {
  const y = badRoot();
  expect(() => detectAnomaly(() => y.backward())).toThrow('returned nan values');
  expect(warnings[0]).toContain('No forward pass information available.');
});

test('setGradEnabled without a function holds from then on', () => {
  setGradEnabled(false);
  expect(isGradEnabled()).toBe(false);
  setGradEnabled(true);
  expect(setGradEnabled(false, () => isGradEnabled())).toBe(false);
  expect(isGradEnabled()).toBe(true);
});
