import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Projects run in the order of their names; the one with the longest file, the op suite on WebGPU, must not begin last. */
export default class SuitesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files), isSuite = ({ project }: TestSpecification): boolean => project.name.endsWith(' suites');
    return [...sorted.filter(isSuite), ...sorted.filter((file) => !isSuite(file))];
  }
}
