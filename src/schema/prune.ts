/**
 * Drops what a schema does not know and tells what was dropped: the API server answers that as warnings or
 * as an error, as the request's `fieldValidation` asks. Source: apiextensions-apiserver, schema/pruning.
 */
import { isObject } from '../base/json.ts';
import { at, child, quote } from './issues.ts';
import type { StructuralSchema } from './structural.ts';
import { objectMetaSchema } from './tables.ts';

const typeFields: StructuralSchema = { type: 'string' };

function pruned(value: unknown, schema: StructuralSchema, path: string, found: string[]): unknown {
  if (Array.isArray(value)) {
    if (schema.items === undefined) return value;
    const items = schema.items;
    let changed = false;
    const out = value.map((item, index) => {
      const kept = pruned(item, items, at(path, index), found);
      changed ||= kept !== item;
      return kept;
    });
    return changed ? out : value;
  }
  if (!isObject(value)) return value;
  const open = schema.preserveUnknown === true || (schema.fields === undefined && schema.values === undefined && schema.type === undefined);
  let out: Record<string, unknown> | undefined;
  for (const name of Object.keys(value)) {
    const below = childSchema(schema, name);
    if (below === undefined) {
      if (open) continue;
      found.push(child(path, name));
      out ??= { ...value };
      delete out[name];
      continue;
    }
    const kept = pruned(value[name], below, child(path, name), found);
    if (kept !== value[name]) {
      out ??= { ...value };
      out[name] = kept;
    }
  }
  return out ?? value;
}

function childSchema(schema: StructuralSchema, name: string): StructuralSchema | undefined {
  if (schema.fields !== undefined && Object.hasOwn(schema.fields, name)) return schema.fields[name];
  if (schema.embeddedResource === true) {
    if (name === 'apiVersion' || name === 'kind') return typeFields;
    if (name === 'metadata') return objectMetaSchema();
  }
  return schema.values;
}

/** The value without undeclared fields, and their paths (`spec.containers[0].foo`). */
export function prune<T>(value: T, schema: StructuralSchema): { value: T; pruned: string[] } {
  const found: string[] = [];
  const kept = pruned(value, schema, '', found) as T;
  return { value: kept, pruned: found };
}

/** One warning a dropped field. */
export function unknownFieldWarnings(paths: readonly string[]): string[] {
  return paths.map((path) => `unknown field ${quote(path)}`);
}

/** The error of a request that asks for strict field validation. */
export function strictDecodingError(paths: readonly string[]): string {
  return `strict decoding error: ${unknownFieldWarnings(paths).join(', ')}`;
}
