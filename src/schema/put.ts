/** Writes a key of a user's document as data: a key "__proto__" must never become the prototype. */
export function put(object: Record<string, unknown>, key: string, value: unknown): void {
  // defineProperty costs ten times an assignment, and only this one key needs it.
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  else object[key] = value;
}
