import { fromTypedArray, NotImplementedError, RuntimeError, type Tensor } from '@sconce/tensor';

/** What float numbers are kept in. */
export type Floats = Float32Array | Float64Array;

/**
 * The numbers of tensors of one dtype, which are on the CPU: what follows is drawn number by number.
 * @throws NotImplementedError for other devices, RuntimeError for dtypes that PyTorch does not draw
 */
export function floatsOf(kernel: string, ...tensors: readonly Tensor[]): Floats[] {
  const [{ device, dtype }] = tensors;
  if (device.type !== 'cpu') {
    throw new NotImplementedError(`"${kernel}" draws on the CPU only, not on ${device}: make the distribution of parameters on the CPU, and move its samples`);
  }
  return tensors.map((x) => {
    if (x.dtype !== dtype) throw new RuntimeError(`Found dtype ${x.dtype.scalarType} but expected ${dtype.scalarType}`);
    const values = x.detach().hostValues();
    if (!(values instanceof Float32Array || values instanceof Float64Array)) {
      throw new RuntimeError(`"${kernel}" not implemented for '${dtype.scalarType}'`);
    }
    return values;
  });
}

/** A new array for results beside those. */
export const beside = (values: Floats): Floats => (values instanceof Float32Array ? new Float32Array(values.length) : new Float64Array(values.length));

/** Numbers as a tensor of the shape of another. */
export const shapedAs = (x: Tensor, values: Floats): Tensor => fromTypedArray(values).view(x.shape);
