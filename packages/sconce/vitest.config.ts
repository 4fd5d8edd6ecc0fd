import { project } from '../../tooling/vitest/preset.js';

export default project('sconce', { share: false });
