// What a pickle holds before it becomes JavaScript: Python's own containers, told apart.

/** A dict: keys of any hashable kind, in order. */
export class PyDict {
  readonly entries = new Map<unknown, unknown>();
  /** the attribute `_metadata` of a module's state_dict */
  metadata: unknown = undefined;
  constructor(readonly type: 'dict' | 'OrderedDict' | 'Counter') {}
}

/** A tuple, or a torch.Size. */
export class PyTuple {
  constructor(readonly items: readonly unknown[]) {}
}

/** A set or frozenset. */
export class PySet {
  readonly items = new Set<unknown>();
}

/** A name that a pickle may ask for and call. */
export class PyGlobal {
  constructor(readonly name: string, readonly call: (args: readonly unknown[]) => unknown) {}
}
