import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { bool, fromTypedArray, Tensor } from '@sconce/tensor';
import { vi } from 'vitest';

/** A tensor's bytes. */
export interface RecordedTensor { readonly dtype: 'uint8' | 'int32' | 'float32' | 'bool'; readonly shape: readonly number[]; readonly data: string }

interface RecordedModel {
  readonly keys: readonly (readonly [key: string, shape: readonly number[]])[];
  readonly text: string;
  /** of the parameters' magnitudes, where they were drawn */
  readonly sum?: number;
  /** of a picture of that height and width */
  readonly size?: readonly [height: number, width: number];
  readonly logits?: readonly (readonly number[])[];
  /** in training, by their names, where they are several */
  readonly outputs?: Readonly<Record<string, readonly (readonly number[])[]>>;
}

const read = (name: string): unknown => JSON.parse(gunzipSync(readFileSync(new URL(`./fixtures/${name}.json.gz`, import.meta.url))).toString());

/** torchvision's models; tooling/oracle/vision_models.py records them. */
export const recordedModels = read('models') as Readonly<Record<string, RecordedModel>>;

/** What torchvision 0.14 and Pillow 9.4 gave; tooling/oracle/vision.py records it. */
export const recorded = read('vision') as {
    readonly decoded: Readonly<Record<string, {
      readonly file: string; readonly pil: string | null; readonly modes: Readonly<Record<string, RecordedTensor | string>>;
      readonly int32?: RecordedTensor;
    }>>;
    readonly picture: RecordedTensor;
    readonly boxes: Readonly<Record<string, RecordedTensor>>;
    readonly masks: Readonly<Record<'input' | 'plain' | 'faint', RecordedTensor>>;
    readonly saved: { readonly input: RecordedTensor; readonly pixels: RecordedTensor };
  };

export const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));

const ARRAYS = { bool: Uint8Array, uint8: Uint8Array, int32: Int32Array, float32: Float32Array };

export function tensorOf({ dtype, shape, data }: RecordedTensor): Tensor {
  const x = fromTypedArray(new ARRAYS[dtype](bytesOf(data).buffer as ArrayBuffer), shape);
  return dtype === 'bool' ? x.to(bool) : x;
}

/** dtype, shape and values, to be compared at once. */
export const plain = (x: Tensor): object => ({ dtype: x.dtype.name, shape: [...x.shape], values: Array.from(x.hostValues(), Number) });

/** Runs what should fail and gives back how. */
export function failure(fn: () => unknown): { readonly name: string; readonly message: string } {
  try {
    fn();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

/** Has large models leave their parameters as they come. */
export function withoutDraws(): void {
  for (const name of ['uniform_', 'normal_', 'erfinv_', 'mul_', 'add_', 'clamp_'] as const) {
    vi.spyOn(Tensor.prototype, name).mockImplementation(function (this: Tensor) { return this; });
  }
}
