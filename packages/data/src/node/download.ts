/// <reference lib="dom" preserve="true" />
import { checked } from '@sconce/tensor/internal';
import { DataFileError } from '../mnist/idx.js';
import { builtin } from './builtins.js';

/** A download that no mirror could give; the message is one line and says what to do. */
export class DownloadError extends DataFileError { override readonly name: string = 'DownloadError'; }

/** A file to download, and how to know it. */
export interface RemoteFile {
  readonly name: string;
  readonly md5?: string | undefined;
  /** the SHA-256, or how it begins */
  readonly sha256?: string | undefined;
  /** its size, where it is known */
  readonly bytes?: number | undefined;
}

/** An `AbortSignal`, said without the types of a browser or of Node. */
export interface StopSignal {
  readonly aborted: boolean;
  throwIfAborted(): void;
}

export interface DownloadOptions {
  /** called as bytes come in */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** stops the download; what has come stays in a `.part` file and is not fetched again */
  readonly signal?: StopSignal | undefined;
  /** a mirror that sends nothing for so long is given up; default 30,000 */
  readonly stallMilliseconds?: number | undefined;
}

export interface DownloadUrlOptions extends DownloadOptions {
  readonly filename?: string | undefined;
  readonly md5?: string | undefined;
  readonly sha256?: string | undefined;
}

export interface DownloadProgress {
  readonly file: string;
  readonly url: string;
  readonly received: number;
  /** 0 where the server does not say */
  readonly total: number;
}

const attemptsPerMirror = 5;

/** The mirror answers, but not with the file: asking it again is no use. */
class Refusal extends Error {}

/**
 * Downloads a file into a folder from the first mirror that has it. It is written to `NAME.part`, from which a later
 * call goes on where this one stopped, and gets its name when its checksum has been found right.
 * @throws DownloadError if no mirror gives it
 */
export async function downloadFile(
  file: RemoteFile, mirrors: readonly string[], folder: string, options: DownloadOptions = {}, remoteName = file.name,
): Promise<void> {
  const fs = builtin('node:fs', 'downloading').promises;
  const part = `${folder}/${file.name}.part`;
  await fs.mkdir(folder, { recursive: true }).catch((error: Error) => {
    throw new DataFileError(`the folder ${folder} cannot be made: ${error.message}`);
  });
  const failures: string[] = [];
  for (const mirror of mirrors) {
    const failure = await fromMirror(file, mirror + remoteName, part, options);
    if (failure === undefined) return await fs.rename(part, `${folder}/${file.name}`);
    failures.push(`${mirror} ${failure}`);
  }
  throw new DownloadError(
    `Error downloading ${file.name}: ${failures.join('; ')}. Without a connection, put the file into ${folder} by hand`);
}

/**
 * Downloads a file from an address into a folder, unless it is there already and right.
 * @param options.filename what it is called there; default: as in the address
 * @param options.md5 its checksum; `options.sha256` likewise, or how that begins
 * @returns its path
 * @throws DownloadError if it cannot be had, or is another
 * @see https://pytorch.org/docs/stable/hub.html#torch.hub.download_url_to_file
 * @example await downloadUrl('https://download.pytorch.org/models/resnet18-f37072fd.pth', './weights', { sha256: 'f37072fd' })
 */
export async function downloadUrl(
  url: string | URL, folder: string, options: DownloadUrlOptions = {},
): Promise<string> {
  const { filename, md5, sha256, ...rest } = checked('downloadUrl', options, 'filename');
  const { href, pathname } = new URL(url), last = href.lastIndexOf('/') + 1;
  const name = filename ?? decodeURIComponent(pathname.slice(pathname.lastIndexOf('/') + 1));
  if (name === '' || name === '..' || /[/\\]/.test(name)) throw new DownloadError(`${href} names no file: give a filename`);
  const file = { name, md5, sha256 };
  const path = `${folder}/${name}`;
  if (!await isFile(path, file)) await downloadFile(file, [href.slice(0, last)], folder, rest, href.slice(last));
  return path;
}

/** Completes `part` from one mirror, in several attempts if need be. Returns why it could not, undefined if it could. */
async function fromMirror(
  file: RemoteFile, url: string, part: string, options: DownloadOptions,
): Promise<string | undefined> {
  let failure: string | undefined;
  for (let attempt = 1; attempt <= attemptsPerMirror; attempt++) {
    const before = await sizeOf(part);
    try {
      await fetchPart(file, url, part, options);
      if (await isFile(part, file)) return undefined;
      await builtin('node:fs', 'downloading').promises.rm(part);
      failure = 'gives a file with a wrong checksum';
      // The wrong bytes may be those that were there before; if none were, another attempt gives the same again.
      if (before === 0) break;
    } catch (error) {
      options.signal?.throwIfAborted();
      failure = reason(error as Error);
      // A connection that breaks is worth another try, again and again while bytes come.
      const came = await sizeOf(part) > before;
      if (error instanceof Refusal || (!came && attempt > 1)) break;
    }
  }
  return failure;
}

/** Whether a file is there and has the right checksum, where one is known. */
export async function isFile(path: string, { md5, sha256 }: RemoteFile): Promise<boolean> {
  const right = md5 ?? sha256;
  if (right === undefined) return builtin('node:fs', 'reading a file').existsSync(path);
  const hash = builtin('node:crypto', 'checking a checksum').createHash(md5 === undefined ? 'sha256' : 'md5');
  try {
    const chunks: AsyncIterable<Uint8Array> = builtin('node:fs', 'reading a file').createReadStream(path);
    for await (const chunk of chunks) hash.update(chunk);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code!)) return false;
    throw new DataFileError(`${path} cannot be read: ${(error as Error).message}`);
  }
  return hash.digest('hex').startsWith(right);
}

async function sizeOf(path: string): Promise<number> {
  const stat = await builtin('node:fs', 'downloading').promises.stat(path).catch(() => undefined);
  return stat?.size ?? 0;
}

/** Completes `part` from `url`, going on from the bytes that are there if the server can. */
async function fetchPart(file: RemoteFile, url: string, part: string, options: DownloadOptions): Promise<void> {
  const { onProgress, signal, stallMilliseconds = 30_000 } = options;
  const fs = builtin('node:fs', 'downloading').promises;
  let have = await sizeOf(part);
  if (have > 0 && have === file.bytes) return;
  // Without a checksum nobody could tell whether two halves belong together.
  if (have > (file.bytes ?? Infinity) || (file.md5 ?? file.sha256) === undefined) {
    await fs.rm(part, { force: true });
    have = 0;
  }

  const stall = new AbortController();
  const giveUp = (): void => stall.abort(new Error(`sends nothing for ${stallMilliseconds / 1000} s`));
  let timer = setTimeout(giveUp, stallMilliseconds);
  try {
    const response = await fetch(url, {
      // A server that packs the file once more, or a fetch that unpacks it, would spoil sizes and checksum.
      headers: { 'accept-encoding': 'identity', ...(have > 0 && { range: `bytes=${have}-` }) },
      signal: signal ? AbortSignal.any([signal as AbortSignal, stall.signal]) : stall.signal,
    });
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      if (response.status === 416) {
        await fs.rm(part, { force: true });
        throw new Error('cannot go on with the part that is there');
      }
      throw new Refusal(`answers ${response.status} ${response.statusText}`.trimEnd());
    }
    const goesOn = response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${have}-`);
    let received = goesOn ? have : 0;
    const announced = response.headers.get('content-length');
    const size = announced === null ? undefined : received + Number(announced);
    if (size !== undefined && file.bytes !== undefined && size !== file.bytes) {
      await response.body.cancel();
      throw new Refusal(`has another file: ${size} bytes where ${file.bytes} are right`);
    }
    const total = file.bytes ?? size;
    const handle = await fs.open(part, goesOn ? 'a' : 'w');
    try {
      for await (const chunk of response.body) {
        clearTimeout(timer);
        timer = setTimeout(giveUp, stallMilliseconds);
        received += chunk.length;
        if (received > (total ?? Infinity)) throw new Refusal(`has another file: more than ${total} bytes`);
        await handle.writeFile(chunk);
        onProgress?.({ file: file.name, url, received, total: total ?? 0 });
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (total !== undefined && received < total) throw new Error(`stopped after ${received} of ${total} bytes`);
  } finally {
    clearTimeout(timer);
  }
}

/** Why a fetch failed, in a few words: Node hides it in the cause. */
function reason(error: Error): string {
  const cause = error.cause as { readonly code?: string; readonly message?: string } | undefined;
  return cause?.code ?? cause?.message ?? error.message;
}
