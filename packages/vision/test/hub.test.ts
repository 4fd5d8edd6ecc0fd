import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { save } from '@sconce/serialization';
import { tensor } from '@sconce/tensor';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hub } from '../src/index.js';

let folder = '', server: Server, requests = 0, base = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sconce-hub-'));
  requests = 0;
  const path = join(folder, 'source');
  await save({ weight: tensor([1, 2, 3]) }, path);
  const bytes = readFileSync(path);
  rmSync(path);
  server = createServer((_, response) => {
    requests++;
    response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => { server.once('listening', resolve); });
  const sum = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/net-${sum}.pth`;
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

describe('loadStateDictFromUrl', () => {
  it('downloads once, and checks the sum in the name', async () => {
    const options = { modelDir: folder, checkHash: true, progress: false };
    for (let i = 0; i < 2; i++) {
      const { weight } = await hub.loadStateDictFromUrl(base, options);
      expect([...weight.hostValues()]).toEqual([1, 2, 3]);
    }
    expect(requests).toBe(1);
    expect(readdirSync(folder)).toEqual([base.slice(base.lastIndexOf('/') + 1)]);
  });

  it('refuses a file with another sum, and keeps nothing', async () => {
    const wrong = base.replace(/net-\w+/, 'net-00000000');
    await expect(hub.loadStateDictFromUrl(wrong, { modelDir: folder, checkHash: true, progress: false }))
      .rejects.toMatchObject({ name: 'DownloadError' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keeps files where PyTorch does, or where it is told', () => {
    expect(hub.getDir()).toMatch(/\/hub$/);
    hub.setDir(folder);
    expect(hub.getDir()).toBe(folder);
  });
});
