/**
 * What changed between two objects, as three disjoint field sets. Source: structured-merge-diff v4, typed
 * (compare). A container that comes or goes is itself a change; one that only changes inside is not.
 */
import { isObject, jsonEqual } from '../base/json.ts';
import { type FieldNode, FieldSet } from './field-set.ts';
import { keyOfItem, type Shape, shapeOf } from './list-keys.ts';
import { fieldKey } from './path-element.ts';
import { deducedSchema, fieldSchema, itemSchema, type StructuralSchema } from './structural.ts';

export interface Comparison {
  removed: FieldSet;
  modified: FieldSet;
  added: FieldSet;
}

type Children = Map<string, FieldNode>;
interface Sets {
  removed: Children;
  modified: Children;
  added: Children;
}
interface Walk {
  sets: Sets;
  path: string[];
}

function mark(children: Children, path: readonly string[]): void {
  let level = children;
  for (let index = 0; index < path.length; index++) {
    const key = path[index] ?? '';
    let node = level.get(key);
    if (node === undefined) {
      node = { member: false, children: undefined };
      level.set(key, node);
    }
    if (index === path.length - 1) node.member = true;
    else {
      node.children ??= new Map();
      level = node.children;
    }
  }
}

const isEmptyMap = (value: unknown): boolean => !isObject(value) || Object.keys(value).length === 0;
const isEmptyList = (value: unknown): boolean => !Array.isArray(value) || value.length === 0;

function markChange(walk: Walk, left: unknown, right: unknown): void {
  if (left === undefined) mark(walk.sets.added, walk.path);
  else if (right === undefined) mark(walk.sets.removed, walk.path);
  else if (!jsonEqual(left, right)) mark(walk.sets.modified, walk.path);
}

/** Handles both values in one shape; true if they were one leaf. */
function inShape(shape: Shape, walk: Walk, left: unknown, right: unknown, schema: StructuralSchema): boolean {
  const leaf =
    shape === 'scalar' ||
    shape === 'leaf' ||
    (shape === 'map' ? isEmptyMap(left) && isEmptyMap(right) : isEmptyList(left) && isEmptyList(right));
  if (leaf) markChange(walk, left, right);
  else if (shape === 'map') compareMaps(walk, isObject(left) ? left : {}, isObject(right) ? right : {}, schema);
  else compareLists(walk, Array.isArray(left) ? left : [], Array.isArray(right) ? right : [], schema);
  return leaf;
}

function compareValues(walk: Walk, left: unknown, right: unknown, schema: StructuralSchema): void {
  if (left === right) return;
  const rightShape = right === undefined || right === null ? undefined : shapeOf(right, schema);
  const leftShape = left === undefined || left === null ? undefined : shapeOf(left, schema);
  let leaf: boolean;
  if (rightShape !== undefined && leftShape !== undefined && rightShape !== leftShape) {
    inShape(leftShape, walk, left, right, schema);
    leaf = inShape(rightShape, walk, left, right, schema);
  } else {
    leaf = inShape(rightShape ?? leftShape ?? shapeOf(null, schema), walk, left, right, schema);
  }
  if (leaf || walk.path.length === 0) return;
  if (left === undefined) mark(walk.sets.added, walk.path);
  else if (right === undefined) mark(walk.sets.removed, walk.path);
}

function below(walk: Walk, key: string, left: unknown, right: unknown, schema: StructuralSchema): void {
  walk.path.push(key);
  compareValues(walk, left, right, schema);
  walk.path.pop();
}

function compareMaps(walk: Walk, left: Record<string, unknown>, right: Record<string, unknown>, schema: StructuralSchema): void {
  for (const name in left) {
    if (left[name] !== undefined) below(walk, fieldKey(name), left[name], right[name], fieldSchema(schema, name) ?? deducedSchema);
  }
  for (const name in right) {
    if (left[name] === undefined && right[name] !== undefined)
      below(walk, fieldKey(name), undefined, right[name], fieldSchema(schema, name) ?? deducedSchema);
  }
}

function byKey(list: readonly unknown[], schema: StructuralSchema): Map<string, unknown[]> {
  const out = new Map<string, unknown[]>();
  for (const item of list) {
    const identified = keyOfItem(schema, item);
    if ('error' in identified) continue;
    const same = out.get(identified.key);
    if (same === undefined) out.set(identified.key, [item]);
    else same.push(item);
  }
  return out;
}

function compareLists(walk: Walk, left: readonly unknown[], right: readonly unknown[], schema: StructuralSchema): void {
  const leftItems = byKey(left, schema);
  const rightItems = byKey(right, schema);
  const items = itemSchema(schema);
  const markItem = (children: Children, key: string): void => mark(children, [...walk.path, key]);
  for (const key of new Set([...leftItems.keys(), ...rightItems.keys()])) {
    const before = leftItems.get(key) ?? [];
    const after = rightItems.get(key) ?? [];
    if (before.length <= 1 && after.length <= 1) below(walk, key, before[0], after[0], items);
    else if (before.length > 1 && after.length > 1) {
      if (!jsonEqual(before, after)) markItem(walk.sets.modified, key);
    } else if (before.length > 1) {
      if (after.length > 0) below(walk, key, undefined, after[0], items);
      markItem(walk.sets.removed, key);
    } else {
      if (before.length > 0) below(walk, key, before[0], undefined, items);
      markItem(walk.sets.added, key);
    }
  }
}

/** The fields removed, modified and added from `before` to `after`. */
export function compareObjects(before: unknown, after: unknown, schema: StructuralSchema): Comparison {
  const sets: Sets = { removed: new Map(), modified: new Map(), added: new Map() };
  compareValues({ sets, path: [] }, before, after, schema);
  return { removed: new FieldSet(sets.removed), modified: new FieldSet(sets.modified), added: new FieldSet(sets.added) };
}
