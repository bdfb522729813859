/**
 * One form for every schema: built-in kinds (from the tables in generated/) and custom resources (from a
 * CRD's OpenAPI v3 schema). All algorithms of this folder walk this form and know no other.
 */
import { isObject, type Json, type JsonObject } from '../base/json.ts';

export type SchemaType = 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';

/** One `x-kubernetes-validations` rule. */
export interface CelRule {
  rule: string;
  message?: string;
  messageExpression?: string;
  reason?: string;
  fieldPath?: string;
  optionalOldSelf?: boolean;
}

/** One node of a schema. May be cyclic (JSONSchemaProps contains itself). */
export interface StructuralSchema {
  type?: SchemaType;
  /** Declared properties. */
  fields?: Record<string, StructuralSchema>;
  /** The schema of undeclared keys (`additionalProperties`). */
  values?: StructuralSchema;
  items?: StructuralSchema;
  required?: string[];
  listType?: 'atomic' | 'set' | 'map';
  listKeys?: string[];
  mapType?: 'granular' | 'atomic';
  patchStrategy?: string[];
  patchMergeKey?: string;
  intOrString?: boolean;
  preserveUnknown?: boolean;
  /** True below a node that preserves unknown fields: ownership of undeclared fields is tracked there too. */
  openBelow?: boolean;
  embeddedResource?: boolean;
  nullable?: boolean;
  default?: Json;
  /**
   * Built-ins only: what the server's types hold where the object has nothing: a declared default (`protocol: TCP`),
   * the zero of a field that is always written, `{}` for a struct. Also what a missing key of a map list counts as.
   */
  goDefault?: Json;
  /** Built-ins only: a zero (`''`, 0, false) is the same as nothing, and not written. */
  omitZero?: boolean;
  enum?: Json[];
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: boolean;
  exclusiveMaximum?: boolean;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minProperties?: number;
  maxProperties?: number;
  allOf?: StructuralSchema[];
  anyOf?: StructuralSchema[];
  oneOf?: StructuralSchema[];
  not?: StructuralSchema;
  rules?: CelRule[];
  /** Built-ins only: the Go type (`v1.PodSpec`), as decoding errors name it. */
  goName?: string;
  description?: string;
}

/** Undeclared content: scalars and lists are leaves, maps are owned field by field. */
export const deducedSchema: StructuralSchema = { preserveUnknown: true, openBelow: true };

/** The schema of a kind that has none: everything is kept, lists are atomic, maps granular. */
export const untypedSchema: StructuralSchema = deducedSchema;

/** Content that is one leaf whatever it is (`runtime.RawExtension`). */
export const opaqueSchema: StructuralSchema = { preserveUnknown: true, mapType: 'atomic' };

/** The schema under a key of a map, or undefined where the schema forbids that key. */
export function fieldSchema(schema: StructuralSchema, key: string): StructuralSchema | undefined {
  const fields = schema.fields;
  if (fields !== undefined && Object.hasOwn(fields, key)) return fields[key];
  if (schema.values !== undefined) return schema.values;
  return fields === undefined || schema.preserveUnknown === true || schema.openBelow === true ? deducedSchema : undefined;
}

/** True where the schema names this key, as opposed to it being a key of a map or unknown content. */
export function isDeclared(schema: StructuralSchema, key: string): boolean {
  return schema.fields !== undefined && Object.hasOwn(schema.fields, key);
}

/** The schema of a list's items. */
export function itemSchema(schema: StructuralSchema): StructuralSchema {
  return schema.items ?? opaqueItems;
}
const opaqueItems: StructuralSchema = { preserveUnknown: true, mapType: 'atomic', listType: 'atomic' };

const isString = (value: unknown): value is string => typeof value === 'string';
const strings = (value: unknown): string[] | undefined => (Array.isArray(value) ? value.filter(isString) : undefined);
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const text = (value: unknown): string | undefined => (isString(value) ? value : undefined);
const types = new Set<string>(['object', 'array', 'string', 'integer', 'number', 'boolean']);
const isType = (value: unknown): value is SchemaType => isString(value) && types.has(value);

/** Removes keys that are undefined, so that nodes stay small. */
function compact(node: StructuralSchema): StructuralSchema {
  const entries = Object.entries(node).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries);
}

const list = (value: unknown, open: boolean): StructuralSchema[] | undefined =>
  Array.isArray(value) ? value.filter(isObject).map((each) => convert(each, open)) : undefined;

function rulesOf(value: unknown): CelRule[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.filter(isObject).flatMap((each) => {
    if (!isString(each.rule)) return [];
    const rule: CelRule = { rule: each.rule };
    if (isString(each.message)) rule.message = each.message;
    if (isString(each.messageExpression)) rule.messageExpression = each.messageExpression;
    if (isString(each.reason)) rule.reason = each.reason;
    if (isString(each.fieldPath)) rule.fieldPath = each.fieldPath;
    if (each.optionalOldSelf === true) rule.optionalOldSelf = true;
    return [rule];
  });
}

function convert(source: JsonObject, openAbove: boolean): StructuralSchema {
  const preserve = source['x-kubernetes-preserve-unknown-fields'] === true;
  const open = openAbove || preserve;
  const intOrString = source['x-kubernetes-int-or-string'] === true || source.format === 'int-or-string';
  const additional = source.additionalProperties;
  const listType = source['x-kubernetes-list-type'];
  const mapType = source['x-kubernetes-map-type'];
  return compact({
    type: isType(source.type) && !intOrString ? source.type : undefined,
    fields: isObject(source.properties)
      ? Object.fromEntries(Object.entries(source.properties).map(([name, child]) => [name, convert(isObject(child) ? child : {}, open)]))
      : undefined,
    values: isObject(additional) ? convert(additional, open) : additional === true ? deducedSchema : undefined,
    items: isObject(source.items) ? convert(source.items, open) : undefined,
    required: strings(source.required),
    listType: listType === 'atomic' || listType === 'set' || listType === 'map' ? listType : undefined,
    listKeys: strings(source['x-kubernetes-list-map-keys']),
    mapType: mapType === 'atomic' || mapType === 'granular' ? mapType : undefined,
    intOrString: intOrString || undefined,
    preserveUnknown: preserve || undefined,
    openBelow: open || undefined,
    embeddedResource: source['x-kubernetes-embedded-resource'] === true || undefined,
    nullable: source.nullable === true || undefined,
    default: source.default,
    enum: Array.isArray(source.enum) ? source.enum : undefined,
    format: text(source.format),
    pattern: text(source.pattern),
    minimum: number(source.minimum),
    maximum: number(source.maximum),
    exclusiveMinimum: source.exclusiveMinimum === true || undefined,
    exclusiveMaximum: source.exclusiveMaximum === true || undefined,
    multipleOf: number(source.multipleOf),
    minLength: number(source.minLength),
    maxLength: number(source.maxLength),
    minItems: number(source.minItems),
    maxItems: number(source.maxItems),
    uniqueItems: source.uniqueItems === true || undefined,
    minProperties: number(source.minProperties),
    maxProperties: number(source.maxProperties),
    allOf: list(source.allOf, open),
    anyOf: list(source.anyOf, open),
    oneOf: list(source.oneOf, open),
    not: isObject(source.not) ? convert(source.not, open) : undefined,
    rules: rulesOf(source['x-kubernetes-validations']),
    description: text(source.description),
  });
}

/**
 * The schema of one version of a custom resource, from `spec.versions[].schema.openAPIV3Schema`. `apiVersion`
 * and `kind` are added; `metadata` is the ObjectMeta given (custom resources validate theirs like built-ins do).
 */
export function structuralSchemaWith(openAPIV3Schema: JsonObject, objectMeta: StructuralSchema): StructuralSchema {
  const converted = convert(openAPIV3Schema, false);
  return {
    ...converted,
    type: 'object',
    fields: { ...converted.fields, apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: objectMeta },
  };
}
