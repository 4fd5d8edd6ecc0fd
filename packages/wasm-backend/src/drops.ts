import { builtin } from './node.js';
import type { Ticket } from './storage.js';

/** Looking after smaller tensors costs more than they gain. */
const LEAST_WATCHED = 2 ** 18;
/** It is looked once so many bytes have been handed out: used again at once, they are in the processor's cache still … */
const WINDOW = 16 * 2 ** 20;
/** … but it may cost no more than so many milliseconds a byte, a part of what such memory saves, and waits no longer than for so many … */
const MS_PER_BYTE = 0.05 / 2 ** 20;
const LONG = 64 * 2 ** 20;
/** … and where little has been dropped, twice as many bytes are waited for the next time, up to so many. */
const LONGEST = 512 * 2 ** 20;
/** What has outlived so many young collections is old: no later one finds it dropped. */
const YOUNG = 2;

/** What a storage holds as long as it holds a block: nobody else does, so it is collected with the storage. */
export class Token {
  constructor(readonly ticket: Ticket) {}

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    this.ticket.seen = true;
    return '';
  }
}

export interface Host {
  /** collects young objects */
  collect(): void;
  /** has each token called that the set still has; false where it was broken off, as where the stack is too short for it */
  list(tokens: WeakSet<Token>): boolean;
}

/**
 * Finds out, in the middle of a task, which large tensors have been dropped. Finalizers run between tasks, and after a whole
 * collection only; a WeakSet has lost what nobody holds after a young collection too, of some 0.1 ms, and
 * `inspect(set, { showHidden: true })` of Node lists what it has left.
 * @see https://nodejs.org/api/util.html#utilinspectobject-options
 */
export class Drops {
  private readonly tokens = new WeakSet<Token>();
  private readonly watched = new Set<Ticket>();
  /** is held, so it must be in the list: otherwise lists cannot be trusted */
  private readonly canary = this.issue({ block: 0, nbytes: 0, live: false, seen: false, looks: 0 });
  /** what has been handed out since it was looked, in bytes, and how much that may become */
  private window = 0;
  private until = WINDOW;

  /** @param host null where there is none; left out, it is opened when it is needed for the first time */
  constructor(private host?: Host | null) {}

  /** Watches a block from now on, unless it is too small; its storage has to keep the token. */
  watch(ticket: Ticket): Token | null {
    const { nbytes } = ticket;
    if (nbytes < LEAST_WATCHED || this.host === null) return null;
    this.window += nbytes;
    ticket.looks = 0;
    this.watched.add(ticket);
    return this.issue(ticket);
  }

  /** A block that is given back otherwise. */
  unwatch(ticket: Ticket): void {
    if (this.watched.delete(ticket) && ticket.looks === 0) this.window -= ticket.nbytes;
  }

  get isDue(): boolean { return this.window > this.until; }

  /** The tickets of blocks that no storage holds any more. */
  look(): readonly Ticket[] {
    const host = (this.host ??= openHost()), began = performance.now(), dropped = host ? this.unseen(host) : [];
    let nbytes = 0;
    for (const ticket of dropped) nbytes += ticket.nbytes;
    this.window = 0;
    const paidFor = (performance.now() - began) / MS_PER_BYTE;
    this.until = nbytes >= WINDOW / 2 ? Math.min(Math.max(paidFor, WINDOW), LONG) : Math.min(2 * this.until, LONGEST);
    return dropped;
  }

  private unseen(host: Host): Ticket[] {
    const { watched, canary } = this, dropped: Ticket[] = [];
    canary.ticket.seen = false;
    for (const ticket of watched) ticket.seen = false;
    host.collect();
    const isWhole = host.list(this.tokens);
    if (isWhole && !canary.ticket.seen) this.host = null;
    if (!isWhole || !canary.ticket.seen) watched.clear();
    for (const ticket of watched) {
      if (ticket.seen && ++ticket.looks < YOUNG) continue;
      watched.delete(ticket);
      if (!ticket.seen) dropped.push(ticket);
    }
    return dropped;
  }

  private issue(ticket: Ticket): Token {
    const token = new Token(ticket);
    this.tokens.add(token);
    return token;
  }
}

interface V8 { setFlagsFromString(flags: string): void }
interface Vm { runInNewContext(code: string): (options: { type: 'minor' }) => void }
interface Util { inspect(value: unknown, options: object): string }

const ALL = { showHidden: true, customInspect: true, maxArrayLength: Infinity };
let opened: Host | null | undefined;

/** What Node offers; null elsewhere. */
const openHost = (): Host | null => (opened === undefined ? (opened = findHost()) : opened);

function findHost(): Host | null {
  const v8 = builtin<V8>('node:v8'), vm = builtin<Vm>('node:vm'), util = builtin<Util>('node:util');
  if (!v8 || !vm || !util) return null;
  try {
    // only a new context gets the function, and only while the flag is set
    v8.setFlagsFromString('--expose-gc');
    const gc = vm.runInNewContext('gc');
    if (!('gc' in globalThis)) v8.setFlagsFromString('--no-expose-gc');
    return {
      collect: () => gc({ type: 'minor' }),
      // one that was broken off is in brackets
      list: (tokens) => util.inspect(tokens, ALL).startsWith('WeakSet {'),
    };
  } catch {
    return null;
  }
}
