/**
 * The set of fields an object names under its schema: leaves, items of associative lists, keys of maps.
 * Declared fields that merely contain others are not members; map keys and list items are.
 * Source: structured-merge-diff v4, typed (tofieldset).
 */
import { isObject } from '../base/json.ts';
import { type FieldNode, FieldSet } from './field-set.ts';
import { keyOfItem, shapeOf } from './list-keys.ts';
import { fieldKey } from './path-element.ts';
import { deducedSchema, fieldSchema, isDeclared, itemSchema, type StructuralSchema } from './structural.ts';

type Children = Map<string, FieldNode>;

/** What stands below a value, and whether the value's own path is a member on account of its shape. */
function fieldsBelow(value: unknown, schema: StructuralSchema): { self: boolean; children: Children | undefined } {
  const shape = shapeOf(value, schema);
  if (shape === 'scalar' || shape === 'leaf') return { self: true, children: undefined };
  if (shape === 'map') return { self: false, children: isObject(value) ? mapFields(value, schema) : undefined };
  return { self: false, children: Array.isArray(value) ? listFields(value, schema) : undefined };
}

function mapFields(value: Record<string, unknown>, schema: StructuralSchema): Children | undefined {
  let out: Children | undefined;
  for (const name in value) {
    const child = value[name];
    if (child === undefined) continue;
    const { self, children } = fieldsBelow(child, fieldSchema(schema, name) ?? deducedSchema);
    const empty = child === null || (isObject(child) && Object.keys(child).length === 0);
    const member = self || empty || !isDeclared(schema, name);
    if (!member && (children === undefined || children.size === 0)) continue;
    out ??= new Map();
    out.set(fieldKey(name), { member, children });
  }
  return out;
}

function listFields(value: readonly unknown[], schema: StructuralSchema): Children | undefined {
  const out: Children = new Map();
  const items = itemSchema(schema);
  for (const item of value) {
    const identified = keyOfItem(schema, item);
    if ('error' in identified) continue;
    // Of items with the same key only the key is owned.
    if (out.has(identified.key)) out.set(identified.key, { member: true, children: undefined });
    else out.set(identified.key, { member: true, children: fieldsBelow(item, items).children });
  }
  return out.size > 0 ? out : undefined;
}

/** The fields an object names. Undeclared fields count as free-form content; check with `typeErrors` first. */
export function fieldsOf(object: unknown, schema: StructuralSchema): FieldSet {
  return new FieldSet(fieldsBelow(object, schema).children ?? new Map());
}
