// The rows of the loaders' table, who takes part, and a folder of pictures to load.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as torch from 'sconce';
import { uniform } from './numbers.mjs';

/** What a row's data are, as both languages make them. @typedef {'digits' | 'pictures'} LoaderKind */

/**
 * A step of `digits` is a batch; of `pictures` all batches of a round, since workers that rest between two batches would
 * have them ready.
 */
export const loaderRows = [
  { name: 'mnist', kind: 'digits', batch: 64, checks: 1, tolerance: 1e-6, says: 'MNIST, shuffled, ToTensor and Normalize, batches of 64' },
  {
    name: 'pictures', kind: 'pictures', batch: 16, checks: 1, tolerance: 1e-6, rounds: 9,
    says: 'JPEGs of 500 × 375, shuffled, RandomResizedCrop(224), flip, ToTensor and Normalize, batches of 16',
  },
];

/**
 * Contenders for a row.
 * @param {{ kind: string }} row
 * @param {{ python: string, torch: boolean, data: string | null }} available
 */
export function loaderContenders({ kind }, { python, torch: hasTorch, data }) {
  const here = (path) => fileURLToPath(new URL(path, import.meta.url));
  const sconce = (workers) => ({
    name: `Sconce ${workers}`, workers,
    command: [process.execPath, here('serve.mjs'), here('contenders/loader.mjs'), JSON.stringify({ data, workers })],
  });
  const pytorch = (workers) => ({
    name: `PyTorch ${workers}`, workers, command: [python, here('contenders/pytorch.py'), '1', String(data)],
    environment: { OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', SCONCE_BENCH_WORKERS: String(workers) },
  });
  const [ours, theirs] = kind === 'digits' ? [[0], [0]] : [[0, 1, 2], [0, 2]];
  return [...ours.map(sconce), ...(hasTorch ? theirs.map(pytorch) : [])];
}

const WIDTH = 500, HEIGHT = 375, CLASSES = 4;

/** A picture with soft shades, edges and a little noise: as JPEG it takes what a photograph of its size takes. */
function picture(seed) {
  const [cx, cy, radius, slope, ...shades] = uniform(seed, 10, 0, 1), noise = uniform(seed + 1, WIDTH * HEIGHT, -14, 14);
  const values = new Uint8Array(3 * WIDTH * HEIGHT);
  for (let y = 0, i = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++, i++) {
      const inside = Math.hypot(x / WIDTH - cx, y / HEIGHT - cy) < 0.1 + 0.3 * radius;
      const wave = 40 * Math.sin(x * 0.05 * (1 + slope)) * Math.cos(y * 0.08 * (1 + shades[0]));
      for (let c = 0; c < 3; c++) {
        const shade = 200 * shades[c + (inside ? 3 : 0)] * (0.4 + 0.6 * (c === 1 ? x / WIDTH : y / HEIGHT));
        values[c * WIDTH * HEIGHT + i] = Math.max(0, Math.min(255, 20 + shade + wave + noise[i]));
      }
    }
  }
  return torch.fromNumpy(values).view(3, HEIGHT, WIDTH);
}

/** A folder of JPEGs in folders of classes, until the process ends. @param {number} count */
export function pictureFolder(count) {
  const folder = mkdtempSync(join(tmpdir(), 'sconce-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  let bytes = 0;
  for (let i = 0; i < count; i++) {
    const place = join(folder, `class${i % CLASSES}`), jpeg = torch.torchvision.io.encodeJpeg(picture(1000 + 2 * i), { quality: 90 }).numpy();
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, `${String(i).padStart(4, '0')}.jpg`), /** @type {Uint8Array} */ (jpeg));
    bytes += jpeg.length;
  }
  return { folder, kilobytes: Math.round(bytes / count / 1000) };
}
