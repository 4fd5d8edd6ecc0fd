import type { Sink } from '../io/sink.js';
import type { UrlLike } from '../io/types.js';
import { builtin } from './builtins.js';

const what = 'writing to a path';

type Handle = Awaited<ReturnType<(typeof import('node:fs'))['promises']['open']>>;

/**
 * A file that takes its name only when it is complete and on the disk: until then, and when the process is killed, what
 * had that name before stays. What is written lies beside it under a hidden name, which a crash may leave behind.
 * @throws Node's own error where it cannot be made
 */
export async function createFile(target: string | UrlLike): Promise<Sink> {
  const fs = builtin('node:fs', what).promises, { basename, dirname, join } = builtin('node:path', what);
  const name = typeof target === 'string' ? target : builtin('node:url', what).fileURLToPath(target.href);
  const old = await fs.stat(name).catch(() => undefined);
  // a pipe or a device is written to, not replaced
  if (old && !old.isFile()) return direct(await fs.open(name, 'w'));
  // what a link points to is replaced, not the link
  const real = old ? await fs.realpath(name) : name;
  const random = builtin('node:crypto', what).randomBytes(6).toString('hex');
  const temporary = join(dirname(real), `.${basename(real)}.${random}.tmp`);
  const handle = await fs.open(temporary, 'wx');
  const discard = async (): Promise<void> => {
    await handle.close().catch(() => { /* it is closed */ });
    await fs.rm(temporary, { force: true });
  };
  return {
    write: (bytes) => handle.writeFile(bytes),
    async close() {
      try {
        if (old) await handle.chmod(old.mode & 0o7777);
        await handle.sync();
        await handle.close();
        await fs.rename(temporary, real);
      } catch (error) {
        await discard();
        throw error;
      }
    },
    abort: discard,
  };
}

const direct = (handle: Handle): Sink => ({
  write: (bytes) => handle.writeFile(bytes),
  close: () => handle.close(),
  abort: () => handle.close(),
});
