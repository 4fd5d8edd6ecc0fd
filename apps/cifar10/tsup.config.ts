import { app } from '../../tooling/tsup/preset.js';

export default app();
