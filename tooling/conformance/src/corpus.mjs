// Where PyTorch's recorded answers and their runner are. They are not part of the repository.
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const besideTheRepository = join(root, '../shared/conformance/public');

/** The folder of a corpus: asked for, or of the environment, or beside the repository; null where there is none. */
export function corpusFolder(asked) {
  const folder = resolve(asked ?? process.env.SCONCE_CONFORMANCE ?? besideTheRepository);
  return existsSync(join(folder, 'manifest.json')) ? folder : null;
}

/** The folder of the runner: the corpus' parent, else that of the corpus beside the repository; null where there is none. */
export function runnerFolder(corpus) {
  const candidates = [...(corpus ? [dirname(corpus)] : []), dirname(besideTheRepository)];
  return candidates.find((folder) => existsSync(join(folder, 'lib/helpers.mjs'))) ?? null;
}
