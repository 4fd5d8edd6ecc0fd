import { expect, test } from 'vitest';
import { addressOf, Heap, type Block } from '../src/heap.js';

test('blocks in use never overlap, whatever is given back and joined', () => {
  const heap = new Heap(true, 4096);
  let state = 1;
  const random = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
  const used = new Map<Block, { start: number; end: number }>();
  const allocate = (nbytes: number): Block => {
    const block = heap.allocate(nbytes), start = addressOf(block), end = start + nbytes;
    used.set(block, { start, end });
    return block;
  };
  const release = (block: Block): void => {
    used.delete(block);
    heap.release(block);
  };
  const checkApart = (): void => {
    const sorted = [...used.values()].sort((a, b) => a.start - b.start);
    for (let i = 1; i < sorted.length; i++) expect(sorted[i].start).toBeGreaterThanOrEqual(sorted[i - 1].end);
  };
  // phases of large blocks, all given back, and of small ones, some kept: slabs are cut from what was joined
  for (let phase = 0; phase < 6; phase++) {
    const large = Array.from({ length: 60 }, () => allocate(1 + random(2_000_000)));
    checkApart();
    large.forEach(release);
    const small = Array.from({ length: 3_000 }, () => allocate(1 + random(30_000)));
    checkApart();
    small.filter(() => random(4) > 0).forEach(release);
  }
});
