import { gradSuite } from '../src/index.js';

gradSuite();
