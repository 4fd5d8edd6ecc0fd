/** Sets a property of an object itself, whatever its name: `__proto__` too is then a name like any other. */
export function setOwn<T>(object: Record<string, T>, name: string, value: T): void {
  Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}
