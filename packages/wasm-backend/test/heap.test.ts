import { expect, test } from 'vitest';
import { addressOf, Heap, type Block } from '../src/heap.js';

test('blocks in use never overlap, whatever is given back and joined', () => {
  const heap = new Heap(true, 4096);
  let state = 1;
  const random = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
  const sizes = [40, 300, 2_000, 30_000, 70_000, 900_000, 3_000_000];
  const used: { block: Block; start: number; end: number }[] = [];
  for (let round = 0; round < 4_000; round++) {
    if (used.length < 60 && random(3) > 0) {
      const nbytes = 1 + random(sizes[random(sizes.length)]), block = heap.allocate(nbytes), start = addressOf(block);
      const end = start + nbytes;
      for (const other of used) expect(start >= other.end || end <= other.start).toBe(true);
      used.push({ block, start, end });
    } else if (used.length > 0) {
      const [gone] = used.splice(random(used.length), 1);
      heap.release(gone.block);
    }
  }
});
