/**
 * JSON of the wrong type in a built-in kind never reaches validation: the server's decoder refuses it (400).
 * This is that refusal and its wording. Source: encoding/json's UnmarshalTypeError, apimachinery's decoders.
 */
import { isObject } from '../base/json.ts';
import { parseQuantity } from './quantity.ts';
import { fieldSchema, itemSchema, type StructuralSchema } from './structural.ts';

const goTypes: Record<string, string> = { int32: 'int32', int64: 'int64', double: 'float64', float: 'float32', byte: 'uint8' };

function goType(schema: StructuralSchema): string {
  switch (schema.type) {
    case 'integer':
      return goTypes[schema.format ?? ''] ?? 'int64';
    case 'number':
      return goTypes[schema.format ?? ''] ?? 'float64';
    case 'boolean':
      return 'bool';
    case 'array':
      return `[]${goType(itemSchema(schema))}`;
    case 'object':
      return schema.values === undefined ? (schema.goName ?? 'struct') : `map[string]${goType(schema.values)}`;
    default:
      return schema.format === 'byte' ? '[]uint8' : 'string';
  }
}

const jsonType = (value: unknown): string =>
  typeof value === 'boolean' ? 'bool' : Array.isArray(value) ? 'array' : isObject(value) ? 'object' : typeof value;

/** Where decoding stands: the path of field names, and the Go type that has the last of them. */
interface Place {
  path: string;
  owner: string;
}
interface Wrong extends Place {
  value: unknown;
  schema: StructuralSchema;
  detail?: string;
}

/** The index at which Go's decoder gives up on a base64 text; undefined where it does not. */
function base64Fault(text: string): number | undefined {
  const clean = text.replace(/[\r\n]/g, '');
  const bad = /[^A-Za-z0-9+/]/.exec(clean)?.index ?? clean.length;
  if (/^={1,2}$/.test(clean.slice(bad)) && clean.length % 4 === 0) return undefined;
  return bad === clean.length && clean.length % 4 === 0 ? undefined : bad === clean.length ? clean.length - (clean.length % 4) : bad;
}

function find(value: unknown, schema: StructuralSchema, place: Place): Wrong | undefined {
  if (value === null || value === undefined) return undefined;
  const wrong = (detail?: string): Wrong => (detail === undefined ? { ...place, value, schema } : { ...place, value, schema, detail });
  if (schema.format === 'quantity') {
    if (typeof value !== 'string' && typeof value !== 'number') return wrong('unable to parse quantity');
    return parseQuantity(value) === undefined
      ? wrong("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
      : undefined;
  }
  if (schema.intOrString === true) return typeof value === 'string' || typeof value === 'number' ? undefined : wrong();
  switch (schema.type) {
    case 'object':
      return isObject(value) ? findInMap(value, schema, place) : wrong();
    case 'array':
      return Array.isArray(value) ? findInList(value, schema, place) : wrong();
    case 'string': {
      if (typeof value !== 'string') return wrong();
      const fault = schema.format === 'byte' ? base64Fault(value) : undefined;
      return fault === undefined ? undefined : wrong(`illegal base64 data at input byte ${fault}`);
    }
    case 'boolean':
      return typeof value === 'boolean' ? undefined : wrong();
    case 'integer':
      return Number.isInteger(value) ? undefined : wrong();
    case 'number':
      return typeof value === 'number' ? undefined : wrong();
    default:
      return undefined;
  }
}

function findInMap(value: Record<string, unknown>, schema: StructuralSchema, place: Place): Wrong | undefined {
  for (const name of Object.keys(value)) {
    const below = fieldSchema(schema, name);
    if (below === undefined) continue;
    const path = place.path === '' ? name : `${place.path}.${name}`;
    // Keys of maps and indices of lists are no part of the path, nor do they change whose field it is.
    const inside = schema.fields === undefined ? place : { path, owner: (schema.goName ?? '').replace(/^.*\./, '') };
    const wrong = find(value[name], below, inside);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function findInList(value: readonly unknown[], schema: StructuralSchema, place: Place): Wrong | undefined {
  for (const item of value) {
    const wrong = find(item, itemSchema(schema), place);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** Why a built-in object cannot be decoded, in the server's words; undefined where it can. */
export function decodeError(object: unknown, schema: StructuralSchema): string | undefined {
  const wrong = find(object, schema, { path: '', owner: '' });
  if (wrong === undefined) return undefined;
  const { apiVersion, kind } = isObject(object) ? object : {};
  const version = String(apiVersion ?? '');
  const subject = `${String(kind ?? '')} in version ${JSON.stringify(version.slice(version.indexOf('/') + 1))} cannot be handled as a ${String(kind ?? '')}`;
  if (wrong.detail !== undefined) return `${subject}: ${wrong.detail}`;
  const shown =
    typeof wrong.value === 'number' && wrong.schema.type === 'integer' ? `number ${JSON.stringify(wrong.value)}` : jsonType(wrong.value);
  return `${subject}: json: cannot unmarshal ${shown} into Go struct field ${wrong.owner}.${wrong.path} of type ${goType(wrong.schema)}`;
}

/**
 * Why the result of a strategic merge patch cannot become a built-in object: the server converts it without JSON in
 * between, and words that in another way (apimachinery's DefaultUnstructuredConverter). Undefined where it can.
 */
export function conversionError(object: unknown, schema: StructuralSchema): string | undefined {
  const wrong = find(object, schema, { path: '', owner: '' });
  if (wrong === undefined) return undefined;
  if (wrong.detail !== undefined) return wrong.detail;
  const kind = goKind(wrong.value);
  const type = goType(wrong.schema);
  if (wrong.schema.type === 'array') return `cannot restore slice from ${kind}`;
  if (wrong.schema.type === 'object')
    return wrong.schema.values === undefined ? `cannot restore struct from: ${kind}` : `cannot restore map from ${kind}`;
  // Go converts a number to the letter of that code, and a float to an integer: both are caught as unwanted.
  const isConvertible = typeof wrong.value === 'number' && (kind === 'int64' || type !== 'string') && type !== 'bool';
  return isConvertible ? `cannot convert ${kind} to ${type}` : `unrecognized type: ${type}`;
}

const goKind = (value: unknown): string => {
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return Array.isArray(value) ? 'slice' : isObject(value) ? 'map' : typeof value === 'boolean' ? 'bool' : 'string';
};
