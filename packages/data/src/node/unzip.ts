import { broken } from '../mnist/idx.js';
import { builtin } from './builtins.js';
import { maxRatio } from './read-idx-file.js';

/**
 * Writes files of a zip archive into a folder, whatever folders they are in there. Only they are unpacked, and nothing beyond the size that
 * their packed bytes have room for.
 * @param names the files, without their folders
 * @throws DataFileError if it is no archive, is damaged, or lacks one of the files
 */
export async function unzip(path: string, names: readonly string[], folder: string): Promise<void> {
  const fs = builtin('node:fs', 'unpacking').promises, archive = await fs.readFile(path), files = new Map<string, Uint8Array>();
  const { unzipSync } = await import('fflate'), nameIn = (entry: string): string => entry.slice(entry.lastIndexOf('/') + 1);
  const wanted = new Set(names), sizes = new Map<string, number>();
  try {
    const found = unzipSync(archive, {
      filter: ({ name, size, originalSize }) => {
        if (!wanted.has(nameIn(name))) return false;
        if (size > archive.length || originalSize > size * maxRatio) throw new Error(`the sizes of ${name} cannot be`);
        sizes.set(name, originalSize);
        return true;
      },
    });
    for (const [name, bytes] of Object.entries(found)) {
      if (bytes.length !== sizes.get(name)) throw new Error(`${name} has another size than it should`);
      files.set(nameIn(name), bytes);
    }
  } catch (error) {
    throw broken(path, `is damaged or truncated, or no zip archive: ${(error as Error).message}`);
  }
  const missing = names.find((name) => !files.has(name));
  if (missing !== undefined) throw broken(path, `has no ${missing}`);
  for (const [name, bytes] of files) {
    // a file gets its name when it is whole
    await fs.writeFile(`${folder}/${name}.part`, bytes);
    await fs.rename(`${folder}/${name}.part`, `${folder}/${name}`);
  }
}
