import { project } from '../vitest/preset.js';

export default project('bootstrap', { share: false });
