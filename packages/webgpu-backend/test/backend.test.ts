import { float32 } from '@sconce/tensor';
import { backendSuite } from '@sconce/testing';
import { test } from 'vitest';
import { available } from './adapter.js';
import { selected } from './samples.js';

if (available) backendSuite('webgpu', { samples: selected, dtypes: [float32] });
else test.skip('webgpu against the CPU: no adapter', () => {});
