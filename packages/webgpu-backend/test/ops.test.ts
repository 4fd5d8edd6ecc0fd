import { float32 } from '@sconce/tensor';
import { opSuite } from '@sconce/testing';
import { test } from 'vitest';
import { available } from './adapter.js';
import { selected } from './samples.js';

if (available) opSuite('webgpu', { samples: selected, dtypes: [float32] });
else test.skip('ops on webgpu: no adapter', () => {});
