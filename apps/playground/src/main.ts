import { Editor } from './editor.js';
import { lessons } from './lessons.js';
import { Output } from './output.js';
import type { FromWorker, ToWorker } from './protocol.js';
import { pack, unpack } from './share.js';
import './style.css';

const element = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E;
const [runButton, stopButton, shareButton] = ['run', 'stop', 'share'].map((id) => element<HTMLButtonElement>(id));
const status = element<HTMLOutputElement>('status'), choice = element<HTMLSelectElement>('lesson');

const output = new Output(element('output'));
const editor = new Editor(element('editor'), run);

/** What was written in each lesson, which another lesson does not take away. */
const written = new Map(Object.entries(lessons).map(([name, { source }]) => [name, source]));
let current = '';

let worker = startWorker();

function say(text: string, state: 'loading' | 'ready' | 'running'): void {
  status.value = text;
  runButton.disabled = state !== 'ready';
  stopButton.disabled = state !== 'running';
}

function startWorker(): Worker {
  say('loading', 'loading');
  const started = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  started.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => { void hear(data); });
  started.addEventListener('error', (event) => {
    output.text({ text: event.message || 'the worker that runs programs could not be loaded', isError: true });
    if (stopButton.disabled) status.value = 'failed to load';
    else restart();
  });
  return started;
}

function restart(): void {
  worker.terminate();
  worker = startWorker();
}

async function hear(said: FromWorker): Promise<void> {
  if (said.type === 'ready') {
    editor.complete(said.names);
    say('ready', 'ready');
  } else if (said.type === 'done') say(`done in ${said.seconds.toFixed(2)} s`, 'ready');
  else if (said.type === 'ask') {
    const asking = worker, answer: ToWorker = { type: 'answer', id: said.id, answer: await output.ask(said.question) };
    if (asking === worker) worker.postMessage(answer);
  } else if (said.type === 'text') output.text(said);
  else if (said.type === 'plot') output.plot(said);
  else output.picture(said);
}

function run(): void {
  if (runButton.disabled) return;
  output.clear();
  say('running', 'running');
  worker.postMessage({ type: 'run', source: editor.text } satisfies ToWorker);
}

function open(name: string): void {
  if (current) written.set(current, editor.text);
  current = name;
  choice.value = name;
  editor.text = written.get(name)!;
}

/** The lesson or program of a link: `#lenet`, `#program=…`; else the first lesson. */
async function openLinked(): Promise<void> {
  const link = decodeURIComponent(location.hash.slice(1)), [first] = Object.keys(lessons);
  open(Object.hasOwn(lessons, link) ? link : first);
  if (!link.startsWith('program=')) return;
  try {
    editor.text = await unpack(link.slice('program='.length));
  } catch {
    output.text({ text: 'the program in this link cannot be read; here is the first lesson', isError: true });
  }
}

async function share(): Promise<void> {
  const isLesson = editor.text === lessons[current].source;
  history.replaceState(null, '', `#${isLesson ? current : `program=${await pack(editor.text)}`}`);
  await navigator.clipboard?.writeText(location.href).catch(() => {}); // the address bar has it as well
  status.value = 'the link is in the address bar';
}

choice.append(...Object.entries(lessons).map(([name, { title }]) => new Option(title, name)));
choice.addEventListener('change', () => { open(choice.value); history.replaceState(null, '', `#${choice.value}`); });
runButton.addEventListener('click', run);
stopButton.addEventListener('click', () => {
  output.text({ text: 'stopped', isError: true });
  restart();
});
shareButton.addEventListener('click', () => { void share(); });
window.addEventListener('hashchange', () => { if (location.hash !== `#${current}`) void openLinked(); });
void openLinked();
