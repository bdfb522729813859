/**
 * Order of resourceVersions. KEP-5504 makes what everybody relied on official: they are decimal integers of any
 * length and comparable within a resource. What is no integer is equal to nothing and older than everything.
 */

const decimal = /^[1-9][0-9]*$/;

/** Negative when `a` is older than `b`, 0 when equal, positive when newer. */
export function compareResourceVersions(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  const left = a !== undefined && decimal.test(a) ? a : '';
  const right = b !== undefined && decimal.test(b) ? b : '';
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** True when `a` is known and at least as new as `b`. */
export function hasReached(a: string | undefined, b: string): boolean {
  return a !== undefined && a !== '' && compareResourceVersions(a, b) >= 0;
}
