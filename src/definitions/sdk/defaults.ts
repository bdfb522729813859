/**
 * One walk over raw properties and their schema that does what a validator does not: fills in the defaults
 * KubeVela's definitions have, and finds parameters nobody declared. KubeVela takes those in silence and every
 * application valid there stays valid, so they become warnings with the nearest spelling (policies: errors).
 */
import { isObject, type Json, type JsonObject } from '../../base/json.ts';

type Path = readonly (string | number)[];

export interface Undeclared {
  path: Path;
  /** Names declared at that place. */
  declared: string[];
}

/**
 * The value with defaults filled in below it, as a new value; the input stays as it is.
 * `undeclared` collects the fields that the schema does not name.
 */
export function withDefaults(
  schema: JsonObject,
  value: Json | undefined,
  undeclared: Undeclared[] = [],
  path: Path = [],
): Json | undefined {
  if (value === undefined) {
    if (schema.default === undefined) return undefined;
    return withDefaults(schema, structuredClone(schema.default), undeclared, path);
  }
  if (Array.isArray(schema.anyOf)) return withDefaults(branchFor(schema.anyOf, value), value, undeclared, path);
  if (Array.isArray(value)) {
    const { items } = schema;
    return isObject(items) ? value.map((item, index) => withDefaults(items, item, undeclared, [...path, index]) ?? null) : value;
  }
  return isObject(value) ? objectWithDefaults(schema, value, undeclared, path) : value;
}

function objectWithDefaults(schema: JsonObject, value: JsonObject, undeclared: Undeclared[], path: Path): JsonObject {
  const { properties, additionalProperties } = schema;
  if (!isObject(properties)) {
    if (!isObject(additionalProperties)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, withDefaults(additionalProperties, item, undeclared, [...path, key]) ?? null]),
    );
  }
  const filled: JsonObject = { ...value };
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true || additionalProperties !== undefined;
  for (const key of Object.keys(value)) {
    if (!Object.hasOwn(properties, key) && !open) undeclared.push({ path: [...path, key], declared: Object.keys(properties) });
  }
  for (const [key, property] of Object.entries(properties)) {
    if (!isObject(property)) continue;
    const item = withDefaults(property, Object.hasOwn(value, key) ? value[key] : undefined, undeclared, [...path, key]);
    if (item !== undefined) filled[key] = item;
  }
  return filled;
}

/**
 * Of several forms, the one that is meant: whose required fields are all given and whose closed sets hold the given
 * values (a `type` field tells forms apart); else one whose closed sets do; else the first.
 */
export function branchFor(branches: readonly Json[], value: Json): JsonObject {
  const forms = branches.filter(isObject);
  if (!isObject(value)) return forms.find((form) => form.type === typeof value) ?? forms[0] ?? {};
  const meant = forms.filter((form) => chosen(form, value));
  const complete = meant.find(({ required }) => !Array.isArray(required) || required.every((key) => Object.hasOwn(value, String(key))));
  return complete ?? meant[0] ?? forms[0] ?? {};
}

/** Whether the given values lie in the closed sets the form has for them. */
function chosen({ properties }: JsonObject, value: JsonObject): boolean {
  if (!isObject(properties)) return true;
  return Object.entries(properties).every(([key, property]) => {
    const given = Object.hasOwn(value, key) ? value[key] : undefined;
    return given === undefined || !isObject(property) || !Array.isArray(property.enum) || property.enum.includes(given);
  });
}

/** The schema with every union replaced by the form the value means, so that faults speak of that form alone. */
export function narrowed(schema: JsonObject, value: Json | undefined): JsonObject {
  if (Array.isArray(schema.anyOf)) return narrowed(branchFor(schema.anyOf, value ?? null), value);
  if (Array.isArray(value) && isObject(schema.items) && value.length > 0) {
    const { items } = schema;
    return { ...schema, prefixItems: value.map((item) => narrowed(items, item)) };
  }
  if (!isObject(value) || !isObject(schema.properties)) return schema;
  const properties = Object.entries(schema.properties).map(([key, property]): [string, Json] => [
    key,
    isObject(property) ? narrowed(property, Object.hasOwn(value, key) ? value[key] : undefined) : property,
  ]);
  return { ...schema, properties: Object.fromEntries(properties) };
}
