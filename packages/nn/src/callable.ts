/** What a call of a `Callable` runs. */
interface Invocable { _callImpl(args: unknown[]): unknown }

/**
 * A class whose instances are functions: `net(x)` calls the instance's `_callImpl`.
 *
 * The constructor returns an arrow function that has the prototype of the class that is constructed, and none of a
 * function's own properties. It stands in a class of its own because fields of a class are defined on what the
 * constructor of its *superclass* returns.
 */
export class Callable {
  constructor() {
    const self = (...args: unknown[]): unknown => (self as unknown as Invocable)._callImpl(args);
    Object.setPrototypeOf(self, new.target.prototype as object);
    // `name` and `length` would stand in the way of fields of that name
    delete (self as { name?: string }).name;
    delete (self as { length?: number }).length;
    return self as unknown as Callable;
  }
}
