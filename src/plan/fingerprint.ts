/**
 * What an object looks like where it is ours: the paths of our Apply entry in its managed fields with the values
 * found there, hashed. It needs no schema and no manifest in memory and survives defaulting and normalisation
 * (design.md §4 "Writing", drift by fingerprint). Two equal fingerprints mean: nobody touched what we wrote.
 */
import type { KubeObject, ManagedFieldsEntry } from '../api/object.ts';
import { hashJson } from '../base/hash.ts';
import { isObject, type JsonObject } from '../base/json.ts';
import { maskSecret } from './secrets.ts';

/** The field manager under which the owning application applies. */
export const fieldManager = 'lateen';

/** Our Apply entry of the object itself (subresources have entries of their own). */
export function applyEntry(object: KubeObject, manager: string = fieldManager): ManagedFieldsEntry | undefined {
  return object.metadata.managedFields?.find((entry) => entry.manager === manager && entry.operation === 'Apply' && !entry.subresource);
}

/**
 * 16 hex digits, or undefined when no Apply entry of ours is there (somebody took all our fields, or the object is not ours).
 * Values of Secrets enter masked, so that a cache that holds them masked gives the same.
 */
export function fingerprint(object: KubeObject, manager: string = fieldManager): string | undefined {
  const entry = applyEntry(object, manager);
  if (!entry?.fieldsV1) return undefined;
  return hashJson(project(maskSecret(object), entry.fieldsV1));
}

/** The part of `value` that a fieldsV1 tree covers. */
function project(value: unknown, fields: JsonObject): unknown {
  const keys = Object.keys(fields).filter((key) => key !== '.');
  if (keys.length === 0) return leaf(value);
  const projected: Record<string, unknown> = {};
  for (const key of keys) {
    const below = fields[key];
    projected[key] = project(elementAt(value, key), isObject(below) ? below : {});
  }
  return projected;
}

/** An empty map or list that a manager owns counts as present only: the server may fill or drop it. */
function leaf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? null : value;
  if (isObject(value)) return Object.keys(value).length === 0 ? null : value;
  return value ?? null;
}

/** Resolves one path element: `f:name`, `k:{"name":"web"}`, `v:"x"`, `i:0`. */
function elementAt(value: unknown, element: string): unknown {
  const kind = element.slice(0, 2);
  const rest = element.slice(2);
  switch (kind) {
    case 'f:':
      return isObject(value) && Object.hasOwn(value, rest) ? value[rest] : undefined;
    case 'k:': {
      const wanted: unknown = JSON.parse(rest);
      if (!Array.isArray(value) || !isObject(wanted)) return undefined;
      return value.find((item) => isObject(item) && Object.keys(wanted).every((key) => item[key] === wanted[key]));
    }
    case 'v:': {
      const wanted: unknown = JSON.parse(rest);
      return Array.isArray(value) ? value.find((item) => item === wanted) : undefined;
    }
    case 'i:':
      return Array.isArray(value) ? value[Number(rest)] : undefined;
    default:
      return undefined;
  }
}
