const list = (keys: readonly string[]): string => `[${keys.map((key) => `'${key}'`).join(', ')}]`;

/** What `loadStateDict` found: `const [missing, unexpected] = net.loadStateDict(state, { strict: false })`. */
export class IncompatibleKeys {
  constructor(
    /** keys that the module has and the state has not */
    readonly missingKeys: string[],
    /** keys that the state has and the module has not */
    readonly unexpectedKeys: string[],
  ) {}

  *[Symbol.iterator](): Generator<readonly string[], undefined> {
    yield this.missingKeys;
    yield this.unexpectedKeys;
    return undefined;
  }

  toString(): string {
    if (this.missingKeys.length === 0 && this.unexpectedKeys.length === 0) return '<All keys matched successfully>';
    return `_IncompatibleKeys(missing_keys=${list(this.missingKeys)}, unexpected_keys=${list(this.unexpectedKeys)})`;
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }
}
