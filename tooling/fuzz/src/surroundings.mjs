import { createRequire, syncBuiltinESMExports } from 'node:module';
import { resolve, sep } from 'node:path';

const require = createRequire(import.meta.url);

/** Functions that change files, and which of their arguments are paths. */
const WRITERS = {
  writeFile: [0], writeFileSync: [0], appendFile: [0], appendFileSync: [0], mkdir: [0], mkdirSync: [0], rename: [0, 1], renameSync: [0, 1],
  rm: [0], rmSync: [0], unlink: [0], unlinkSync: [0], symlink: [1], symlinkSync: [1], link: [1], linkSync: [1], copyFile: [1],
  copyFileSync: [1], truncate: [0], truncateSync: [0], chmod: [0], chmodSync: [0], createWriteStream: [0],
};
const OPENERS = ['open', 'openSync'];
const RUNNERS = {
  'node:child_process': ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'],
  'node:vm': ['runInContext', 'runInNewContext', 'runInThisContext', 'compileFunction', 'Script'],
};

/** What happened outside of the folder where files may change. */
const escapes = /** @type {string[]} */ ([]);

/** What was seen since the last time. */
export const takeEscapes = () => escapes.splice(0);

/**
 * Watches what a reader does beside reading: writes outside of a folder, and code that is run.
 * @param {string} folder
 * @returns {() => void} ends it
 */
export function watch(folder) {
  const undo = [];
  const wrap = (holder, name, see) => {
    const original = holder[name];
    if (typeof original !== 'function') return;
    holder[name] = new Proxy(original, {
      apply(target, self, args) {
        see(args);
        return Reflect.apply(target, self, args);
      },
      construct(target, args, newTarget) {
        see(args);
        return Reflect.construct(target, args, newTarget);
      },
    });
    undo.push(() => { holder[name] = original; });
  };
  const checkPath = (name, path) => {
    if (typeof path === 'number') return;
    const real = resolve(String(path instanceof URL ? path.pathname : path));
    if (real !== folder && !real.startsWith(folder + sep)) escapes.push(`${name} of ${real}`);
  };
  const fs = require('node:fs');
  for (const holder of [fs, fs.promises]) {
    for (const [name, places] of Object.entries(WRITERS)) wrap(holder, name, (args) => places.forEach((at) => checkPath(name, args[at])));
    for (const name of OPENERS) wrap(holder, name, (args) => { if (args[1] !== undefined && args[1] !== 'r') checkPath(name, args[0]); });
  }
  for (const [module, names] of Object.entries(RUNNERS)) {
    for (const name of names) wrap(require(module), name, () => escapes.push(`a call of ${module}'s ${name}`));
  }
  for (const name of ['eval', 'Function']) wrap(globalThis, name, () => escapes.push(`a call of ${name}`));
  // modules that import such a function by its name see it too
  syncBuiltinESMExports();
  return () => {
    undo.forEach((act) => act());
    syncBuiltinESMExports();
  };
}

const PROTOTYPES = [Object, Array, Function, Map, Set, Error, Promise, String, Number, RegExp, Uint8Array, ArrayBuffer].map(({ prototype }) => prototype);

/** All own properties of an object, and what it inherits from. */
const portrait = (object) => [
  Object.getPrototypeOf(object),
  ...Reflect.ownKeys(object).flatMap((key) => {
    const { value, get, set } = /** @type {PropertyDescriptor} */ (Reflect.getOwnPropertyDescriptor(object, key));
    return [key, value, get, set];
  }),
];

/** Knows whether prototypes are as they were when it was made. */
export class Prototypes {
  #before = new Map(PROTOTYPES.map((object) => [object, portrait(object)]));

  /** Which have changed; `Object.prototype`, the one that pollution is about, is looked at alone unless all are asked for. */
  changed(all) {
    const asked = all ? PROTOTYPES : [Object.prototype];
    const found = asked.filter((object) => {
      const before = this.#before.get(object) ?? [], now = portrait(object);
      return before.length !== now.length || before.some((one, i) => !Object.is(one, now[i]));
    });
    return found.map(({ constructor }) => `the prototype of ${constructor.name} was changed`);
  }
}
