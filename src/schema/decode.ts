/**
 * JSON of the wrong type in a built-in kind never reaches validation: the server's decoder refuses it (400).
 * This is that refusal and its wording. Source: encoding/json's UnmarshalTypeError, apimachinery's decoders.
 */
import { isObject } from '../base/json.ts';
import { parseQuantity } from './quantity.ts';
import { fieldSchema, itemSchema, type StructuralSchema } from './structural.ts';

const goTypes: Record<string, string> = { int32: 'int32', int64: 'int64', double: 'float64', float: 'float32', byte: '[]uint8' };

function goType(schema: StructuralSchema): string {
  switch (schema.type) {
    case 'integer':
      return goTypes[schema.format ?? ''] ?? 'int64';
    case 'number':
      return goTypes[schema.format ?? ''] ?? 'float64';
    case 'boolean':
      return 'bool';
    case 'array': {
      const inner = itemSchema(schema);
      return `[]${inner.type === 'object' ? 'struct' : goType(inner)}`;
    }
    case 'object':
      return schema.values === undefined ? 'struct' : `map[string]${goType(schema.values)}`;
    default:
      return 'string';
  }
}

const jsonType = (value: unknown): string =>
  typeof value === 'boolean' ? 'bool' : Array.isArray(value) ? 'array' : isObject(value) ? 'object' : typeof value;

interface Wrong {
  value: unknown;
  schema: StructuralSchema;
  path: string;
  detail?: string;
}

function find(value: unknown, schema: StructuralSchema, path: string): Wrong | undefined {
  if (value === null || value === undefined) return undefined;
  if (schema.format === 'quantity') {
    if (typeof value !== 'string' && typeof value !== 'number') return { value, schema, path, detail: 'unable to parse quantity' };
    return parseQuantity(value) === undefined
      ? { value, schema, path, detail: "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'" }
      : undefined;
  }
  if (schema.intOrString === true) return typeof value === 'string' || typeof value === 'number' ? undefined : { value, schema, path };
  switch (schema.type) {
    case 'object':
      return isObject(value) ? findInMap(value, schema, path) : { value, schema, path };
    case 'array':
      return Array.isArray(value) ? findInList(value, schema, path) : { value, schema, path };
    case 'string':
      return typeof value === 'string' ? undefined : { value, schema, path };
    case 'boolean':
      return typeof value === 'boolean' ? undefined : { value, schema, path };
    case 'integer':
      return Number.isInteger(value) ? undefined : { value, schema, path };
    case 'number':
      return typeof value === 'number' ? undefined : { value, schema, path };
    default:
      return undefined;
  }
}

function findInMap(value: Record<string, unknown>, schema: StructuralSchema, path: string): Wrong | undefined {
  for (const name of Object.keys(value)) {
    const below = fieldSchema(schema, name);
    const wrong = below === undefined ? undefined : find(value[name], below, path === '' ? name : `${path}.${name}`);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function findInList(value: readonly unknown[], schema: StructuralSchema, path: string): Wrong | undefined {
  for (const item of value) {
    const wrong = find(item, itemSchema(schema), path);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** Why a built-in object cannot be decoded, in the server's words; undefined where it can. */
export function decodeError(object: unknown, schema: StructuralSchema): string | undefined {
  const wrong = find(object, schema, '');
  if (wrong === undefined) return undefined;
  const { apiVersion, kind } = isObject(object) ? object : {};
  const version = String(apiVersion ?? '');
  const subject = `${String(kind ?? '')} in version ${JSON.stringify(version.slice(version.indexOf('/') + 1))} cannot be handled as a ${String(kind ?? '')}`;
  if (wrong.detail !== undefined) return `${subject}: ${wrong.detail}`;
  const shown =
    typeof wrong.value === 'number' && wrong.schema.type === 'integer' ? `number ${JSON.stringify(wrong.value)}` : jsonType(wrong.value);
  return `${subject}: json: cannot unmarshal ${shown} into Go struct field ${String(kind ?? '')}.${wrong.path} of type ${goType(wrong.schema)}`;
}
