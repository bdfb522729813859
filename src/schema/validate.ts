/**
 * Validation of a custom resource by its schema, in the wording of the API server.
 * Source: apiextensions-apiserver, validation and schema/listtype; kube-openapi, validation/validate.
 */
import { isObject, jsonEqual } from '../base/json.ts';
import { hasFormat } from './formats.ts';
import {
  at,
  child,
  duplicateValue,
  type FieldIssue,
  invalidValue,
  keyed,
  notSupported,
  requiredValue,
  tooMany,
  typeName,
  wrongType,
} from './issues.ts';
import { isAssociative, keyOfItem } from './list-keys.ts';
import { parseElement } from './path-element.ts';
import { type CompiledRules, checkRules } from './rules.ts';
import type { StructuralSchema } from './structural.ts';

const compiledPatterns = new Map<string, RegExp | undefined>();
/** RE2 patterns are JavaScript's for all that CRDs use, but for inline flags at the start. */
function pattern(text: string): RegExp | undefined {
  if (!compiledPatterns.has(text)) {
    const flags = /^\(\?([ims]+)\)/.exec(text);
    try {
      compiledPatterns.set(text, flags ? new RegExp(text.slice(flags[0].length), `${flags[1]}u`) : new RegExp(text, 'u'));
    } catch {
      compiledPatterns.set(text, undefined);
    }
  }
  return compiledPatterns.get(text);
}

function hasType(value: unknown, schema: StructuralSchema): boolean {
  if (schema.intOrString === true) return typeof value === 'string' || Number.isInteger(value);
  switch (schema.type) {
    case undefined:
      return true;
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number';
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    default:
      return typeof value === schema.type;
  }
}

function checkNumber(value: number, schema: StructuralSchema, path: string, out: FieldIssue[]): void {
  const { minimum, maximum, multipleOf } = schema;
  if (multipleOf !== undefined && multipleOf > 0) {
    const quotient = value / multipleOf;
    if (Math.abs(quotient - Math.round(quotient)) > 1e-9)
      out.push(invalidValue(path, value, `${path} in body should be a multiple of ${multipleOf}`));
  }
  if (maximum !== undefined && (schema.exclusiveMaximum ? value >= maximum : value > maximum)) {
    out.push(invalidValue(path, value, `${path} in body should be less than ${schema.exclusiveMaximum ? '' : 'or equal to '}${maximum}`));
  }
  if (minimum !== undefined && (schema.exclusiveMinimum ? value <= minimum : value < minimum)) {
    out.push(
      invalidValue(path, value, `${path} in body should be greater than ${schema.exclusiveMinimum ? '' : 'or equal to '}${minimum}`),
    );
  }
}

/** Of length and pattern the server names the first that fails. */
function textFault(value: string, schema: StructuralSchema, path: string): FieldIssue | undefined {
  const length = [...value].length;
  if (schema.maxLength !== undefined && length > schema.maxLength) {
    return { path, type: 'FieldValueTooLong', message: `Too long: may not be more than ${schema.maxLength} bytes`, got: value };
  }
  if (schema.minLength !== undefined && length < schema.minLength) {
    return invalidValue(path, value, `${path} in body should be at least ${schema.minLength} chars long`);
  }
  if (schema.pattern !== undefined && pattern(schema.pattern)?.test(value) === false) {
    return invalidValue(path, value, `${path} in body should match '${schema.pattern}'`);
  }
  return undefined;
}

function checkText(value: string, schema: StructuralSchema, path: string, out: FieldIssue[]): void {
  const fault = textFault(value, schema, path);
  if (fault !== undefined) out.push(fault);
  if (schema.format !== undefined && !hasFormat(value, schema.format)) {
    out.push(invalidValue(path, value, `${path} in body must be of type ${schema.format}: ${JSON.stringify(value)}`));
  }
}

function checkList(value: readonly unknown[], schema: StructuralSchema, path: string, out: FieldIssue[]): void {
  if (schema.items !== undefined) for (const [index, item] of value.entries()) check(item, schema.items, at(path, index), out);
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    out.push(invalidValue(path, value.length, `${path} in body should have at least ${schema.minItems} items`));
  }
  if (schema.maxItems !== undefined && value.length > schema.maxItems) out.push(tooMany(path, value.length, schema.maxItems));
  if (schema.uniqueItems === true && value.some((item, index) => value.slice(0, index).some((other) => jsonEqual(item, other)))) {
    out.push({ path, type: 'FieldValueDuplicate', message: `Duplicate value: ${JSON.stringify(value)}`, got: value });
  }
}

function checkMap(value: Record<string, unknown>, schema: StructuralSchema, path: string, out: FieldIssue[]): void {
  const count = Object.keys(value).length;
  if (schema.minProperties !== undefined && count < schema.minProperties) {
    out.push(invalidValue(path, count, `${path} in body should have at least ${schema.minProperties} properties`));
  }
  if (schema.maxProperties !== undefined && count > schema.maxProperties) out.push(tooMany(path, count, schema.maxProperties));
  for (const name of schema.required ?? []) if (value[name] === undefined) out.push(requiredValue(child(path, name)));
  for (const [name, field] of Object.entries(value)) {
    if (field === undefined) continue;
    const declared = schema.fields !== undefined && Object.hasOwn(schema.fields, name);
    const below = declared ? schema.fields?.[name] : schema.values;
    if (below !== undefined) check(field, below, child(path, name), out);
  }
  if (schema.embeddedResource === true) checkEmbedded(value, path, out);
}

function checkEmbedded(value: Record<string, unknown>, path: string, out: FieldIssue[]): void {
  if (typeof value.apiVersion !== 'string' || value.apiVersion === '')
    out.push(requiredValue(child(path, 'apiVersion'), 'must not be empty'));
  if (typeof value.kind !== 'string' || value.kind === '') out.push(requiredValue(child(path, 'kind'), 'must not be empty'));
}

function isValid(value: unknown, schema: StructuralSchema, path: string): boolean {
  const found: FieldIssue[] = [];
  check(value, schema, path, found);
  return found.length === 0;
}

/** Findings about a value as a whole carry no path of their own. */
const combined = (path: string, detail: string): FieldIssue => ({
  path: '',
  type: 'FieldValueInvalid',
  message: `Invalid value: "": ${JSON.stringify(path)} ${detail}`,
});

function checkCombined(value: unknown, schema: StructuralSchema, path: string, out: FieldIssue[]): void {
  if (schema.anyOf !== undefined && !schema.anyOf.some((each) => isValid(value, each, path))) {
    out.push(combined(path, 'must validate at least one schema (anyOf)'));
    const [first] = schema.anyOf;
    if (first !== undefined) check(value, first, path, out);
  }
  if (schema.oneOf !== undefined) {
    const count = schema.oneOf.filter((each) => isValid(value, each, path)).length;
    if (count !== 1) {
      out.push(
        combined(
          path,
          `must validate one and only one schema (oneOf). ${count === 0 ? 'Found none valid' : `Found ${count} valid alternatives`}`,
        ),
      );
      const [first] = schema.oneOf;
      if (count === 0 && first !== undefined) check(value, first, path, out);
    }
  }
  if (schema.allOf !== undefined) {
    const found: FieldIssue[] = [];
    for (const each of schema.allOf) check(value, each, path, found);
    if (found.length > 0) out.push(combined(path, 'must validate all the schemas (allOf)'), ...found);
  }
  if (schema.not !== undefined && isValid(value, schema.not, path)) out.push(combined(path, 'must not validate the schema (not)'));
}

function check(value: unknown, schema: StructuralSchema, path: string, out: FieldIssue[]): void {
  if (value === undefined || (value === null && schema.nullable === true)) return;
  if (value === null ? schema.type !== undefined || schema.intOrString === true : !hasType(value, schema)) {
    const wanted = schema.intOrString === true ? 'integer,string' : (schema.type ?? '');
    out.push(wrongType(path, value, `${path} in body must be of type ${wanted}: ${JSON.stringify(typeName(value))}`));
    // A fraction where an integer is asked for is still a number, with bounds to keep.
    if (typeof value === 'number' && schema.type === 'integer') checkNumber(value, schema, path, out);
    return;
  }
  if (schema.enum !== undefined && !schema.enum.some((each) => jsonEqual(each, value))) out.push(notSupported(path, value, schema.enum));
  if (typeof value === 'number') checkNumber(value, schema, path, out);
  else if (typeof value === 'string') checkText(value, schema, path, out);
  else if (Array.isArray(value)) checkList(value, schema, path, out);
  else if (isObject(value)) checkMap(value, schema, path, out);
  checkCombined(value, schema, path, out);
}

/** A map's key as Go's `%#v` prints it. */
function duplicateItem(path: string, got: unknown): FieldIssue {
  if (!isObject(got)) return duplicateValue(path, got);
  const fields = Object.keys(got)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(got[name])}`);
  return { path, type: 'FieldValueDuplicate', message: `Duplicate value: map[string]interface {}{${fields.join(', ')}}`, got };
}

/** Items of sets and map lists that are there twice. */
function checkUniqueness(value: unknown, schema: StructuralSchema, path: string, out: FieldIssue[]): void {
  if (Array.isArray(value)) {
    const seen = new Set<string>();
    for (const [index, item] of value.entries()) {
      if (isAssociative(schema)) {
        const identified = keyOfItem(schema, item);
        if ('key' in identified) {
          const element = parseElement(identified.key);
          if (seen.has(identified.key))
            out.push(duplicateItem(at(path, index), element !== undefined && 'k' in element ? element.k : item));
          seen.add(identified.key);
        }
      }
      if (schema.items !== undefined) checkUniqueness(item, schema.items, at(path, index), out);
    }
  } else if (isObject(value)) {
    for (const [name, field] of Object.entries(value)) {
      const declared = schema.fields !== undefined && Object.hasOwn(schema.fields, name);
      const below = declared ? schema.fields?.[name] : schema.values;
      if (below !== undefined) checkUniqueness(field, below, declared ? child(path, name) : keyed(path, name), out);
    }
  }
}

/** The schema without the object's own metadata: that is validated like a built-in's. */
function body(schema: StructuralSchema): StructuralSchema {
  const known = bodies.get(schema);
  if (known !== undefined) return known;
  const { metadata: _, ...fields } = schema.fields ?? {};
  const made = { ...schema, fields };
  bodies.set(schema, made);
  return made;
}
const bodies = new WeakMap<StructuralSchema, StructuralSchema>();

/** What is wrong with a custom resource. Rules in CEL run only where the schema itself is met. */
export function validate(value: unknown, schema: StructuralSchema, options: { old?: unknown; cel?: CompiledRules } = {}): FieldIssue[] {
  const out: FieldIssue[] = [];
  check(value, body(schema), '', out);
  checkUniqueness(value, body(schema), '', out);
  if (out.length === 0 && options.cel !== undefined) out.push(...checkRules(value, options.old, schema, options.cel, ''));
  return out;
}
