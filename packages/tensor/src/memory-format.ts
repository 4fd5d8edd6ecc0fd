/** A constant that says how the elements of a tensor lie in memory. */
class MemoryConstant<Name extends string> {
  constructor(readonly name: Name) {}

  toString(): string { return `torch.${this.name}`; }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }
}

/** @see https://pytorch.org/docs/stable/tensor_attributes.html#torch.memory_format */
export type MemoryFormat = MemoryConstant<'channels_last' | 'channels_last_3d' | 'contiguous_format' | 'preserve_format'>;

/** @see https://pytorch.org/docs/stable/tensor_attributes.html#torch.layout */
export type StorageLayout = MemoryConstant<'strided'>;

export interface MemoryFormatOption {
  /**
   * the order in which dimensions lie in memory: that of the dimensions themselves, that with the channels of images (`channelsLast`) or
   * of volumes (`channelsLast3d`) innermost, or that of the operands. The values are the same in all; images are computed fastest in the first.
   */
  readonly memoryFormat?: MemoryFormat | undefined;
}

export const channelsLast: MemoryFormat = new MemoryConstant('channels_last');
export const channelsLast3d: MemoryFormat = new MemoryConstant('channels_last_3d');
export const contiguousFormat: MemoryFormat = new MemoryConstant('contiguous_format');
export const preserveFormat: MemoryFormat = new MemoryConstant('preserve_format');
export const strided: StorageLayout = new MemoryConstant('strided');
