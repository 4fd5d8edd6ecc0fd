import { float32 } from '@sconce/tensor';
import { backendSuite, opSuite } from '@sconce/testing';
import { describe, test } from 'vitest';
import { available } from './adapter.js';
import { selected } from './samples.js';

// Both in one file: they run the same kernels, which are compiled once then.
if (available) {
  describe("against PyTorch's values", () => opSuite('webgpu', { samples: selected, dtypes: [float32] }));
  describe('against the CPU', () => backendSuite('webgpu', { samples: selected, dtypes: [float32] }));
} else test.skip('ops on webgpu: no adapter', () => {});
