/// <reference lib="dom" preserve="true" />
import { checked } from '@sconce/tensor/internal';
import { downloadUrl, type DownloadOptions, type DownloadProgress } from '@sconce/data';
import { load, type LoadOptions } from '@sconce/serialization';
import { builtin, environment } from './node/builtins.js';

export interface HubOptions extends DownloadOptions {
  /** where files are kept; default `checkpoints` in `getDir()` */
  readonly modelDir?: string | undefined;
  /** where tensors go; default: the CPU */
  readonly mapLocation?: LoadOptions['mapLocation'];
  /** say what is downloaded, on standard error; default true */
  readonly progress?: boolean | undefined;
  /** refuse a file whose SHA-256 does not begin as its name says, `NAME-<sha256>.pth`; default false */
  readonly checkHash?: boolean | undefined;
  /** what the file is called; default: as in the address */
  readonly fileName?: string | undefined;
}

let folder: string | undefined;

/**
 * The folder where downloaded files are kept, the same as PyTorch's: `$TORCH_HOME/hub`, else `~/.cache/torch/hub`.
 * @see https://pytorch.org/docs/stable/hub.html#torch.hub.get_dir
 */
export function getDir(): string {
  if (folder !== undefined) return folder;
  const cache = environment('XDG_CACHE_HOME') ?? '~/.cache';
  return `${expanded(environment('TORCH_HOME') ?? `${cache}/torch`)}/hub`;
}

/** Changes the folder of `getDir`. @see https://pytorch.org/docs/stable/hub.html#torch.hub.set_dir */
export function setDir(path: string): void { folder = expanded(path); }

const expanded = (path: string): string =>
  (path === '~' || path.startsWith('~/') ? builtin('node:os', 'finding the home folder').homedir() + path.slice(1) : path);

/**
 * What a `.pth` file at an address holds. It is downloaded once and kept where PyTorch keeps it.
 * @throws DownloadError where it cannot be had, or its checksum is wrong
 * @see https://pytorch.org/docs/stable/hub.html#torch.hub.load_state_dict_from_url
 * @example
 * const state = await hub.loadStateDictFromUrl('https://download.pytorch.org/models/resnet18-f37072fd.pth', { checkHash: true });
 * const net = models.resnet18({ weights: state });
 */
// what a file holds is known to its user alone, as with `load`
// oxlint-disable-next-line typescript/no-explicit-any
export async function loadStateDictFromUrl<T = any>(
  url: string | URL, options: HubOptions = {},
): Promise<T> {
  const {
    modelDir = `${getDir()}/checkpoints`, mapLocation, progress = true, checkHash = false, fileName, ...rest
  } = checked('loadStateDictFromUrl', options, 'modelDir');
  const { href, pathname } = new URL(url);
  const name = fileName ?? pathname.slice(pathname.lastIndexOf('/') + 1);
  const sha256 = checkHash ? /-([a-f0-9]+)\./.exec(name)?.[1] : undefined;
  const path = await downloadUrl(href, modelDir, {
    ...rest, filename: name, sha256, onProgress: rest.onProgress ?? (progress ? reporter(href, modelDir) : undefined),
  });
  return await load<T>(path, { mapLocation });
}

/** Says once what is fetched, and on a terminal how far it is. */
function reporter(url: string, where: string): (progress: DownloadProgress) => void {
  let percent = -1;
  return ({ received, total }) => {
    const { stderr } = process;
    if (percent < 0) stderr.write(`Downloading: "${url}" to ${where}\n`);
    const now = total > 0 ? Math.floor((100 * received) / total) : 0;
    if (stderr.isTTY && now !== percent) stderr.write(`\r${now}%${now === 100 ? '\n' : ''}`);
    percent = now;
  };
}
