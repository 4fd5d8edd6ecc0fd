import { RuntimeError } from '@sconce/tensor';
import { bytesSource, type Source } from '../io/source.js';
import type { UrlLike } from '../io/types.js';
import { builtin } from './builtins.js';

/** A file of the file system, read piece by piece. @throws Node's own error where it cannot be opened */
export async function openFile(path: string | UrlLike): Promise<Source> {
  const handle = await builtin('node:fs', 'reading a path').promises.open(path as string | URL, 'r');
  try {
    const stat = await handle.stat();
    if (!stat.isFile() && !stat.isDirectory()) {
      // a pipe has no size and is read once
      const bytes = await handle.readFile();
      await handle.close();
      return bytesSource(bytes);
    }
    return {
      size: stat.size,
      async read(offset, length) {
        const bytes = new Uint8Array(length);
        for (let at = 0; at < length;) {
          const { bytesRead } = await handle.read(bytes, at, Math.min(length - at, 2 ** 30), offset + at);
          if (bytesRead === 0) throw new RuntimeError(`${String(path)} became shorter while it was read`);
          at += bytesRead;
        }
        return bytes;
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
