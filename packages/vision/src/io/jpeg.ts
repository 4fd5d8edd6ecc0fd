/// <reference lib="dom" preserve="true" />
import decoderFactory from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js';
import encoderFactory from '@jsquash/jpeg/codec/enc/mozjpeg_enc.js';
import { builtin } from '../node/builtins.js';
import { ImageFormatError } from './errors.js';
import { brightness, untransformed } from './jpeg-colours.js';
import { readJpegHeader } from './jpeg-header.js';
import type { Pixels } from './pixels.js';

interface Decoder {
  decode(bytes: Uint8Array, preserveOrientation: boolean): Pixels | null;
  readonly HEAPU8: Uint8Array;
}

interface Encoder {
  encode(data: Uint8Array, width: number, height: number, options: object): Uint8Array;
  readonly HEAPU8: Uint8Array;
}

type Factory = (options: {
  readonly noInitialRun: true;
  readonly printErr: (message: string) => void;
  readonly instantiateWasm: (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => object;
}) => Promise<unknown>;

/** Beyond this much memory a codec is dropped after use: WebAssembly gives none back. */
const KEPT_BYTES = 64 << 20;

/** One of the two halves of MozJPEG, compiled once, started again after an error. */
class Codec<T extends { readonly HEAPU8: Uint8Array }> {
  #module: WebAssembly.Module | undefined;
  #running: T | undefined;
  /** what the codec said last: complaints that it goes on after, or why it stopped */
  said = '';

  constructor(readonly factory: Factory, readonly file: string) {}

  /** Takes the compiled codec: for hosts without files. */
  use(module: WebAssembly.Module): void { this.#module = module; }

  run<R>(work: (codec: T) => R): R {
    try {
      const codec = this.#running ??= this.#start();
      const result = work(codec);
      if (codec.HEAPU8.length > KEPT_BYTES) this.#running = undefined;
      return result;
    } catch (error) {
      this.#running = undefined;
      throw error;
    }
  }

  #start(): T {
    const module = this.#module ??= this.#compile();
    const codec: { -readonly [K in keyof T]?: T[K] } = {};
    void this.factory(Object.assign(codec, {
      noInitialRun: true as const,
      printErr: (message: string) => { this.said = message; },
      instantiateWasm: (imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) => {
        const instance = new WebAssembly.Instance(module, imports);
        done(instance);
        return instance.exports;
      },
    }));
    return codec as T;
  }

  #compile(): WebAssembly.Module {
    const what = 'reading and writing JPEG files';
    const { createRequire } = builtin('node:module', what);
    const path = createRequire(import.meta.url).resolve(`@jsquash/jpeg/codec/${this.file}`);
    return new WebAssembly.Module(builtin('node:fs', what).readFileSync(path));
  }
}

const decoder = new Codec<Decoder>(decoderFactory as unknown as Factory, 'dec/mozjpeg_dec.wasm');
const encoder = new Codec<Encoder>(encoderFactory as unknown as Factory, 'enc/mozjpeg_enc.wasm');

/**
 * Gives the JPEG codec its two compiled parts, where they cannot be read from files: in a browser or a bundle.
 * @example
 * const part = async (url) => await WebAssembly.compileStreaming(fetch(url));
 * io.useJpegCodec({ decoder: await part(decoderUrl), encoder: await part(encoderUrl) }); // from @jsquash/jpeg/codec
 */
export function useJpegCodec(parts: { readonly decoder?: WebAssembly.Module; readonly encoder?: WebAssembly.Module }): void {
  if (parts.decoder) decoder.use(parts.decoder);
  if (parts.encoder) encoder.use(parts.encoder);
}

/**
 * Reads a JPEG file: gray as one channel, colour as three, byte for byte what libjpeg-turbo gives.
 * @param gray read the brightness of colours alone, as it lies in the file
 * @throws ImageFormatError
 */
export function readJpeg(bytes: Uint8Array, gray = false): Pixels {
  const header = readJpegHeader(bytes), { width, height } = header;
  const components = gray ? 1 : header.components;
  const asBrightness = components < header.components ? untransformed(bytes) : null;
  const { data } = decoder.run((codec) => {
    let pixels: Pixels | null = null;
    try {
      pixels = codec.decode(asBrightness ?? bytes, false);
    } catch {
      throw new ImageFormatError(`the JPEG file is damaged: ${decoder.said}`);
    }
    if (pixels?.width !== width || pixels.height !== height) throw new ImageFormatError('the JPEG file is damaged');
    return pixels;
  });
  const length = width * height * components;
  if (components === 1) {
    const out = new Uint8Array(length);
    // a file of gray has it in red's place, too
    if (asBrightness || header.components === 1) for (let i = 0; i < length; i++) out[i] = data[4 * i];
    else for (let i = 0, from = 0; i < length; i++, from += 4) out[i] = brightness(data[from], data[from + 1], data[from + 2]);
    return { width, height, channels: 1, data: out };
  }
  // The codec's copy, which is ours alone, keeps the colours: memory that is dropped at once costs a loader's threads more
  // than a quarter that is not used.
  const out = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, length);
  for (let i = 4, to = 3; to < length; i += 4, to += 3) {
    out[to] = data[i];
    out[to + 1] = data[i + 1];
    out[to + 2] = data[i + 2];
  }
  return { width, height, channels: 3, data: out };
}

/**
 * libjpeg's ways: the tables of the standard for quantization, no progression, half the colours' resolution. Huffman
 * tables are the picture's own: MozJPEG's choice of coefficients does not fit the standard's.
 */
const PLAIN = {
  baseline: true, arithmetic: false, progressive: false, optimize_coding: true, smoothing: 0, quant_table: 0,
  trellis_multipass: false, trellis_opt_zero: false, trellis_opt_table: false, trellis_loops: 1, auto_subsample: false,
  chroma_subsample: 2, separate_chroma_quality: false, chroma_quality: 75,
};

/** Writes gray or colour pixels. */
export function writeJpegBytes({ width, height, channels, data }: Pixels, quality: number): Uint8Array {
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let i = 0, to = 0; to < rgba.length; i += channels, to += 4) {
    for (let c = 0; c < 3; c++) rgba[to + c] = data[channels === 1 ? i : i + c];
  }
  // a view of the codec's memory, which the next picture writes over
  return encoder.run((codec) => Uint8Array.from(codec.encode(rgba, width, height, { ...PLAIN, quality, color_space: channels === 1 ? 1 : 3 })));
}
