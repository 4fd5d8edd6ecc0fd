// What a pickle holds before it becomes JavaScript: Python's own containers, told apart.

/** A dict: keys of any hashable kind, in order. */
export class PyDict {
  private map: Map<unknown, unknown> | undefined;
  /** the attribute `_metadata` of a module's state_dict */
  metadata: unknown = undefined;
  constructor(readonly type: 'dict' | 'OrderedDict' | 'Counter') {}
  // an empty Map takes far more than the byte that asks for one
  get entries(): Map<unknown, unknown> { return (this.map ??= new Map()); }
}

/** A tuple, or a torch.Size. */
export class PyTuple {
  constructor(readonly items: readonly unknown[]) {}
}

/** A set or frozenset. */
export class PySet {
  private set: Set<unknown> | undefined;
  get items(): Set<unknown> { return (this.set ??= new Set()); }
}

/** A name that a pickle may ask for and call. */
export class PyGlobal {
  constructor(readonly name: string, readonly call: (args: readonly unknown[]) => unknown) {}
}
