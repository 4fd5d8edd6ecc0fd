import { float32 } from '@sconce/tensor';
import { opSuite } from '@sconce/testing';
import { test } from 'vitest';
import { available } from '../adapter.js';
import { selected } from './samples.js';

/** Browsers get the kernels that Node has tried with inputs of any strides; to compile those again takes half as long as the rest. */
const strided = typeof document === 'undefined';

if (available) opSuite('webgpu', { samples: selected, dtypes: [float32], strided });
else test.skip('ops on webgpu: no adapter', () => {});
