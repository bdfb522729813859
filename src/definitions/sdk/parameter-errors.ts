/**
 * Parameter errors in plain words: where, what must be there, what was got, what is near. The sentences are the
 * same for every form of a definition; the caller puts `component "x", trait "y": ` before them.
 */
import { formatPath, isObject, type Json, type JsonObject } from '../../base/json.ts';
import { didYouMean } from '../../base/spelling.ts';
import { expectsKeyword } from './schema.ts';

type Path = readonly (string | number)[];

/** Fields of policies are named as they are; those of components, traits and steps are parameters. */
export type Wording = 'parameter' | 'field';

/** What a validator found wrong, reduced to what a sentence needs. */
export interface ParameterFault {
  /** Path below `properties`; for a missing field, the path of that field. */
  path: Path;
  keyword: string;
  /** Schema at the path, where there is one. */
  schema: JsonObject;
  /** The value at the path. */
  got: Json | undefined;
}

/** A sentence for one fault, without the names of component and trait before it. */
export function describeParameterError(fault: ParameterFault, wording: Wording = 'parameter'): string {
  const { subject, place } = nameOf(fault.path, wording);
  if (fault.keyword === 'required') return `${subject} is required${place}`;
  return `${subject} must be ${expected(fault)}, got ${got(fault)}${place}`;
}

/** A parameter that nobody declared, with the nearest declared name. */
export function describeUndeclared(path: Path, declared: readonly string[], wording: Wording = 'parameter'): string {
  const name = String(path.at(-1));
  const near = didYouMean(name, declared);
  if (wording === 'field') return `unknown field "${name}"${near}${placeOf(path)}`;
  return `there is no parameter "${name}"${near}${placeOf(path)}`;
}

/** Fields below a parameter go by their own name with the place behind: `weight must be … (at preferred[0].weight)`. */
function nameOf(path: Path, wording: Wording): { subject: string; place: string } {
  if (path.length === 0) return { subject: 'properties', place: '' };
  if (path.length === 1) return { subject: wording === 'parameter' ? `parameter "${path[0]}"` : String(path[0]), place: '' };
  const name = [...path].reverse().find((step) => typeof step === 'string');
  const index = typeof path.at(-1) === 'number' ? `[${path.at(-1)}]` : '';
  return { subject: `${name}${index}`, place: placeOf(path) };
}

const placeOf = (path: Path): string => (path.length < 2 ? '' : ` (at ${formatPath(path)})`);

function expected({ schema, keyword }: ParameterFault): string {
  const own = schema[expectsKeyword];
  if (typeof own === 'string') return own;
  const { minimum, maximum } = schema;
  if (keyword === 'minimum' || keyword === 'maximum') {
    if (minimum !== undefined && maximum !== undefined) return `between ${minimum} and ${maximum}`;
    return minimum !== undefined ? `at least ${minimum}` : `at most ${maximum}`;
  }
  if (Array.isArray(schema.enum)) return `one of ${schema.enum.join(', ')}`;
  if (keyword === 'pattern') return `text that matches ${schema.pattern}`;
  if (keyword === 'minItems') return `a list of at least ${schema.minItems}`;
  return typeInWords(schema);
}

function typeInWords(schema: JsonObject): string {
  if (Array.isArray(schema.anyOf)) return [...new Set(schema.anyOf.filter(isObject).map(typeInWords))].join(' or ');
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeInWords({ type })).join(' or ');
  switch (schema.type) {
    case 'integer':
      return 'an integer';
    case 'number':
      return 'a number';
    case 'string':
      return 'a string';
    case 'boolean':
      return 'true or false';
    case 'array':
      return `a list of ${itemsInWords(schema.items)}`;
    case 'object':
      return 'a mapping';
    case 'null':
      return 'null';
    default:
      return 'another value';
  }
}

function itemsInWords(items: Json | undefined): string {
  if (!isObject(items)) return 'values';
  if (isObject(items.properties)) {
    const required = Array.isArray(items.required) ? items.required : Object.keys(items.properties);
    return `{${required.join(', ')}}`;
  }
  return items.type === 'string' ? 'strings' : items.type === 'integer' ? 'integers' : items.type === 'object' ? 'mappings' : 'values';
}

function got({ got: value, keyword }: ParameterFault): string {
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'a mapping';
  if (value === null || value === undefined) return 'nothing';
  if (keyword === 'enum' || keyword === 'pattern') return JSON.stringify(value);
  if (keyword !== 'type' && keyword !== 'anyOf') return String(value);
  return typeof value === 'string'
    ? `the string ${JSON.stringify(value)}`
    : typeof value === 'number'
      ? `the number ${value}`
      : String(value);
}

/** The schema at a path, in a schema without unions (see `narrowed`). */
export function schemaAt(schema: JsonObject, path: Path): JsonObject {
  const [step, ...rest] = path;
  if (step === undefined) return schema;
  if (typeof step === 'number') {
    const item = (Array.isArray(schema.prefixItems) && schema.prefixItems[step]) || schema.items;
    return isObject(item) ? schemaAt(item, rest) : {};
  }
  const { properties } = schema;
  const property = isObject(properties) && Object.hasOwn(properties, step) ? properties[step] : schema.additionalProperties;
  return isObject(property) ? schemaAt(property, rest) : {};
}
