/** JSON merge patch (RFC 7396): applying one, and making one from two values. */
import { isObject, type Json, type JsonObject, jsonEqual } from '../base/json.ts';

const own = (object: JsonObject, key: string): Json | undefined => (Object.hasOwn(object, key) ? object[key] : undefined);
const put = (object: JsonObject, key: string, value: Json): void => {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
};

/** The original with the patch applied: objects merge, null removes, all else replaces. */
export function jsonMergePatch(original: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const out: JsonObject = isObject(original) ? { ...original } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete out[key];
    else put(out, key, jsonMergePatch(own(out, key) ?? null, value));
  }
  return out;
}

/**
 * The smallest merge patch from one value to another. Objects of which a merge patch cannot speak (nulls inside
 * `after`) come out without those nulls: RFC 7396 has no way to write them.
 */
export function createMergePatch(before: Json, after: Json): Json {
  if (!isObject(before) || !isObject(after)) return after;
  const patch: JsonObject = {};
  for (const key of Object.keys(before)) if (own(after, key) === undefined) put(patch, key, null);
  for (const [key, value] of Object.entries(after)) {
    const old = own(before, key);
    if (value === undefined || jsonEqual(old, value)) continue;
    put(patch, key, old === undefined ? value : createMergePatch(old, value));
  }
  return patch;
}
