/**
 * Defaults of a schema written into a value. Built-in kinds have none here (their defaults are code, see
 * builtin/); custom resources have those of their CRD. Source: apiextensions-apiserver, schema/defaulting.
 */
import { cloneJson, isObject } from '../base/json.ts';
import { deducedSchema, fieldSchema, type StructuralSchema } from './structural.ts';

const isNullable = (schema: StructuralSchema | undefined): boolean => schema?.nullable === true;

function defaulted(value: unknown, schema: StructuralSchema): unknown {
  if (Array.isArray(value)) {
    const items = schema.items;
    if (items === undefined) return value;
    let changed = false;
    const out = value.map((item) => {
      // A null item of a list that does not allow it takes the default too.
      const filled = item === null && !isNullable(items) && items.default !== undefined ? cloneJson(items.default) : defaulted(item, items);
      changed ||= filled !== item;
      return filled;
    });
    return changed ? out : value;
  }
  if (!isObject(value)) return value;
  let out: Record<string, unknown> | undefined;
  const set = (name: string, next: unknown): void => {
    out ??= { ...value };
    out[name] = next;
  };
  for (const [name, field] of Object.entries(schema.fields ?? {})) {
    const present = Object.hasOwn(value, name) && value[name] !== undefined;
    const absent = !present || (value[name] === null && !isNullable(field));
    if (absent && field.default !== undefined) set(name, defaulted(cloneJson(field.default), field));
  }
  for (const name of Object.keys(out ?? value)) {
    const current = out === undefined ? value[name] : out[name];
    const field = fieldSchema(schema, name);
    if (field === undefined || current === undefined) continue;
    if (current === null && field !== deducedSchema && !isNullable(field)) {
      out ??= { ...value };
      delete out[name]; // a null that may not be is the same as nothing
      continue;
    }
    const filled = defaulted(current, field);
    if (filled !== current) set(name, filled);
  }
  return out ?? value;
}

/** The value with the schema's defaults where it has nothing (or a null that is not allowed). */
export function applyDefaults<T>(value: T, schema: StructuralSchema): T {
  return defaulted(value, schema) as T;
}
