import type { Answer, Question } from './protocol.js';

type Of<K extends Question['kind']> = Extract<Question, { kind: K }>;

const button = (text: string): HTMLButtonElement => Object.assign(document.createElement('button'), { type: 'button', textContent: text });

/** A button that opens the browser's choice of files. */
export function askForFile(form: HTMLFormElement, { accept }: Of<'file'>): Promise<Answer> {
  const input = Object.assign(document.createElement('input'), { type: 'file', accept, ariaLabel: 'File for the program' });
  form.append(input);
  return new Promise((resolve) => {
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      if (!file) return;
      form.replaceChildren(`${file.name}, ${file.size} bytes`);
      resolve(file);
    });
  });
}

const PAD = 224;

/** A black square to draw on in white. */
export function askForDrawing(form: HTMLFormElement, { width, height }: Of<'drawing'>): Promise<Answer> {
  const pad = Object.assign(document.createElement('canvas'), { width: PAD, height: Math.round(PAD * height / width), className: 'pad' });
  pad.ariaLabel = 'Draw here';
  const context = pad.getContext('2d')!;
  const clear = (): void => context.fillRect(0, 0, pad.width, pad.height);
  clear();
  Object.assign(context, { strokeStyle: 'white', lineWidth: PAD / 12, lineCap: 'round', lineJoin: 'round' });

  pad.addEventListener('pointerdown', (event) => {
    pad.setPointerCapture(event.pointerId);
    context.beginPath();
    context.moveTo(event.offsetX, event.offsetY);
  });
  pad.addEventListener('pointermove', (event) => {
    if (!event.buttons) return;
    context.lineTo(event.offsetX, event.offsetY);
    context.stroke();
  });

  const [done, again] = [button('Done'), button('Clear')];
  again.addEventListener('click', clear);
  form.append(pad, done, again);
  return new Promise((resolve) => {
    done.addEventListener('click', () => {
      [done, again].forEach((each) => each.remove());
      pad.style.pointerEvents = 'none';
      const small = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d')!;
      small.imageSmoothingQuality = 'high';
      small.drawImage(pad, 0, 0, width, height);
      resolve(small.getImageData(0, 0, width, height).data.filter((_, i) => i % 4 === 0));
    });
  });
}
