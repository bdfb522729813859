/**
 * Merges a patch with markers into an object. Without a marker the rule is CUE's: what both say must be the same,
 * what only one says is kept. Lists without a marker meet by index, and then the patch is at least as long as the
 * base (decisions.md 73). Neither argument is changed.
 */
import { invalid, ProblemError } from '../../base/errors.ts';
import { isObject, jsonEqual, valueAt } from '../../base/json.ts';
import { type Marker, markerOf } from './markers.ts';

/** A step of a place: a field, an index, or the key value that names an item of a keyed list. */
type Step = string | number | { item: string };

/** @throws ProblemError with code `PatchConflict` where base and patch say different things. */
export function unify(base: unknown, patch: unknown, place: readonly Step[] = []): unknown {
  const marker = markerOf(patch);
  if (marker) return merge(base, marker, place);
  if (patch === undefined) return base;
  if (base === undefined) return plain(patch);
  if (isObject(base) && isObject(patch)) return unifyObjects(base, patch, place);
  if (Array.isArray(base) && Array.isArray(patch)) return unifyLists(base, patch, place);
  if (jsonEqual(base, patch)) return base;
  throw conflict(place);
}

function unifyObjects(base: Record<string, unknown>, patch: Record<string, unknown>, place: readonly Step[]): unknown {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const result = unify(Object.hasOwn(base, key) ? base[key] : undefined, value, [...place, key]);
    if (result !== undefined) merged[key] = result;
  }
  return merged;
}

function unifyLists(base: readonly unknown[], patch: readonly unknown[], place: readonly Step[]): unknown[] {
  if (patch.length < base.length) throw conflict(place);
  return patch.map((item, index) => unify(base[index], item, [...place, index]));
}

function merge(base: unknown, marker: Marker, place: readonly Step[]): unknown {
  switch (marker.strategy) {
    case 'replace':
    case 'retainKeys':
      return plain(marker.value);
    case 'everyItem':
      if (base === undefined) return undefined;
      if (!Array.isArray(base)) throw conflict(place);
      return base.map((item, index) => unify(item, marker.item, [...place, named(item) ?? index]));
    case 'leading':
      if (base !== undefined && !Array.isArray(base)) throw conflict(place);
      return leadingItems(base ?? [], marker.items, place);
    case 'keyedBy':
      if (base !== undefined && !Array.isArray(base)) throw conflict(place);
      return keyedItems(base ?? [], marker, place);
  }
}

function leadingItems(base: readonly unknown[], items: readonly unknown[], place: readonly Step[]): unknown[] {
  const patched = items.map((item, index) => unify(base[index], item, [...place, named(base[index]) ?? index]));
  return [...patched, ...base.slice(items.length)];
}

function keyedItems(base: readonly unknown[], { keys, items }: Marker & { strategy: 'keyedBy' }, place: readonly Step[]): unknown[] {
  // An item without any of the keys cannot be told apart: the whole list falls back to meeting by index, as in KubeVela.
  if (items.some((item) => keys.every((key) => valueAt(plain(item), key) === undefined))) return unifyLists(base, items, place);
  const merged = [...base];
  for (const item of items) {
    const shape = plain(item);
    const index = merged.findIndex((candidate) => keys.some((key) => sameKey(candidate, shape, key)));
    if (index < 0) merged.push(shape);
    else merged[index] = unify(merged[index], item, [...place, { item: keyText(shape, keys) }]);
  }
  return merged;
}

function sameKey(a: unknown, b: unknown, key: string[]): boolean {
  const value = valueAt(a, key);
  return value !== undefined && jsonEqual(value, valueAt(b, key));
}

const keyText = (item: unknown, keys: readonly string[][]): string =>
  String(keys.map((key) => valueAt(item, key)).find((value) => value !== undefined));

function named(item: unknown): { item: string } | undefined {
  return isObject(item) && typeof item.name === 'string' ? { item: item.name } : undefined;
}

/** The data of a patch with its markers taken off: what it is where there is no base. */
export function plain(patch: unknown): unknown {
  const marker = markerOf(patch);
  if (marker) {
    if (marker.strategy === 'everyItem') return undefined;
    return plain('items' in marker ? marker.items : marker.value);
  }
  if (Array.isArray(patch)) return patch.map(plain);
  if (!isObject(patch)) return patch;
  const data: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(patch)) {
    const kept = plain(value);
    if (kept !== undefined) data[key] = kept;
  }
  return data;
}

function conflict(place: readonly Step[]): ProblemError {
  return new ProblemError(invalid('PatchConflict', `conflicting values for ${formatPlace(place)}`));
}

/** `containers[cart].image`: from the outermost named list on, where there is one; nobody needs `spec.template.spec` before it. */
function formatPlace(place: readonly Step[]): string {
  const item = place.findIndex((step) => typeof step === 'object');
  const steps = item > 0 ? place.slice(item - 1) : place;
  return steps
    .map((step, index) => {
      if (typeof step === 'object') return `[${step.item}]`;
      return typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${step}`;
    })
    .join('');
}
