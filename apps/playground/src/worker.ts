/** Runs programs away from the page, which stays awake and can end them. */
import * as sconce from 'sconce';
import { format } from './format.js';
import * as playground from './playground.js';
import { ProgramError, runProgram } from './program.js';
import type { FromWorker, Names, ToWorker } from './protocol.js';

const tell = (message: FromWorker): void => postMessage(message);
const print = (...values: unknown[]): void => tell({ type: 'text', text: format(values) });

console.log = console.info = console.debug = print;
console.warn = console.error = (...values) => tell({ type: 'text', text: format(values), isError: true });

// modules as a compiler of `import` to `require` wants them
const modules = {
  sconce: { __esModule: true, ...sconce },
  playground: { __esModule: true, draw: playground.draw, openFile: playground.openFile, plot: playground.plot, show: playground.show },
};

async function run(source: string): Promise<void> {
  const start = performance.now();
  try {
    await runProgram(source, modules, print);
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    tell({ type: 'text', text: error.message, isError: true });
  }
  tell({ type: 'done', seconds: (performance.now() - start) / 1000 });
}

// what no await met is an error of the program's all the same
self.addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  console.error(event.reason);
});

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === 'run') void run(data.source);
  else playground.answered(data.id, data.answer);
});

const isNamespace = (value: unknown): value is object => Object.prototype.toString.call(value) === '[object Module]';

const namesOf = (space: object): Names =>
  Object.fromEntries(Object.entries(space).map(([name, value]) => [name, isNamespace(value) ? namesOf(value) : {}]));

tell({ type: 'ready', names: namesOf(sconce) });
