import { createReadStream } from 'node:fs';
import { pathToFileURL } from 'node:url';
import * as torch from '@sconce/tensor';
import { afterEach, describe, expect, test } from 'vitest';
import { load, registerParameter, UnpicklingError } from '../src/index.js';
import { expected, expectValue, fixture, fixtureBytes } from './support.js';

describe('what PyTorch wrote', () => {
  test.each(Object.keys(expected).filter((name) => name.endsWith('.pth')))('%s', async (name) => {
    expectValue(await load(fixture(name)), expected[name]);
  });

  test.each(['views.pth', 'views_legacy.pth'])('%s shares memory again', async (name) => {
    const { base, row, t, strided, same } = await load(fixture(name));
    expect([row, t, strided].every((x) => x.storage === base.storage)).toBe(true);
    expect(same).toBe(base);
    base.zero_();
    expect(await row.tolist()).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('a list within itself', async () => {
    const list = await load(fixture('cyclic.pth'));
    expect([list.length, list[0] === list]).toEqual([1, true]);
  });

  test('a value that stands in two places', async () => {
    const { shared, again } = await load(fixture('values.pth'));
    expect(again).toBe(shared);
  });

  test('tied parameters are one tensor', async () => {
    const { parameter, tied } = await load(fixture('parameters.pth'));
    expect(tied).toBe(parameter);
  });

  test('keys that name prototypes are keys', async () => {
    const values = await load(fixture('values.pth'));
    expect(values).toBeInstanceOf(Map);
    expect(Object.keys(values.get('constructor').prototype)).toEqual(['polluted']);
    expect('polluted' in {}).toBe(false);
  });
});

describe('parameters', () => {
  class Parameter extends torch.Tensor {
    constructor(data: torch.Tensor, { requiresGrad }: { readonly requiresGrad: boolean }) {
      super(data.storage, data.dtype, data.layout);
      this.markLeaf(requiresGrad);
    }
  }
  afterEach(() => registerParameter(null));

  test('are of the class that was named', async () => {
    registerParameter(Parameter);
    const { parameter, frozen, leaf } = await load(fixture('parameters.pth'));
    expect([parameter, frozen, leaf].map((x) => [x instanceof Parameter, x.requiresGrad])).toEqual([[true, true], [true, false], [false, true]]);
  });
});

describe('refused', () => {
  test.each([
    ['refused_system.pth', 'posix.system'], ['refused_eval.pth', '__builtin__.eval'], ['refused_getattr.pth', '__builtin__.getattr'],
    ['refused_module.pth', 'torch.nn.modules.linear.Linear'], ['refused_system_legacy.pth', 'posix.system'],
    ['refused_numpy.pth', 'numpy.core.multiarray.scalar'],
  ])('%s names %s', async (name, global) => {
    const error = await load(fixture(name)).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UnpicklingError);
    expect((error as Error).message).toContain(`Unsupported global: GLOBAL ${global} was not an allowed global by default.`);
  });

  test('weightsOnly: false', async () => {
    await expect(load(fixture('dtypes.pth'), { weightsOnly: false as true })).rejects.toThrow('never done here');
  });
});

describe('sources', () => {
  const bytes = fixtureBytes('storage.pth');
  const sources: Record<string, () => Parameters<typeof load>[0]> = {
    path: () => fixture('storage.pth'),
    'file: URL': () => pathToFileURL(fixture('storage.pth')),
    Uint8Array: () => bytes,
    'part of a buffer': () => Uint8Array.from([0, 0, 0, ...bytes, 0]).subarray(3, 3 + bytes.length),
    DataView: () => new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
    ArrayBuffer: () => bytes.slice().buffer,
    Blob: () => new Blob([bytes as Uint8Array<ArrayBuffer>]),
    File: () => new File([bytes as Uint8Array<ArrayBuffer>], 'storage.pth'),
    Response: () => new Response(bytes as Uint8Array<ArrayBuffer>),
    'a promise of a Response': () => Promise.resolve(new Response(bytes as Uint8Array<ArrayBuffer>)),
    'data: URL': () => new URL(`data:application/octet-stream;base64,${Buffer.from(bytes).toString('base64')}`),
    ReadableStream: () => new Blob([bytes as Uint8Array<ArrayBuffer>]).stream(),
    'stream of Node': () => createReadStream(fixture('storage.pth'), { highWaterMark: 100 }),
    'handle of a browser': () => ({
      getFile: async () => new Blob([bytes as Uint8Array<ArrayBuffer>]), createWritable: () => { throw new Error('not to be written'); },
    }),
  };
  test.each(Object.keys(sources))('%s', async (name) => {
    expectValue(await load(sources[name]()), expected['storage.pth']);
  });

  test.each([['null', null], ['a number', 3], ['an object', {}]])('%s is none', async (_, source) => {
    await expect(load(source as unknown as string)).rejects.toThrow(TypeError);
  });
  test('an HTTP error', async () => {
    await expect(load(new Response('not found', { status: 404 }))).rejects.toThrow('answers with HTTP status 404');
  });
  test('no file', async () => {
    await expect(load(fixture('none.pth'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
  test('a folder', async () => {
    await expect(load(fixture(''))).rejects.toMatchObject({ code: 'EISDIR' });
  });
});

describe('mapLocation', () => {
  test('the CPU, by any of its forms', async () => {
    for (const mapLocation of ['cpu', torch.device('cpu'), { cpu: 'cpu' }, () => null]) {
      expectValue(await load(fixture('views.pth'), { mapLocation }), expected['views.pth']);
    }
  });
  test('a function sees each storage once, and where it was', async () => {
    const seen: [number, string][] = [];
    await load(fixture('views.pth'), { mapLocation: (storage, location) => { seen.push([storage.numel(), location]); return storage; } });
    expect(seen).toEqual([[24, 'cpu'], [2, 'cpu']]);
  });
  test('a device that is not there', async () => {
    await expect(load(fixture('views.pth'), { mapLocation: 'cuda' })).rejects.toThrow("no backend is registered for device 'cuda'");
    await expect(load(fixture('views.pth'), { mapLocation: 3 as never })).rejects.toThrow(
      new TypeError('mapLocation is a device, devices by location, or a function, but got 3'));
  });
});
