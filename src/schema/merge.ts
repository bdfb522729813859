/**
 * Lays an applied configuration over a live object: applied leaves win, nothing is removed, items of
 * associative lists are matched by key. Source: structured-merge-diff v4, typed (merge).
 */
import { isObject } from '../base/json.ts';
import { keyOfItem, shapeOf } from './list-keys.ts';
import { put } from './put.ts';
import { deducedSchema, fieldSchema, itemSchema, type StructuralSchema } from './structural.ts';

const isEmptyMap = (value: unknown): boolean => !isObject(value) || Object.keys(value).length === 0;
const isEmptyList = (value: unknown): boolean => !Array.isArray(value) || value.length === 0;

/** The merged value, or undefined where nothing is left of it. `undefined` on one side means absent there. */
export function mergeValues(live: unknown, applied: unknown, schema: StructuralSchema): unknown {
  if (applied === undefined) return live;
  const shape = shapeOf(applied ?? live ?? null, schema);
  switch (shape) {
    case 'scalar':
    case 'leaf':
      return applied;
    case 'map':
      return isEmptyMap(live) && isEmptyMap(applied) ? applied : mergeMaps(live, applied, schema);
    case 'list':
      return isEmptyList(live) && isEmptyList(applied) ? applied : mergeLists(live, applied, schema);
  }
}

function mergeMaps(live: unknown, applied: unknown, schema: StructuralSchema): unknown {
  if (!isObject(applied)) return live;
  const out: Record<string, unknown> = isObject(live) ? { ...live } : {};
  for (const name of Object.keys(applied)) {
    const value = applied[name];
    if (value === undefined) continue;
    const merged = mergeValues(Object.hasOwn(out, name) ? out[name] : undefined, value, fieldSchema(schema, name) ?? deducedSchema);
    if (merged === undefined) delete out[name];
    else put(out, name, merged);
  }
  return Object.keys(out).length > 0 ? out : undefined;
}

interface Indexed {
  keys: string[];
  items: unknown[];
  /** The item of each key; undefined where several items share it: duplicates are not merged into. */
  byKey: Map<string, unknown>;
}

function indexed(list: unknown, schema: StructuralSchema): Indexed {
  const out: Indexed = { keys: [], items: [], byKey: new Map() };
  if (!Array.isArray(list)) return out;
  for (const item of list) {
    const identified = keyOfItem(schema, item);
    if ('error' in identified) continue;
    out.byKey.set(identified.key, out.byKey.has(identified.key) ? undefined : item);
    out.keys.push(identified.key);
    out.items.push(item);
  }
  return out;
}

/**
 * The order of the result: that of the live list while both agree; where the applied list orders its items
 * otherwise, its order wins and items that are only live keep their place relative to what stands before them.
 */
function mergeLists(live: unknown, applied: unknown, schema: StructuralSchema): unknown {
  const left = indexed(live, schema);
  const right = indexed(applied, schema);
  const items = itemSchema(schema);
  const out: unknown[] = [];
  const emit = (merged: unknown): void => {
    if (merged !== undefined) out.push(merged);
  };
  const shared = right.keys.filter((key) => left.byKey.has(key));
  let nextShared = 0;
  const done = new Set<string>();
  let l = 0;
  let r = 0;
  const takeApplied = (key: string): void => {
    done.add(key);
    emit(mergeValues(left.byKey.get(key), right.byKey.get(key), items));
    r++;
    if (shared[nextShared] === key) nextShared++;
  };
  while (l < left.keys.length || r < right.keys.length) {
    const leftKey = left.keys[l];
    const rightKey = right.keys[r];
    if (leftKey !== undefined && rightKey !== undefined) {
      if (leftKey === rightKey) {
        takeApplied(rightKey);
        l++;
        continue;
      }
      const wanted = shared[nextShared];
      if (right.byKey.has(leftKey) && wanted !== undefined && wanted !== leftKey) {
        l++; // also applied, but not the next one in the applied order
        continue;
      }
    }
    if (leftKey !== undefined) {
      if (!right.byKey.has(leftKey)) {
        emit(left.items[l]);
        l++;
        continue;
      }
      if (done.has(leftKey)) l++;
    }
    if (rightKey !== undefined) takeApplied(rightKey);
  }
  return out.length > 0 ? out : undefined;
}
