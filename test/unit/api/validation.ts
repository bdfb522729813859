/** Validates objects against our CRD schemas as an API server does before pruning: unknown fields pass, wrong types do not. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { loadAll } from 'js-yaml';
import { openApiSchema } from '../../../src/api/crd.ts';
import { kindOf, kinds } from '../../../src/api/kinds.ts';
import { isObject, type JsonObject } from '../../../src/base/json.ts';

export const repository = join(import.meta.dirname, '../../..');

const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addFormat('int32', true);
ajv.addFormat('int64', true);
ajv.addFormat('date-time', (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text));

const validators = new Map<string, ValidateFunction>(kinds.map((kind) => [kind.kind, ajv.compile(openApiSchema(kind))]));

/** What the schema of the object's kind finds wrong; undefined when the kind is not ours. */
export function complaints(object: JsonObject): string[] | undefined {
  const kind = kindOf(String(object.apiVersion), String(object.kind));
  const validate = kind && validators.get(kind.kind);
  if (!validate) return undefined;
  return validate(object) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

/** Paths of fields the API server would drop because the schema does not know them; undefined when the kind is not ours. */
export function droppedFields(object: JsonObject): string[] | undefined {
  const kind = kindOf(String(object.apiVersion), String(object.kind));
  return kind && [...unknownTo(openApiSchema(kind), object, '')].filter((path) => !path.startsWith('.metadata.'));
}

function* unknownTo(schema: unknown, value: unknown, path: string): Generator<string> {
  if (!isObject(schema) || schema['x-kubernetes-preserve-unknown-fields'] === true) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* unknownTo(schema.items, item, `${path}[${index}]`);
  } else if (isObject(value) && schema.additionalProperties === undefined) {
    const fields = isObject(schema.properties) ? schema.properties : {};
    for (const [name, field] of Object.entries(value)) {
      if (name in fields) yield* unknownTo(fields[name], field, `${path}.${name}`);
      else yield `${path}.${name}`;
    }
  }
}

/** All files below a folder whose name ends so, as paths. */
export function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** The objects of a YAML text; lists of objects are flattened. */
export function objectsOf(yaml: string): JsonObject[] {
  return loadAll(yaml).flat().filter(isObject);
}

export function read(path: string): string {
  return readFileSync(path, 'utf8');
}
