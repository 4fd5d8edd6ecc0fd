import { Chart } from './chart.js';
import { askForDrawing, askForFile } from './questions.js';
import type { Answer, FromWorker, Question } from './protocol.js';

type Said<T extends FromWorker['type']> = Extract<FromWorker, { type: T }>;

/** Where a program's lines, curves, pictures and questions go. */
export class Output {
  private chart: Chart | null = null;

  constructor(private readonly place: HTMLElement) {}

  clear(): void {
    this.place.replaceChildren();
    this.chart = null;
  }

  text({ text, isError = false }: Pick<Said<'text'>, 'text' | 'isError'>): void {
    const line = this.append(document.createElement('pre'));
    line.textContent = text;
    if (isError) line.className = 'error';
  }

  plot({ values }: Said<'plot'>): void {
    this.chart ??= new Chart(this.append(document.createElement('figure')));
    this.chart.add(values);
  }

  picture({ width, height, pixels }: Said<'picture'>): void {
    const canvas = this.append(document.createElement('canvas'));
    Object.assign(canvas, { width, height });
    // small pictures are shown larger, with their pixels to be seen
    canvas.style.width = `${width * Math.max(1, Math.floor(Math.min(4, this.place.clientWidth / width)))}px`;
    canvas.getContext('2d')!.putImageData(new ImageData(Uint8ClampedArray.from(pixels), width, height), 0, 0);
  }

  /** Resolves with what the person gives. */
  ask(question: Question): Promise<Answer> {
    const form = this.append(document.createElement('form'));
    return question.kind === 'file' ? askForFile(form, question) : askForDrawing(form, question);
  }

  private append<E extends HTMLElement>(element: E): E {
    // who has scrolled up to read is left there
    const atEnd = this.place.scrollHeight - this.place.scrollTop - this.place.clientHeight < 40;
    this.place.append(element);
    if (atEnd) element.scrollIntoView({ block: 'nearest' });
    return element;
  }
}
