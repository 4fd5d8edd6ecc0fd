import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFileError, DownloadError, MNIST, type DownloadProgress, type RemoteFile } from '../src/index.js';
import { rejection } from './fixtures.js';

const header = (...words: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(4 * words.length);
  words.forEach((word, i) => bytes.writeUInt32BE(word, 4 * i));
  return bytes;
};
/** Bytes that gzip cannot make fewer. */
const noise = Buffer.concat(Array.from({ length: 100 * 784 / 32 }, (_, i) => createHash('sha256').update(`${i}`).digest()));
const contents: Readonly<Record<string, Buffer>> = {
  'train-images-idx3-ubyte.gz': gzipSync(Buffer.concat([header(0x803, 100, 28, 28), noise])),
  'train-labels-idx1-ubyte.gz': gzipSync(Buffer.concat([header(0x801, 100), Buffer.alloc(100, 3)])),
  't10k-images-idx3-ubyte.gz': gzipSync(Buffer.concat([header(0x803, 2, 28, 28), noise.subarray(0, 2 * 784)])),
  't10k-labels-idx1-ubyte.gz': gzipSync(Buffer.concat([header(0x801, 2), Buffer.of(1, 2)])),
};
const names = Object.keys(contents);
const [imagesName] = names as [string];
const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

type Handler = (request: IncomingMessage, response: ServerResponse, file: Buffer) => void;

let root: string;
let raw: string;
let servers: Server[] = [];
let requests: { url: string; range: string | undefined }[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sconce-download-'));
  raw = join(root, 'MNIST', 'raw');
  requests = [];
});
afterEach(async () => {
  rmSync(root, { recursive: true });
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => { server.close(resolve); });
  }
  servers = [];
});

/** A mirror that answers as `handler` does. */
async function mirror(handler: Handler): Promise<string> {
  const server = createServer((request, response) => {
    const name = request.url!.slice(1);
    requests.push({ url: name, range: request.headers.range });
    handler(request, response, contents[name]!);
  });
  servers.push(server);
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Whole files, or the part that was asked for. */
const good: Handler = (request, response, file) => {
  const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  if (from === undefined) {
    response.writeHead(200, { 'content-length': file.length }).end(file);
  } else if (Number(from) >= file.length) {
    response.writeHead(416).end();
  } else {
    const part = file.subarray(Number(from));
    response.writeHead(206, {
      'content-length': part.length, 'content-range': `bytes ${from}-${file.length - 1}/${file.length}`,
    }).end(part);
  }
};
const missing: Handler = (_, response) => { response.writeHead(404).end('no such file'); };
const wrong: Handler = (_, response, file) => {
  response.writeHead(200, { 'content-length': file.length }).end(Buffer.alloc(file.length));
};
const webPage: Handler = (_, response) => { response.writeHead(200).end('<html>Please log in to this network</html>'); };

/** Dies after `bytes` bytes of the images. */
const dying = (bytes: number, then: Handler = good): Handler => {
  let died = false;
  return (request, response, file) => {
    if (died || !request.url!.endsWith(imagesName)) return then(request, response, file);
    died = true;
    response.writeHead(200, { 'content-length': file.length });
    response.write(file.subarray(0, bytes), () => { setTimeout(() => response.destroy(), 20); });
  };
};

function setOf(mirrors: readonly string[]): typeof MNIST {
  return class Small extends MNIST {
    static override readonly mirrors = mirrors;
    static override readonly resources: readonly RemoteFile[] =
      names.map((name) => ({ name, md5: md5(contents[name]!), bytes: contents[name]!.length }));
  } as typeof MNIST;
}

const imagesAsked = (): (string | undefined)[] =>
  requests.filter(({ url }) => url === imagesName).map(({ range }) => range ?? 'whole');

function expectWhole(): void {
  expect(readdirSync(raw).sort()).toEqual([...names].sort());
  for (const name of names) expect(md5(readFileSync(join(raw, name)))).toBe(md5(contents[name]!));
}

describe('download', () => {
  it('fetches all four files, tells how far it is, and does not fetch them again', async () => {
    const Small = setOf([await mirror(good)]);
    const seen: DownloadProgress[] = [];
    const set = await Small.load(root, { download: true, onProgress: (p) => { seen.push(p); } });
    expect(set.length).toBe(100);
    expectWhole();
    for (const name of names) {
      const last = seen.filter(({ file }) => file === name).at(-1)!;
      expect(last.received).toBe(contents[name]!.length);
      expect(last.total).toBe(contents[name]!.length);
    }
    expect(requests.length).toBe(4);
    expect((await Small.load(root, { download: true, train: false })).length).toBe(2);
    expect(requests.length).toBe(4);
  });

  it('leaves unpacked files alone, and replaces packed ones that are wrong', async () => {
    mkdirSync(raw, { recursive: true });
    writeFileSync(join(raw, 't10k-images-idx3-ubyte'), 'mine');
    writeFileSync(join(raw, imagesName), 'half');
    await setOf([await mirror(good)]).download(root);
    expect(requests.map(({ url }) => url)).toEqual([imagesName, 'train-labels-idx1-ubyte.gz', 't10k-labels-idx1-ubyte.gz']);
    expect(md5(readFileSync(join(raw, imagesName)))).toBe(md5(contents[imagesName]!));
  });

  it.each([
    ['has no file', missing], ['gives wrong bytes', wrong], ['gives a web page', webPage],
  ])('goes to the next mirror where one %s', async (_, bad) => {
    await setOf([await mirror(bad), await mirror(good)]).download(root);
    expectWhole();
  });

  it('goes on where a server died', async () => {
    await setOf([await mirror(dying(30_000))]).download(root);
    expectWhole();
    expect(imagesAsked()).toEqual(['whole', 'bytes=30000-']);
  });

  it('goes on where an earlier call was stopped', async () => {
    const controller = new AbortController();
    const Small = setOf([await mirror(dying(30_000, missing))]);
    const error = await rejection(Small.download(root, {
      signal: controller.signal, onProgress: ({ received }) => { if (received === 30_000) controller.abort(); },
    }));
    expect(error.name).toBe('AbortError');
    expect(readdirSync(raw)).toEqual([`${imagesName}.part`]);
    requests = [];
    await setOf([await mirror(good)]).download(root);
    expectWhole();
    expect(imagesAsked()).toEqual(['bytes=30000-']);
  });

  it('begins anew where a server knows no ranges', async () => {
    const whole: Handler = (_, response, file) => { response.writeHead(200, { 'content-length': file.length }).end(file); };
    await setOf([await mirror(dying(30_000, whole))]).download(root);
    expectWhole();
  });

  it.each([
    ['wrong', Buffer.alloc(5000, 7)],
    ['too long', Buffer.alloc(1e6)],
    ['complete but wrong', Buffer.alloc(contents[imagesName]!.length)],
  ])('begins anew where the part that is there is %s', async (_, part) => {
    mkdirSync(raw, { recursive: true });
    writeFileSync(join(raw, `${imagesName}.part`), part);
    await setOf([await mirror(good)]).download(root);
    expectWhole();
  });

  it('does not take more than the file', async () => {
    const endless: Handler = (_, response) => {
      const send = (): void => { if (!response.destroyed) response.write(Buffer.alloc(65536), send); };
      send();
    };
    const error = await rejection(setOf([await mirror(endless)]).download(root));
    expect(error.message).toContain('has another file: more than');
  });

  it('gives up a server that sends nothing', async () => {
    const silent: Handler = (_, response, file) => {
      response.writeHead(200, { 'content-length': file.length });
      response.write(file.subarray(0, 10));
    };
    await setOf([await mirror(silent), await mirror(good)]).download(root, { stallMilliseconds: 100 });
    expectWhole();
  });

  it('says in one line what failed and where to put the files', async () => {
    const error = await rejection(setOf(['http://127.0.0.1:1/', await mirror(missing)]).load(root, { download: true }));
    expect(error).toBeInstanceOf(DownloadError);
    expect(error.message).toContain(`Error downloading ${imagesName}`);
    expect(error.message).toContain('answers 404 Not Found');
    expect(error.message).toContain(`put the file into ${raw} by hand`);
    expect(error.message).not.toContain('\n');
    expect(existsSync(join(raw, imagesName))).toBe(false);
  });

  it('says which folder cannot be made', async () => {
    writeFileSync(join(root, 'file'), '');
    const error = await rejection(setOf([]).download(join(root, 'file')));
    expect(error).toBeInstanceOf(DataFileError);
    expect(error.message).toContain(`the folder ${join(root, 'file')}/MNIST/raw cannot be made`);
  });
});
