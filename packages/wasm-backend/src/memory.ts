import type { Device } from '@sconce/tensor';
import { Drops, type Storage } from '@sconce/tensor/internal';
import { addressOf, OutOfMemory, type Heap } from './heap.js';
import { WasmStorage, type Owner, type Ticket } from './storage.js';
import type { Threads } from './threads.js';

/** After so many bytes the engine is made to look for dropped tensors: it does not see memory inside the heap. */
const KICK = 128 * 2 ** 20;
/** … and after so many where the heap is half full, so that it need not grow for what is garbage already. */
const EARLY_KICK = 80 * 2 ** 20;
/** The first time it may be later: what the memory grows to then leaves room for rounds in which the engine takes longer. */
const FIRST_KICK = 112 * 2 ** 20;
const HALF_FULL = 0.5;
/** Looking costs some milliseconds of a core: who makes much at once waits so long from one time to the next … */
const KICK_PAUSE_MS = 150;
/** … but not where the heap is so full that it would grow before, unless the engine is looking already … */
const NEARLY_FULL = 0.75;
/** … and not longer than for so many bytes. */
const LATEST_KICK = 384 * 2 ** 20;
/** What is given back at once counts for the next time by so much: it leaves objects behind in the engine's own heap. */
const LEFT_BEHIND = 1 / 8;
/** After so many bytes, whatever became of them, the engine's young generation gets its size … */
const LONG_RUN = 256 * 2 ** 20;
/** … by so many small objects. */
const YOUNG_OBJECTS = 200_000;
/** Dropped tensors are looked for once so many bytes more are in use: used again at once, they are in the processor's cache still. */
const WINDOW = 16 * 2 ** 20;
/** What the kick allocates and drops at once. It is never touched, so it takes no memory. */
const KICK_BYTES = 128 * 2 ** 20;
/** So many bytes may be allocated without a task having begun before large tensors go to buffers of their own … */
const SYNCHRONOUS_BUDGET = 512 * 2 ** 20;
/** … or so many without a finalizer having run, where tasks begin: the engine takes its time to look. */
const LATE_FINALIZERS = 1024 * 2 ** 20;
/** Tensors of so few bytes share a block, so that one finalizer serves them all. */
const SMALL = 256;
const ARENA = 16384;
/** Sizes of small tensors are multiples of 16 bytes. */
const GRAIN = 4;
/** What is not worth a buffer of its own. */
const LEAST_OUTSIDE = 4096;
/** After so many bytes, reading a value lets finalizers run first. */
const BREATHE = 8 * 2 ** 20;
/** The same while the engine is looking for dropped tensors, which it does between tasks. */
const BREATHE_OFTEN = 2 ** 20;
/** So much of the heap, at least, is kept for kernels when it is full. */
const KEPT_FOR_KERNELS = 1 / 16;

/**
 * Gives tensors memory and takes it back when nobody holds them any more. Finalizers run between tasks only: a loop that
 * never lets one begin gets ordinary ArrayBuffers once it is over its budget, or the heap is full; those the engine frees
 * by itself.
 */
export class Memory {
  private readonly registry = new FinalizationRegistry<Ticket>((ticket) => {
    this.sinceFinalizer = 0;
    this.isLooking = false;
    this.giveBack(ticket);
  });
  private readonly drops = new Drops<Ticket>(WINDOW);
  /** what the last look has found, as long as it has not been given back */
  private dropped: readonly Ticket[] = [];
  private readonly look = (): void => { this.dropped = this.drops.look(); };
  /** owners without a block */
  private readonly spares: Owner[] = [];
  /** where the next small tensor goes */
  private arena: Owner | null = null;
  private arenaTop = ARENA;
  /** places of small tensors that were given back, by size, and the arenas that they lie in */
  private readonly places: readonly { readonly addresses: number[]; readonly arenas: Owner[] }[] =
    Array.from({ length: (SMALL >> GRAIN) + 1 }, () => ({ addresses: [], arenas: [] }));
  private sinceKick = 0;
  private lastKick = -Infinity;
  private sinceFinalizer = 0;
  private sinceTask = 0;
  private awaitsTask = false;
  private sinceBreath = 0;
  private isLooking = false;
  private untilLongRun = LONG_RUN;
  private earlyKick = FIRST_KICK;

  constructor(private readonly heap: Heap, private readonly threads: Threads) {}

  /** @throws RuntimeError with the sizes where there is no room, inside the heap nor outside */
  allocate(device: Device, nbytes: number): Storage {
    if (nbytes <= SMALL) return this.allocateSmall(device, nbytes);
    if (this.dropped.length > 0) this.takeDropped();
    if (this.drops.isDue(this.heap.allocated)) this.lookForDropped();
    this.count(nbytes);
    const owner = nbytes < LEAST_OUTSIDE || this.hasRoom(nbytes) ? this.tryBlock(nbytes) : null;
    if (!owner) return this.allocateOutside(device, nbytes);
    const storage = new WasmStorage(device, nbytes, addressOf(owner.ticket.block), this.heap, owner);
    storage.token = this.drops.watch(owner.ticket);
    return storage;
  }

  private allocateOutside(device: Device, nbytes: number): Storage {
    const storage = new WasmStorage(device, nbytes, 0, this.heap, null);
    storage.moveOut(this.buffer(nbytes), true);
    return storage;
  }

  private allocateSmall(device: Device, nbytes: number): Storage {
    const size = sizeOfSmall(nbytes), { addresses, arenas } = this.places[size >> GRAIN];
    if (addresses.length > 0) return new WasmStorage(device, nbytes, addresses.pop()!, this.heap, arenas.pop()!, true);
    if (this.arena === null || this.arenaTop + size > ARENA) {
      this.count(ARENA);
      this.arena = this.tryBlock(ARENA);
      if (!this.arena) return this.allocateOutside(device, nbytes);
      this.arenaTop = 0;
    }
    const storage = new WasmStorage(device, nbytes, addressOf(this.arena.ticket.block) + this.arenaTop, this.heap, this.arena, true);
    this.arenaTop += size;
    return storage;
  }

  /** Whether a tensor should have its memory in the heap now. */
  private hasRoom(nbytes: number): boolean {
    const { heap } = this;
    return this.sinceTask <= SYNCHRONOUS_BUDGET && this.sinceFinalizer <= LATE_FINALIZERS
      && heap.allocated + nbytes <= heap.maximum * (1 - KEPT_FOR_KERNELS);
  }

  /** A block with what keeps it in use; null where there is no room. */
  private tryBlock(nbytes: number): Owner | null {
    try {
      const block = this.heap.allocate(nbytes), owner = this.spares.pop() ?? this.newOwner();
      owner.ticket.block = block;
      owner.ticket.nbytes = nbytes;
      owner.ticket.live = true;
      return owner;
    } catch (error) {
      if (error instanceof OutOfMemory) return null;
      throw error;
    }
  }

  private newOwner(): Owner {
    const ticket = { block: 0, nbytes: 0, live: false, seen: false, looks: 0, at: -1 }, owner = { ticket };
    this.registry.register(owner, ticket);
    return owner;
  }

  private buffer(nbytes: number): ArrayBuffer {
    try {
      return new ArrayBuffer(nbytes);
    } catch {
      throw this.heap.outOfMemory(nbytes);
    }
  }

  /** Gives a storage a buffer of its own, so that a user's views of it stay valid whatever becomes of the heap. */
  expose(storage: Storage): void {
    if (!(storage instanceof WasmStorage) || storage.exposed) return;
    storage.exposed = true;
    if (storage.host) return;
    const host = this.buffer(storage.nbytes), { owner, shared } = storage;
    new Uint8Array(host).set(storage.bytes());
    storage.moveOut(host, false);
    if (owner && !shared) this.retire(owner);
  }

  /** Moves a storage that kernels read again and again into the heap, where there is room and nobody has views of it. */
  adopt(storage: WasmStorage): void {
    if (storage.exposed || !this.hasRoom(storage.nbytes)) return;
    const owner = this.tryBlock(storage.nbytes);
    if (!owner) return;
    const bytes = storage.bytes();
    storage.moveIn(addressOf(owner.ticket.block), owner);
    storage.bytes().set(bytes);
  }

  private count(nbytes: number): void {
    this.sinceKick += nbytes;
    this.sinceFinalizer += nbytes;
    this.sinceTask += nbytes;
    this.sinceBreath += nbytes;
    if ((this.untilLongRun -= nbytes) < 0) this.enlargeYoungGeneration();
    const { allocated, reserved } = this.heap;
    if (this.sinceKick > KICK || (this.sinceKick > this.earlyKick && allocated > HALF_FULL * reserved)) this.mayKick();
  }

  /**
   * V8 doubles its young generation when as much has survived there as it holds. Of a training loop so little survives that it
   * takes thousands of steps, and until then objects are looked through twice as often.
   */
  private enlargeYoungGeneration(): void {
    this.untilLongRun = Infinity;
    Array.from({ length: YOUNG_OBJECTS }, (_, i) => [i]);
  }

  /** Takes a storage's memory back at once. The caller knows that nobody reads it any more. */
  free(storage: Storage): void {
    if (!(storage instanceof WasmStorage) || storage.owner === null) return;
    if (storage.shared) this.freeSmall(storage, storage.owner);
    else this.freeBlock(storage, storage.owner);
    storage.forget();
  }

  private freeBlock({ nbytes }: WasmStorage, owner: Owner): void {
    this.retire(owner);
    this.discount(nbytes);
    this.sinceKick += nbytes * LEFT_BEHIND;
  }

  /** What has come back need not be looked for. */
  private discount(nbytes: number): void {
    this.sinceKick -= nbytes;
    this.sinceFinalizer -= nbytes;
    this.sinceTask -= nbytes;
  }

  /** Looks in the middle of a task: while other threads work on the next job, but at once where none has come since the last time. */
  private lookForDropped(): void {
    const { threads } = this;
    if (threads.count > 1 && threads.meanwhile === null) {
      threads.meanwhile = this.look;
      return;
    }
    threads.meanwhile = null;
    this.look();
    this.takeDropped();
  }

  /** Takes the memory of dropped tensors back: between jobs, for kernels know addresses only. */
  private takeDropped(): void {
    for (const ticket of this.dropped) {
      if (ticket.live) this.discount(ticket.nbytes);
      this.giveBack(ticket);
    }
    this.dropped = [];
  }

  private freeSmall(storage: WasmStorage, arena: Owner): void {
    const { addresses, arenas } = this.places[sizeOfSmall(storage.nbytes) >> GRAIN];
    addresses.push(storage.address);
    arenas.push(arena);
  }

  /** Gives an owner's block back, and keeps the owner for another: what is registered once more lives on in V8's young generation. */
  private retire(owner: Owner): void {
    this.giveBack(owner.ticket);
    this.spares.push(owner);
  }

  private giveBack(ticket: Ticket): void {
    this.drops.unwatch(ticket);
    if (!ticket.live) return;
    ticket.live = false;
    this.heap.release(ticket.block);
  }

  /** Lets finalizers run, where enough has been allocated since they last could. */
  async breathe(): Promise<void> {
    if (this.sinceBreath < (this.isLooking ? BREATHE_OFTEN : BREATHE)) return;
    this.sinceBreath = 0;
    await nextTask();
  }

  private mayKick(): void {
    // what a loop without tasks has in the heap cannot come back yet; the rest the engine frees by itself
    if (this.awaitsTask && this.sinceTask > SYNCHRONOUS_BUDGET) return;
    const now = performance.now(), hurries = !this.isLooking && this.heap.allocated > NEARLY_FULL * this.heap.reserved;
    if (now - this.lastKick < KICK_PAUSE_MS && this.sinceKick < LATEST_KICK && !hurries) return;
    this.lastKick = now;
    this.sinceKick = 0;
    this.isLooking = true;
    this.earlyKick = EARLY_KICK;
    void new ArrayBuffer(KICK_BYTES);
    if (this.awaitsTask) return;
    this.awaitsTask = true;
    void nextTask().then(() => {
      this.awaitsTask = false;
      this.sinceTask = 0;
    });
  }
}

const sizeOfSmall = (nbytes: number): number => (nbytes + 15) & ~15;

const nextTask = (): Promise<void> => new Promise((resolve) => {
  if (typeof setImmediate === 'function') return void setImmediate(resolve);
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    resolve();
  };
  port2.postMessage(null);
});
