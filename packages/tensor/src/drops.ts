import { builtin } from './node.js';

/** Looking after smaller tensors costs more than they gain. */
const LEAST_WATCHED = 2 ** 16;
/** A look may cost no more than so many milliseconds a byte, a part of what such memory saves, and does not wait for more than … */
const MS_PER_BYTE = 0.05 / 2 ** 20;
const LONG = 64 * 2 ** 20;
/** … but where little has been dropped, twice as many bytes are waited for the next time, up to so many. */
const LONGEST = 512 * 2 ** 20;
/** What has outlived so many young collections is old: no later one finds it dropped. */
const YOUNG = 2;

/** What is known of memory that is watched. */
export interface Mark {
  readonly nbytes: number;
  /** whether its storage was in the last list of those that somebody holds … */
  seen: boolean;
  /** … and in how many it was */
  looks: number;
  /** its place among those that are watched; -1 where it is none of them */
  at: number;
}

/** What a storage holds as long as it holds memory: nobody else does, so it is collected with the storage. */
export class Token {
  constructor(readonly mark: Mark) {}

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    this.mark.seen = true;
    return '';
  }
}

interface Host {
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
export class Drops<M extends Mark> {
  private readonly tokens = new WeakSet<Token>();
  /** in no order: a set of so many that come and go is made anew all the time */
  private readonly watched: M[] = [];
  /** is held, so it must be in the list: otherwise lists cannot be trusted */
  private readonly canary = this.issue({ nbytes: 0, seen: false, looks: 0, at: -1 });
  /** the least that was in use since it was looked, in bytes, and how much may come to it */
  private least = Infinity;
  private until: number;

  /**
   * @param window it is looked once so many bytes more are in use
   * @param host null where there is none; left out, it is opened when it is needed for the first time
   */
  constructor(private readonly window: number, private host?: Host | null) {
    this.until = window;
  }

  /** Watches memory from now on, unless it is too small; its storage has to keep the token, and nobody else. */
  watch(mark: M): Token | null {
    if (mark.nbytes < LEAST_WATCHED || this.host === null) return null;
    mark.looks = 0;
    if (mark.at < 0) mark.at = this.watched.push(mark) - 1;
    return this.issue(mark);
  }

  /** For memory that is given back otherwise. */
  unwatch(mark: M): void {
    const { watched } = this, { at } = mark;
    if (at < 0) return;
    const last = watched.pop()!;
    if (last !== mark) {
      watched[at] = last;
      last.at = at;
    }
    mark.at = -1;
  }

  /** Whether it is time to look. @param inUse bytes */
  isDue(inUse: number): boolean {
    if (inUse < this.least) this.least = inUse;
    return inUse > this.least + this.until && this.host !== null;
  }

  /** What no storage holds any more. */
  look(): readonly M[] {
    const host = (this.host ??= openHost()), began = performance.now(), dropped = host ? this.unseen(host) : [];
    let nbytes = 0;
    for (const mark of dropped) nbytes += mark.nbytes;
    const paidFor = (performance.now() - began) / MS_PER_BYTE;
    this.least = Infinity;
    this.until = nbytes >= this.window / 2 ? Math.min(Math.max(paidFor, this.window), LONG) : Math.min(2 * this.until, LONGEST);
    return dropped;
  }

  private unseen(host: Host): M[] {
    const { watched, canary } = this, dropped: M[] = [];
    canary.mark.seen = false;
    for (const mark of watched) mark.seen = false;
    host.collect();
    const isWhole = host.list(this.tokens);
    if (isWhole && !canary.mark.seen) this.host = null;
    const isTrue = isWhole && canary.mark.seen;
    // from the end: the last one takes the place of one that goes
    for (let i = watched.length - 1; i >= 0; i--) {
      const mark = watched[i];
      if (isTrue && mark.seen && ++mark.looks < YOUNG) continue;
      this.unwatch(mark);
      if (isTrue && !mark.seen) dropped.push(mark);
    }
    return dropped;
  }

  private issue(mark: Mark): Token {
    const token = new Token(mark);
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
