import * as torch from '@sconce/tensor';
import { backendOf } from '@sconce/tensor/internal';
import { expect, test } from 'vitest';
import { wasm } from '../src/index.js';

torch.registerBackend(wasm());

test('zeros are written when somebody looks: by a kernel, by JavaScript, through a view, as bytes', async () => {
  for (const look of [
    (x: torch.Tensor) => x.add(0).tolist(), (x: torch.Tensor) => x.tolist(), (x: torch.Tensor) => x.view(20, 10).t().contiguous().view(-1).tolist(),
    (x: torch.Tensor) => [...x.numpy()], (x: torch.Tensor) => x.clone().tolist(), (x: torch.Tensor) => x.sort()[0].tolist(),
  ]) {
    const x = torch.ones(200);
    expect(backendOf(x.device).map!(x.storage, torch.float32)[7]).toBe(1); // its typed array is made
    expect(await look(x.zero_())).toEqual(new Array(200).fill(0));
  }
  const half = torch.ones(200);
  half.slice(0, 100).zero_();
  expect(await half.sum().item()).toBe(100);
  const written = torch.ones(200).zero_();
  written.view(-1).slice(0, 0, 1).fill_(3);
  expect(await written.sum().item()).toBe(3);
  const bytes = await backendOf(torch.device('cpu')).read(torch.ones(200).zero_().storage);
  expect(new Uint8Array(bytes).every((b) => b === 0)).toBe(true);
});

test('zeros that nobody has looked at are exchanged for memory that is given up', async () => {
  const { takeOver } = backendOf(torch.device('cpu')), zeros = torch.ones(20, 20), flat = zeros.view(-1), numbers = torch.arange(400).to(torch.float32);
  expect(takeOver!(zeros.storage, numbers.storage)).toBe(false);
  zeros.zero_();
  expect(takeOver!(zeros.storage, torch.ones(399).storage)).toBe(false);
  expect(takeOver!(zeros.storage, numbers.storage)).toBe(true);
  const expected = Array.from({ length: 400 }, (_, i) => i);
  expect(await flat.tolist()).toEqual(expected);
  expect([...zeros.numpy()]).toEqual(expected);
  // zeros that a user has an array of stay its memory
  expect(takeOver!(zeros.zero_().storage, torch.ones(400).storage)).toBe(false);
  // zeros that were looked at are memory like any other
  const seen = torch.ones(400).zero_();
  expect(await seen.sum().item()).toBe(0);
  expect(takeOver!(seen.storage, torch.ones(400).storage)).toBe(false);
  // neither can be exchanged for what is not written yet
  const one = torch.ones(400).zero_(), other = torch.ones(400).zero_();
  expect(takeOver!(one.storage, other.storage)).toBe(false);
  expect([await one.sum().item(), await other.sum().item()]).toEqual([0, 0]);
});
