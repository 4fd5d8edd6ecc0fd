import { float32 } from '@sconce/tensor';
import { backendSuite, samples } from '@sconce/testing';
import { available } from './adapter.js';

const families = process.env['FAMILIES']?.split(',');
if (available) backendSuite('webgpu', { dtypes: [float32], samples: Object.fromEntries(Object.entries(samples).filter(([f]) => !families || families.includes(f))) });
