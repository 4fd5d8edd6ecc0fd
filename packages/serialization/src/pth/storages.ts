import {
  bfloat16, bool, complex128, complex64, float16, float32, float64, int16, int32, int64, int8, uint8, type DType, type Tensor,
} from '@sconce/tensor';
import { UnpicklingError } from '../errors.js';

/** PyTorch's classes of storages, by the dtype of their elements. */
const storageTypes: readonly (readonly [string, DType])[] = [
  ['FloatStorage', float32], ['DoubleStorage', float64], ['HalfStorage', float16], ['BFloat16Storage', bfloat16],
  ['LongStorage', int64], ['IntStorage', int32], ['ShortStorage', int16], ['CharStorage', int8], ['ByteStorage', uint8],
  ['BoolStorage', bool], ['ComplexFloatStorage', complex64], ['ComplexDoubleStorage', complex128],
];
const dtypeOfStorage = new Map(storageTypes);
const storageOfDtype = new Map(storageTypes.map(([name, dtype]) => [dtype, name]));

/** `FloatStorage`, as PyTorch names the memory of a dtype. */
export const storageTypeName = (dtype: DType): string => storageOfDtype.get(dtype)!;

/** A class of storages, as a pickle names it. */
export class StorageType {
  constructor(readonly name: string, readonly dtype: DType) {}

  /** The class of that name; undefined for names that are none, or of dtypes that do not exist here. */
  static named(name: string): StorageType | undefined {
    // bytes of any dtype: what rebuilds a tensor of it says which
    const dtype = name === 'UntypedStorage' ? uint8 : dtypeOfStorage.get(name);
    return dtype && new StorageType(name, dtype);
  }
}

/** The memory of tensors in a file. */
export interface StorageData {
  readonly key: string;
  readonly dtype: DType;
  /** how many elements */
  readonly numel: number;
  /** PyTorch's tag of the device where it was: 'cpu', 'cuda:0' */
  readonly location: string;
  /** all of it as a tensor of one dimension, once it is read */
  memory: Tensor | null;
}

/** What a pickle says of a storage: some elements of the memory in a file. */
export class StorageRef {
  constructor(
    readonly data: StorageData,
    readonly dtype: DType,
    /** elements of `dtype` before it, and in it */
    readonly offset: number,
    readonly numel: number,
  ) {}
}

/** Says whether the file can hold a storage. @throws UnpicklingError where it cannot */
export type StorageCheck = (key: string, nbytes: number) => void;

/** The storages that a pickle names, each once. */
export class StorageTable {
  private readonly found = new Map<string, StorageData>();

  constructor(private readonly check: StorageCheck) {}

  get all(): Iterable<StorageData> { return this.found.values(); }
  get(key: string): StorageData | undefined { return this.found.get(key); }

  /** The storage of that name, which the file must be able to hold. */
  refer(type: StorageType, key: string, location: string, numel: number): StorageRef {
    const { dtype } = type;
    let data = this.found.get(key);
    if (!data) {
      this.check(key, numel * dtype.itemsize);
      data = { key, dtype, numel, location, memory: null };
      this.found.set(key, data);
    } else if (data.numel * data.dtype.itemsize < numel * dtype.itemsize) {
      throw new UnpicklingError(`storage ${JSON.stringify(key)} is named with two sizes`);
    }
    return new StorageRef(data, dtype, 0, numel);
  }
}
