import { RuntimeError } from './errors.js';

/** What is done with operands before they meet: gives them as they are, or in forms that go together. */
export type MeetingHook = <T>(operands: readonly T[]) => readonly T[];

let current: MeetingHook | null = null;

/** Connects what brings together operands of different kinds, as of one and of many examples; null where there are none. @internal */
export function setMeetingHook(hook: MeetingHook | null): void { current = hook; }

/** Operands in forms that go together. @internal */
export const meeting = <const T extends readonly unknown[]>(operands: T): T => (current === null ? operands : current(operands) as unknown as T);

/** As `meeting`, of what is written over the first of them. @throws RuntimeError where that would have to take another form @internal */
export function meetingInPlace<const T extends readonly unknown[]>(operands: T): T {
  const met = meeting(operands);
  if (met[0] === operands[0]) return met;
  throw new RuntimeError('vmap: inplace arithmetic(self, *extra_args) is not possible because there exists a Tensor `other` in extra_args that has more ' +
    'elements than `self`. This happened due to `other` being vmapped over but `self` not being vmapped over in a vmap. Please try to use ' +
    'out-of-place operators instead of inplace arithmetic. If said operator is being called inside the PyTorch framework, please file a bug ' +
    'report instead.');
}
