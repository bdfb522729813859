/**
 * Takes a set of fields out of an object. Source: structured-merge-diff v4, typed (remove): a container of
 * which nothing is left becomes null (the server writes that for custom resources; built-ins drop nulls).
 */
import { isObject } from '../base/json.ts';
import type { FieldNode } from './field-set.ts';
import { FieldSet } from './field-set.ts';
import { keyOfItem, shapeOf } from './list-keys.ts';
import { fieldKey } from './path-element.ts';
import { put } from './put.ts';
import { deducedSchema, fieldSchema, isDeclared, itemSchema, type StructuralSchema } from './structural.ts';

type Level = ReadonlyMap<string, FieldNode>;

function without(value: unknown, gone: Level, schema: StructuralSchema): unknown {
  switch (shapeOf(value, schema)) {
    case 'scalar':
      return value;
    case 'leaf':
      return null;
    case 'map':
      return isObject(value) ? withoutFields(value, gone, schema) : null;
    case 'list':
      return Array.isArray(value) ? withoutItems(value, gone, schema) : null;
  }
}

function withoutFields(value: Record<string, unknown>, gone: Level, schema: StructuralSchema): unknown {
  const out: Record<string, unknown> = {};
  let left = 0;
  for (const name of Object.keys(value)) {
    const node = gone.get(fieldKey(name));
    if (node?.member) continue;
    const child = node?.children ? without(value[name], node.children, fieldSchema(schema, name) ?? deducedSchema) : value[name];
    put(out, name, child);
    left++;
  }
  return left > 0 ? out : null;
}

function withoutItems(value: readonly unknown[], gone: Level, schema: StructuralSchema): unknown {
  const items = itemSchema(schema);
  const out: unknown[] = [];
  for (const item of value) {
    const identified = keyOfItem(schema, item);
    const node = 'key' in identified ? gone.get(identified.key) : undefined;
    if (node?.member) continue;
    out.push(node?.children ? without(item, node.children, items) : item);
  }
  return out.length > 0 ? out : null;
}

/** The object without the given fields. */
export function removeFields(object: unknown, fields: FieldSet, schema: StructuralSchema): unknown {
  return fields.isEmpty ? object : without(object, fields.children, schema);
}

function named(level: Level, schema: StructuralSchema): Map<string, FieldNode> {
  const out = new Map<string, FieldNode>();
  for (const [key, node] of level) {
    const name = key.startsWith('f:') ? key.slice(2) : undefined;
    const below =
      name !== undefined ? (fieldSchema(schema, name) ?? deducedSchema) : key.startsWith('k:') ? itemSchema(schema) : deducedSchema;
    const member = node.member || (node.children !== undefined && name !== undefined && isDeclared(schema, name));
    out.set(key, { member, children: node.children ? named(node.children, below) : undefined });
  }
  return out;
}

/** The set with every declared field that contains a member made a member too. */
export function withNamedFields(set: FieldSet, schema: StructuralSchema): FieldSet {
  return new FieldSet(named(set.children, schema));
}
