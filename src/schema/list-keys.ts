/**
 * How the items of an associative list are told apart, and what kind of thing a value is to the merge
 * algorithms. Source: structured-merge-diff v4, typed (helpers).
 */
import { isObject, type Json } from '../base/json.ts';
import { itemKey, valueKey } from './path-element.ts';
import { itemSchema, type StructuralSchema } from './structural.ts';

/** What the schema makes of a value: a leaf, or something whose parts are owned one by one. */
export type Shape = 'scalar' | 'leaf' | 'map' | 'list';

/** True for lists whose items have an identity of their own. */
export function isAssociative(schema: StructuralSchema): boolean {
  if (schema.listType !== undefined) return schema.listType !== 'atomic';
  return schema.patchStrategy?.includes('merge') ?? false;
}

/** The names of the fields that identify an item; undefined for sets of scalars. Sorted. */
export function keyNames(schema: StructuralSchema): readonly string[] | undefined {
  const known = sortedKeys.get(schema);
  if (known !== undefined) return known;
  const names = schema.listType === undefined ? (schema.patchMergeKey === undefined ? undefined : [schema.patchMergeKey]) : schema.listKeys;
  if (schema.listType === 'set' || names === undefined) return undefined;
  const sorted = [...names].sort();
  sortedKeys.set(schema, sorted);
  return sorted;
}
const sortedKeys = new WeakMap<StructuralSchema, readonly string[]>();

/** The shape of a value under its schema; null takes the schema's own shape. */
export function shapeOf(value: unknown, schema: StructuralSchema): Shape {
  if (Array.isArray(value)) {
    if (schema.type !== undefined && schema.type !== 'array') return shapeOfNull(schema);
    return isAssociative(schema) ? 'list' : 'leaf';
  }
  if (isObject(value)) {
    if (schema.type !== undefined && schema.type !== 'object') return shapeOfNull(schema);
    return schema.mapType === 'atomic' ? 'leaf' : 'map';
  }
  if (value === null || value === undefined) return shapeOfNull(schema);
  return schema.type === 'object' || schema.type === 'array' ? shapeOfNull(schema) : 'scalar';
}

function shapeOfNull(schema: StructuralSchema): Shape {
  if (schema.intOrString === true || schema.format !== undefined) return 'scalar';
  switch (schema.type) {
    case undefined:
    case 'object':
      return schema.mapType === 'atomic' ? 'leaf' : 'map';
    case 'array':
      return isAssociative(schema) ? 'list' : 'leaf';
    default:
      return 'scalar';
  }
}

/** The key text of an item, or what is wrong with it, in the server's words. */
export function keyOfItem(schema: StructuralSchema, item: unknown): { key: string } | { error: string } {
  const names = keyNames(schema);
  if (names === undefined) {
    if (isObject(item)) return { error: "associative list without keys has an element that's a map type" };
    if (Array.isArray(item)) return { error: 'not supported: associative list with lists as elements' };
    if (item === null || item === undefined) return { error: "associative list without keys has an element that's an explicit null" };
    return { key: valueKey(item as Json) };
  }
  if (item === null || item === undefined) return { error: 'associative list with keys may not have a null element' };
  if (!isObject(item)) return { error: 'associative list with keys may not have non-map elements' };
  const values: Json[] = [];
  const declared = itemSchema(schema).fields;
  for (const name of names) {
    const own = item[name];
    if (own !== undefined) {
      values.push(own);
      continue;
    }
    const field = declared?.[name];
    const fallback = field?.default ?? field?.goDefault;
    if (fallback === undefined || fallback === null) {
      return {
        error: `associative list with keys has an element that omits key field ${JSON.stringify(name)} (and doesn't have default value)`,
      };
    }
    values.push(fallback);
  }
  return { key: itemKey(names, values) };
}
