import { runStructured } from '../dispatch.js';
import { RuntimeError } from '../errors.js';
import { shapeText } from '../layout.js';
import { checked } from '../options.js';
import { Tensor } from '../tensor.js';
import { viewAsComplex, viewAsReal } from './complex.js';
import { fftOps } from './fft-records.js';
import { ones } from './creation.js';
import { constantPadNd, pad } from './shape-pad.js';
import { viewBackward, viewBackwardOps } from './views-backward.js';
import { narrow, unfold } from './views-windows.js';

interface FrameOptions {
  /** samples from frame to frame, default a quarter of the frame */
  readonly hopLength?: number | null | undefined;
  /** default the frame's length */
  readonly winLength?: number | null | undefined;
  /** what frames are multiplied by, (winLength), default ones; zeros around it where it is shorter than the frame */
  readonly window?: Tensor | null | undefined;
  /** frame t is about sample t · hopLength, rather than beginning there; default true */
  readonly center?: boolean | undefined;
  /** divide by √nFft, default false */
  readonly normalized?: boolean | undefined;
  /** leave out the half that mirrors the other one; default true for real signals */
  readonly onesided?: boolean | null | undefined;
  readonly returnComplex?: boolean | null | undefined;
}

export interface StftOptions extends FrameOptions {
  /** how a centred signal goes on before and after, as `nn.functional.pad` has it; default 'reflect' */
  readonly padMode?: 'constant' | 'reflect' | 'replicate' | 'circular' | undefined;
}

export interface IstftOptions extends FrameOptions {
  /** how many samples to give, default as many as the frames cover */
  readonly length?: number | null | undefined;
}

const nameOf = (x: Tensor): string => (x.dtype.isComplex ? `CPU${x.dtype.scalarType}Type` : `torch.${x.dtype.scalarType}Tensor`);
const windowText = (window: Tensor | null): string => (window ? `${nameOf(window)}{${shapeText(window.shape)}}` : 'None');
const flag = (x: boolean | null | undefined): string => (x === null || x === undefined ? 'None' : String(Number(x)));

/** PyTorch's way of saying which call went wrong. */
function callText(name: string, x: Tensor, values: Readonly<Record<string, string | number>>): string {
  const rest = Object.entries(values).map(([key, value]) => `${key}=${value}`).join(', ');
  return `${name}(${nameOf(x)}${shapeText(x.shape)}, ${rest})`;
}

/** A window in the middle of as many zeros as make a frame. */
function framed(window: Tensor, size: number): Tensor {
  const rest = size - window.shape[0], left = Math.floor(rest / 2);
  return rest === 0 ? window : constantPadNd(window, [left, rest - left]);
}

/**
 * The short-time Fourier transform: the transforms of frames of a signal that overlap.
 * @param x (samples) or (batch, samples), real or complex
 * @param nFft samples in a frame
 * @returns (…, frequencies, frames), complex with `returnComplex: true`; else with a last dimension of size 2, real and imaginary
 *   part, as PyTorch gives real signals by default
 * @throws RuntimeError for sizes that do not go together
 * @see https://pytorch.org/docs/1.13/generated/torch.stft.html
 * @example torch.stft(torch.ones(16), 8, { window: torch.hannWindow(8), returnComplex: true }).shape // [5, 9]
 */
export function stft(x: Tensor, nFft: number, options: StftOptions = {}): Tensor {
  const given = checked('stft', options, 'hopLength');
  const { center = true, padMode = 'reflect', normalized = false, window = null } = given;
  const hop = given.hopLength ?? Math.floor(nFft / 4), length = given.winLength ?? nFft;
  let signal = x;
  if (center) {
    const around = Math.floor(nFft / 2), lead = Math.max(0, 3 - x.ndim);
    const padded = pad(x.reshape([...new Array<number>(lead).fill(1), ...x.shape]), [around, around], { mode: padMode });
    signal = lead > 0 ? padded.reshape(padded.shape.slice(lead)) : padded;
  }
  const fail = (what: string): RuntimeError => new RuntimeError(`${callText('stft', signal, {
    n_fft: nFft, hop_length: hop, win_length: length, window: windowText(window), normalized: flag(normalized),
    onesided: flag(given.onesided), return_complex: flag(given.returnComplex),
  })} : ${what}`);
  if (signal.ndim < 1 || signal.ndim > 2) throw fail('expected a 1D or 2D tensor');
  const samples = signal.shape.at(-1)!;
  if (!(nFft > 0 && nFft <= samples)) throw fail(`expected 0 < n_fft < ${samples}, but got n_fft=${nFft}`);
  if (!(hop > 0)) throw fail(`expected hop_length > 0, but got hop_length=${hop}`);
  if (!(length > 0 && length <= nFft)) throw fail(`expected 0 < win_length <= n_fft, but got win_length=${length}`);
  if (window && (window.ndim !== 1 || window.shape[0] !== length)) {
    throw fail(`expected a 1D window tensor of size equal to win_length=${length}, but got window with size ${shapeText(window.shape)}`);
  }
  const shape = window ?? (length < nFft ? ones(length, { dtype: x.dtype, device: x.device }) : null);
  let frames = unfold(signal, -1, nFft, hop);
  if (shape) frames = frames.mul(framed(shape, nFft));
  const isComplex = frames.dtype.isComplex, onesided = given.onesided ?? !isComplex;
  if (isComplex && onesided) throw new RuntimeError('Cannot have onesided output if window or input is complex');
  const attrs = { dims: [frames.ndim - 1], scale: normalized ? 1 / Math.sqrt(nFft) : 1 };
  const [spectra] = isComplex ? runStructured(fftOps.c2c, [frames], { ...attrs, forward: true })
    : runStructured(fftOps.r2c, [frames], { ...attrs, onesided });
  const result = spectra.transpose(-2, -1);
  return given.returnComplex ?? isComplex ? result : viewAsReal(result);
}

/**
 * The signal of a short-time Fourier transform: that of least squares, where the frames do not agree.
 * @param x (…, frequencies, frames), complex, or real with a last dimension of size 2
 * @param nFft samples in a frame
 * @returns (samples) or (batch, samples)
 * @throws RuntimeError for sizes that do not go together, and where windows leave samples out
 * @see https://pytorch.org/docs/1.13/generated/torch.istft.html
 * @example torch.istft(torch.stft(torch.ones(16), 8, { returnComplex: true }), 8) // 16 ones
 */
export function istft(x: Tensor, nFft: number, options: IstftOptions = {}): Tensor {
  const given = checked('istft', options, 'hopLength');
  const { center = true, normalized = false, window = null, length = null, returnComplex = false } = given;
  const hop = given.hopLength ?? Math.floor(nFft / 4), winLength = given.winLength ?? nFft;
  const fail = (what: string): RuntimeError => new RuntimeError(`${callText('istft', x, {
    n_fft: nFft, hop_length: hop, win_length: winLength, window: windowText(window), center: flag(center), normalized: flag(normalized),
    onesided: flag(given.onesided), length: length ?? 'None', return_complex: flag(returnComplex),
  })}${what}`);
  const pairs = x.dtype.isComplex ? viewAsReal(x) : x;
  if (pairs.numel() === 0) throw fail(' : input tensor cannot be empty.');
  if (pairs.ndim !== 3 && pairs.ndim !== 4) throw fail(` : expected a tensor with 3 or 4 dimensions, but got ${pairs.ndim}`);
  if (pairs.shape.at(-1) !== 2) throw fail(` : expected the last dimension to be 2 (corresponding to real and imaginary parts), but got ${pairs.shape.at(-1)}`);
  const frequencies = pairs.shape.at(-3)!, frames = pairs.shape.at(-2)!;
  const onesided = given.onesided ?? frequencies !== nFft;
  const half = ' : expected the frequency dimension (3rd to the last) of the input tensor to match n_fft';
  if (onesided && Math.floor(nFft / 2) + 1 !== frequencies) throw fail(`${half} / 2 + 1 when onsided=True, but got ${frequencies}`);
  if (!onesided && nFft !== frequencies) throw fail(`${half} when onsided=False, but got ${frequencies}`);
  if (!(hop > 0 && hop <= winLength)) throw fail(' : expected 0 < hop_length <= win_length');
  if (!(winLength > 0 && winLength <= nFft)) throw fail(' : expected 0 < win_length <= n_fft');
  if (window && (window.ndim !== 1 || window.shape[0] !== winLength)) {
    throw fail(' : Invalid window shape. window has to be 1D and length of `win_length`');
  }
  if (returnComplex && onesided) throw new RuntimeError('Cannot have onesided output if window or input is complex');
  const shape = framed(window ?? ones(winLength, { dtype: pairs.dtype, device: x.device }), nFft);
  const complex = x.dtype.isComplex ? x : viewAsComplex(x.contiguous());
  const spectra = (complex.ndim === 2 ? complex.unsqueeze(0) : complex).transpose(1, 2);
  const attrs = { dims: [2], scale: normalized ? 1 / Math.sqrt(nFft) : 1 / nFft };
  const [signals] = returnComplex ? runStructured(fftOps.c2c, [spectra], { ...attrs, forward: false })
    : runStructured(fftOps.c2r, [narrow(spectra, 2, 0, Math.floor(nFft / 2) + 1)], { ...attrs, lastSize: nFft });
  const covered = nFft + hop * (frames - 1), added = { dim: 1, size: nFft, step: hop };
  const sum = viewBackward(viewBackwardOps.unfold, signals.mul(shape), added, [signals.shape[0], covered]);
  const weight = viewBackward(viewBackwardOps.unfold, shape.mul(shape).expand(1, frames, nFft), added, [1, covered]);
  const start = center ? Math.floor(nFft / 2) : 0, end = length !== null ? start + length : covered - start;
  const kept = (y: Tensor): Tensor => narrow(y, 1, start, Math.max(0, Math.min(end, covered) - start));
  const least = kept(weight).detach().abs().min();
  if (least.device.type === 'cpu' && Number(least.hostValue()) <= 1e-11) throw fail(' window overlap add min: 1');
  const y = kept(sum).div(kept(weight)), signal = complex.ndim === 2 ? y.squeeze(0) : y;
  if (end <= covered) return signal;
  console.warn('The length of signal is shorter than the length parameter. Result is being padded with zeros in the tail. ' +
    'Please check your center and hop_length settings.');
  return constantPadNd(signal, [0, end - covered]);
}
