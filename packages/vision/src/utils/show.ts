/// <reference lib="dom" preserve="true" />
import { Image, transforms } from '@sconce/data';
import { Tensor } from '@sconce/tensor';
import { checked } from '@sconce/tensor/internal';
import { pngBytes } from '../io/codec.js';
import { environment } from '../node/builtins.js';
import { terminalPicture, type TerminalColours } from './terminal.js';

const { functional: F } = transforms;

export interface ShowOptions {
  /** columns of the terminal that are used at most; default: all */
  readonly columns?: number | undefined;
  /** where it is drawn in a browser; default: a new canvas at the end of the page */
  readonly canvas?: HTMLCanvasElement | undefined;
}

/** Deno's notebooks. */
interface NotebookHost { readonly Deno?: { readonly jupyter?: { display(object: unknown, options: { readonly raw: boolean }): Promise<void> } } }

/**
 * Shows a picture: in a notebook below its cell, in a browser on a canvas, in a terminal as coloured blocks, or, where
 * there are no colours, as letters of different darkness.
 * @param picture an `Image`, or a tensor of shape [C, H, W] or [H, W]: floats from 0 to 1, or uint8
 * @see https://matplotlib.org/stable/api/_as_gen/matplotlib.pyplot.imshow.html
 * @example await utils.imshow(utils.makeGrid(images))
 */
export async function imshow(picture: Tensor | Image, options: ShowOptions = {}): Promise<void> {
  const { columns, canvas } = checked('imshow', options, 'columns');
  const image = (picture instanceof Tensor ? F.toPilImage(await picture.detach().cpu()) : picture).convert('RGB');
  const notebook = (globalThis as NotebookHost).Deno?.jupyter;
  if (notebook) {
    return await notebook.display({ 'image/png': base64(pngBytes(F.pilToTensor(image))) }, { raw: true });
  }
  if (typeof document !== 'undefined') return drawOn(canvas ?? document.body.appendChild(document.createElement('canvas')), image);
  const stdout = globalThis.process?.stdout;
  console.log(terminalPicture(image, columns ?? stdout?.columns ?? 80, coloursOf(stdout)));
}

/** Bytes as text, piece by piece: all at once they would be too many arguments. */
function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

function drawOn(canvas: HTMLCanvasElement, image: Image): void {
  canvas.width = image.width;
  canvas.height = image.height;
  const pixels = new ImageData(Uint8ClampedArray.from(image.convert('RGBA').data), image.width, image.height);
  canvas.getContext('2d')!.putImageData(pixels, 0, 0);
}

/** What a terminal says that it can do. @see https://no-color.org */
function coloursOf(stdout: { readonly isTTY?: boolean } | undefined): TerminalColours {
  if (environment('NO_COLOR') || (!stdout?.isTTY && !environment('FORCE_COLOR'))) return 'none';
  if (/truecolor|24bit/.test(environment('COLORTERM') ?? '')) return 'true';
  return environment('TERM') === 'dumb' ? 'none' : '256';
}
