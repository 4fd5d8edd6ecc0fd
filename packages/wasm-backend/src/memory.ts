import type { Device } from '@sconce/tensor';
import { HostStorage, type Storage } from '@sconce/tensor/internal';
import { addressOf, type Heap } from './heap.js';
import { WasmStorage, type Owner, type Ticket } from './storage.js';

/**
 * After so many bytes in so many tensors, or after the most bytes, the engine is made to look for dropped tensors: it does
 * not see memory inside the heap. A look takes some milliseconds whatever it finds, so few large tensors wait longer.
 */
const KICK = 64 * 2 ** 20, KICK_TENSORS = 128, KICK_AT_MOST = 256 * 2 ** 20;
/** What the kick allocates and drops at once. It is never touched, so it takes no memory. */
const KICK_BYTES = 128 * 2 ** 20;
/** So many bytes may be allocated without a finalizer having run before large tensors go to ordinary buffers. */
const SYNCHRONOUS_BUDGET = 512 * 2 ** 20;
/** Tensors of so few bytes share a block, so that one finalizer serves them all. */
const SMALL = 256;
const ARENA = 16384;
/** After so many bytes, reading a value lets finalizers run first. */
const BREATHE = 32 * 2 ** 20;

/**
 * Gives tensors memory and takes it back when nobody holds them any more. Finalizers run between tasks only: a loop that
 * never lets one begin gets ordinary ArrayBuffers once it is over its budget, which the engine frees by itself.
 */
export class Memory {
  private readonly registry = new FinalizationRegistry<Ticket>((ticket) => {
    this.sinceFinalizer = 0;
    this.giveBack(ticket);
  });
  /** where the next small tensor goes */
  private arena: Owner | null = null;
  private arenaTop = ARENA;
  private sinceKick = 0;
  private tensorsSinceKick = 0;
  private sinceFinalizer = 0;
  private sinceBreath = 0;

  constructor(private readonly heap: Heap) {}

  allocate(device: Device, nbytes: number): Storage {
    if (nbytes <= SMALL) return this.allocateSmall(device, nbytes);
    this.count(nbytes);
    if (this.sinceFinalizer > SYNCHRONOUS_BUDGET && nbytes >= 4096) return new HostStorage(device, new ArrayBuffer(nbytes), 0, nbytes);
    const ticket = { block: this.heap.allocate(nbytes), live: true };
    const storage = new WasmStorage(device, nbytes, addressOf(ticket.block), this.heap, ticket, null);
    this.registry.register(storage, ticket);
    return storage;
  }

  private allocateSmall(device: Device, nbytes: number): Storage {
    const size = (nbytes + 15) & ~15;
    if (this.arena === null || this.arenaTop + size > ARENA) {
      this.count(ARENA);
      const ticket = { block: this.heap.allocate(ARENA), live: true };
      this.arena = { address: addressOf(ticket.block) };
      this.arenaTop = 0;
      this.registry.register(this.arena, ticket);
    }
    const storage = new WasmStorage(device, nbytes, this.arena.address + this.arenaTop, this.heap, null, this.arena);
    this.arenaTop += size;
    return storage;
  }

  private count(nbytes: number): void {
    this.sinceKick += nbytes;
    this.sinceFinalizer += nbytes;
    this.sinceBreath += nbytes;
    this.tensorsSinceKick++;
    if (this.sinceKick > (this.tensorsSinceKick > KICK_TENSORS ? KICK : KICK_AT_MOST)) this.kick();
  }

  /** Takes a storage's memory back at once. The caller knows that nobody reads it any more. */
  free(storage: Storage): void {
    if (!(storage instanceof WasmStorage) || storage.ticket === null || !storage.ticket.live) return;
    this.giveBack(storage.ticket);
    this.sinceKick -= storage.nbytes;
    this.sinceFinalizer -= storage.nbytes;
  }

  private giveBack(ticket: Ticket): void {
    if (!ticket.live) return;
    ticket.live = false;
    this.heap.release(ticket.block);
  }

  /** Lets finalizers run, where enough has been allocated since they last could. */
  async breathe(): Promise<void> {
    if (this.sinceBreath < BREATHE) return;
    this.sinceBreath = 0;
    await nextTask();
  }

  private kick(): void {
    this.sinceKick = this.tensorsSinceKick = 0;
    void new ArrayBuffer(KICK_BYTES);
  }
}

const nextTask = (): Promise<void> => new Promise((resolve) => {
  if (typeof setImmediate === 'function') return void setImmediate(resolve);
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    resolve();
  };
  port2.postMessage(null);
});
