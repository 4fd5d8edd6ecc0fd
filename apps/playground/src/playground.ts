/** The module `playground`: what programs can do with the page. */
import { torchvision, transforms, Tensor, tensor } from 'sconce';
import type { Answer, FromWorker, Question } from './protocol.js';

const { functional: F } = transforms;

const tell = (message: FromWorker): void => postMessage(message);

const waiting = new Map<number, (answer: Answer) => void>();
let asked = 0;

function ask(question: Question): Promise<Answer> {
  return new Promise((resolve) => {
    waiting.set(asked, resolve);
    tell({ type: 'ask', id: asked++, question });
  });
}

/** Hands an answer of the page to the program that asked. */
export function answered(id: number, answer: Answer): void {
  waiting.get(id)?.(answer);
  waiting.delete(id);
}

/**
 * Adds a point to each of the curves named.
 * @example plot({ loss: await loss.item() })
 */
export function plot(values: Readonly<Record<string, number | bigint | boolean>>): void {
  tell({ type: 'plot', values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)])) });
}

/**
 * Shows a picture of shape [C, H, W] or [H, W], or several of shape [N, C, H, W] in a grid: floats from 0 to 1, or uint8.
 * @param options.nrow pictures in a row of the grid, default 8
 * @example await show(images, { nrow: 16 })
 */
export async function show(pictures: Tensor, { nrow = 8 } = {}): Promise<void> {
  const one = pictures.dim() === 4 ? torchvision.utils.makeGrid(pictures, { nrow }) : pictures;
  const image = F.toPilImage(await one.detach().cpu()).convert('RGBA');
  tell({ type: 'picture', width: image.width, height: image.height, pixels: Uint8ClampedArray.from(image.data) });
}

/**
 * Lets the person at the page draw; resolves when they are done.
 * @returns white on black, of shape [1, 1, height, width], 0 to 1
 * @example const digit = await draw({ width: 28, height: 28 })
 */
export async function draw({ width = 28, height = 28 } = {}): Promise<Tensor> {
  const ink = await ask({ kind: 'drawing', width, height }) as Uint8ClampedArray;
  return tensor([...ink]).div(255).view(1, 1, height, width);
}

/**
 * Lets the person at the page choose a file, which does not leave their machine.
 * @param accept the kinds of files that are offered, as `<input accept>` has them
 * @example const weights = await torch.load(await openFile('.pth,.pt'))
 */
export const openFile = (accept = ''): Promise<Blob> => ask({ kind: 'file', accept }) as Promise<Blob>;
