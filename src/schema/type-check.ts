/**
 * Whether a value has the shapes its schema asks for, as server-side apply checks it before it merges: wrong
 * types, undeclared fields, items of associative lists without key or with the key of another.
 * Source: structured-merge-diff v4, typed (validate). Everything else is left to validation.
 */
import { isObject } from '../base/json.ts';
import { isAssociative, keyOfItem } from './list-keys.ts';
import { describeKeys } from './path-element.ts';
import { fieldSchema, itemSchema, type StructuralSchema } from './structural.ts';

type Report = (path: string, message: string) => void;

const goNumber = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
/** A value as Go's `%v` prints the wrapped value. */
const shown = (value: unknown): string => goNumber(value);
const goType = (value: unknown): string =>
  typeof value === 'string'
    ? 'string'
    : typeof value === 'boolean'
      ? 'bool'
      : Array.isArray(value)
        ? '[]interface {}'
        : 'map[string]interface {}';

function checkScalar(value: unknown, schema: StructuralSchema, path: string, report: Report): void {
  if (isObject(value) || Array.isArray(value)) {
    if (schema.type === 'integer' || schema.type === 'number') report(path, `expected numeric (int or float), got ${goType(value)}`);
    else if (schema.type === 'string') report(path, `expected string, got &value.valueUnstructured{Value:${goType(value)}}`);
    else if (schema.type === 'boolean') report(path, `expected boolean, got ${shown(value)}`);
    else report(path, `expected any scalar, got ${shown(value)}`);
    return;
  }
  const wrong =
    ((schema.type === 'integer' || schema.type === 'number') && typeof value !== 'number') ||
    (schema.type === 'string' && schema.format === undefined && typeof value !== 'string') ||
    (schema.type === 'boolean' && typeof value !== 'boolean');
  if (!wrong) return;
  if (schema.type === 'string') {
    report(
      path,
      `expected string, got &value.valueUnstructured{Value:${typeof value === 'string' ? JSON.stringify(value) : shown(value)}}`,
    );
  } else if (schema.type === 'boolean') report(path, `expected boolean, got ${shown(value)}`);
  else report(path, `expected numeric (int or float), got ${goType(value)}`);
}

function check(value: unknown, schema: StructuralSchema, path: string, allowDuplicates: boolean, report: Report): void {
  if (value === null || value === undefined) return;
  if (schema.type === 'array' && !Array.isArray(value)) {
    report(path, `expected list, got ${shown(value)}`);
    return;
  }
  if (schema.type === 'object' && !isObject(value)) {
    report(path, `expected map, got ${shown(value)}`);
    return;
  }
  if (Array.isArray(value) && (schema.type === undefined || schema.type === 'array')) {
    checkList(value, schema, path, allowDuplicates, report);
    return;
  }
  if (isObject(value) && (schema.type === undefined || schema.type === 'object')) {
    for (const name in value) {
      const below = fieldSchema(schema, name);
      if (below === undefined) report(`${path}.${name}`, 'field not declared in schema');
      else check(value[name], below, `${path}.${name}`, allowDuplicates, report);
    }
    return;
  }
  checkScalar(value, schema, path, report);
}

function checkList(value: readonly unknown[], schema: StructuralSchema, path: string, allowDuplicates: boolean, report: Report): void {
  const associative = isAssociative(schema);
  const items = itemSchema(schema);
  const seen = new Set<string>();
  for (const [index, item] of value.entries()) {
    let step = `[${index}]`;
    if (associative) {
      const identified = keyOfItem(schema, item);
      if ('error' in identified) {
        report(path, `element ${index}: ${identified.error}`);
        return;
      }
      step = describeKeys([identified.key]);
      if (seen.has(identified.key) && !allowDuplicates) report(path, `duplicate entries for key ${step}`);
      seen.add(identified.key);
    }
    check(item, items, path + step, allowDuplicates, report);
  }
}

/** What is wrong with an object's shapes, in the server's words; undefined where nothing is. */
export function typeErrors(object: unknown, schema: StructuralSchema, allowDuplicates: boolean): string | undefined {
  const found: string[] = [];
  check(object, schema, '', allowDuplicates, (path, message) => found.push(path === '' ? message : `${path}: ${message}`));
  if (found.length < 2) return found[0];
  return ['errors:', ...found.map((each) => `  ${each}`)].join('\n');
}
