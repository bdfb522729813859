/**
 * JSON as an API server writes it. JSON.parse rounds integers beyond 2^53 without a word, the API server does
 * not (design.md §4 "Seeing"): such a number in a user's properties would come out of a render as another one.
 * What is read keeps a note of the paths (`unsafeIntegersOf`); what is written is refused with its path.
 */
import { formatPath, isObject } from '../base/json.ts';

/** Where objects carry their note: a symbol, so that no serialiser, hash or comparison sees it, while spreading keeps it. */
const unsafeIntegers: unique symbol = Symbol('unsafeIntegers');

/** Sixteen digits in a row: nothing shorter can leave 2^53, and nearly no answer has such a run. */
const longDigits = /[0-9]{16}/;

interface Found {
  path: (string | number)[];
  source: string;
}

/** TypeScript does not know the third argument of a reviver yet (ES2026, in Node since 22). */
type SourceReviver = (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown;

/** Between 2^53 and 2^63: larger numbers are floats to the API server as well. */
function isUnsafe(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) <= 2 ** 63;
}

/** Parses JSON text; an integer that JavaScript cannot hold is noted on every object around it. Throws SyntaxError. */
export function parseJson(text: string): unknown {
  if (!longDigits.test(text)) return JSON.parse(text);
  let found = 0;
  const reviver: SourceReviver = (_key, value, context) => {
    // "1e300" is written as a float and nobody expects its digits back; "9007199254740993" is not.
    if (isUnsafe(value) && /^-?[0-9]+$/.test(context?.source ?? '')) found++;
    return value;
  };
  const value: unknown = JSON.parse(text, reviver);
  if (found > 0) note(value);
  return value;
}

/** Notes the paths on the value and, where it is a list or a watch event, on the objects inside it. */
function note(value: unknown): void {
  if (!isObject(value)) return;
  const paths = findUnsafe(value).map((one) => formatPath(one.path));
  if (paths.length === 0) return;
  attach(value, paths);
  if (Array.isArray(value.items)) value.items.forEach(note);
  note(value.object);
}

function findUnsafe(value: unknown, path: (string | number)[] = [], found: Found[] = []): Found[] {
  if (isUnsafe(value)) found.push({ path, source: String(value) });
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) findUnsafe(item, [...path, index], found);
  else if (isObject(value)) for (const key of Object.keys(value)) findUnsafe(value[key], [...path, key], found);
  return found;
}

/** Paths of the integers of an object that were rounded while it was read; empty for nearly every object. */
export function unsafeIntegersOf(object: object): readonly string[] {
  const paths: unknown = Reflect.get(object, unsafeIntegers);
  return Array.isArray(paths) ? paths.map(String) : [];
}

/** Carries the note over to what a transform made of an object. */
export function keepNote<T extends object>(from: object, to: T): T {
  const paths = unsafeIntegersOf(from);
  if (paths.length > 0) attach(to, paths);
  return to;
}

function attach(object: object, paths: readonly string[]): void {
  Object.defineProperty(object, unsafeIntegers, { value: paths, enumerable: true, configurable: true, writable: true });
}

/**
 * JSON text for a request's body, or the path of the first integer beyond 2^53: it has been rounded already,
 * and writing it would change the user's number.
 */
export function bodyJson(value: unknown): { ok: true; text: string } | { ok: false; path: string; got: string } {
  const text = JSON.stringify(value);
  if (longDigits.test(text)) {
    const first = findUnsafe(value)[0];
    if (first) return { ok: false, path: formatPath(first.path), got: first.source };
  }
  return { ok: true, text };
}
