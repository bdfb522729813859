/**
 * What decoding and encoding a built-in object makes of it in the server: nulls go, quantities become canonical,
 * and fields that Go always writes appear (`resources: {}`, `status: {}`, `creationTimestamp: null`).
 * Source: the `default` of the OpenAPI documents, which is a type's zero wherever it is always written.
 */
import { cloneJson, isObject } from '../base/json.ts';
import { put } from './put.ts';
import { canonicalQuantity } from './quantity.ts';
import { deducedSchema, fieldSchema, itemSchema, type StructuralSchema } from './structural.ts';

/** The value as the server's types hold it. Unchanged parts are shared with the argument. */
export function materialize(value: unknown, schema: StructuralSchema): unknown {
  if (schema.format === 'quantity')
    return typeof value === 'string' || typeof value === 'number' ? (canonicalQuantity(value) ?? value) : value;
  if (Array.isArray(value)) {
    const items = itemSchema(schema);
    let changed = false;
    const out = value.map((item) => {
      const held = materialize(item, items);
      changed ||= held !== item;
      return held;
    });
    return changed ? out : value;
  }
  if (!isObject(value) || schema.preserveUnknown === true) return value;
  return materializeMap(value, schema);
}

function materializeMap(value: Record<string, unknown>, schema: StructuralSchema): Record<string, unknown> {
  let out: Record<string, unknown> | undefined;
  const set = (name: string, held: unknown): void => {
    out ??= { ...value };
    put(out, name, held);
  };
  for (const name of Object.keys(value)) {
    const current = value[name];
    const field = fieldSchema(schema, name) ?? deducedSchema;
    if (current === null || current === undefined || isNothing(current, field)) {
      if (field.goDefault !== null || (current !== null && field.type !== 'array')) {
        out ??= { ...value };
        delete out[name];
      }
      continue;
    }
    const held = materialize(current, field);
    if (held !== current) set(name, held);
  }
  for (const name of writtenFields(schema)) {
    const current = (out ?? value)[name];
    const field = schema.fields?.[name];
    if ((current !== undefined && current !== null) || field?.goDefault === undefined) continue;
    if (current === null && field.goDefault === null) continue;
    set(name, materialize(cloneJson(field.goDefault), field));
  }
  return out ?? value;
}

/** Values that Go's `omitempty` leaves out: empty lists and maps, and zeros of fields that are no pointers. */
function isNothing(value: unknown, schema: StructuralSchema): boolean {
  if (Array.isArray(value)) return value.length === 0 && schema.type === 'array';
  if (isObject(value)) return schema.values !== undefined && schema.fields === undefined && Object.keys(value).length === 0;
  return schema.omitZero === true && (value === '' || value === 0 || value === false);
}

/** The fields of a struct that have something to say when they are absent. */
function writtenFields(schema: StructuralSchema): readonly string[] {
  const known = written.get(schema);
  if (known !== undefined) return known;
  const names = Object.entries(schema.fields ?? {})
    .filter(([, field]) => field.goDefault !== undefined)
    .map(([name]) => name);
  written.set(schema, names);
  return names;
}
const written = new WeakMap<StructuralSchema, readonly string[]>();
