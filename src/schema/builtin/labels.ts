/**
 * Labels, annotations, selectors and object names of built-in kinds.
 * Source: apimachinery, apis/meta/v1/validation and api/validation of Kubernetes 1.33.
 */
import { isObject, type JsonObject, jsonEqual } from '../../base/json.ts';
import { at, child, type FieldIssue, forbidden, invalidValue, notSupported, quote, requiredValue } from '../issues.ts';
import { inner, objects } from './pod-defaults.ts';
import { qualifiedName, validLabelValue } from './texts.ts';

const strings = (value: unknown): Record<string, string> =>
  isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, String(each)])) : {};

/** Go's `%#v` of a map of strings, as messages show labels. */
export function goStringMap(value: unknown): string {
  if (!isObject(value)) return 'map[string]string(nil)';
  const pairs = Object.keys(value)
    .sort()
    .map((key) => `${quote(key)}:${quote(String(value[key]))}`);
  return `map[string]string{${pairs.join(', ')}}`;
}

/** Go's `%#v` of a label selector. */
export function goSelector(value: unknown): string {
  if (!isObject(value)) return '"null"';
  const expressions = objects(value.matchExpressions).map((each) => {
    const values = Array.isArray(each.values) ? `[]string{${each.values.map((item) => quote(String(item))).join(', ')}}` : '[]string(nil)';
    return `v1.LabelSelectorRequirement{Key:${quote(String(each.key))}, Operator:${quote(String(each.operator))}, Values:${values}}`;
  });
  const shown = expressions.length > 0 ? `[]v1.LabelSelectorRequirement{${expressions.join(', ')}}` : '[]v1.LabelSelectorRequirement(nil)';
  return `v1.LabelSelector{MatchLabels:${goStringMap(value.matchLabels)}, MatchExpressions:${shown}}`;
}

/** `Invalid value` with the value as Go prints it. */
export function invalidStruct(path: string, shown: string, detail: string, got?: unknown): FieldIssue {
  return { path, type: 'FieldValueInvalid', message: `Invalid value: ${shown}${detail === '' ? '' : `: ${detail}`}`, got };
}

export function checkLabels(value: unknown, path: string): FieldIssue[] {
  return Object.entries(strings(value)).flatMap(([key, each]) => [
    ...qualifiedName(key).map((message) => invalidValue(path, key, message)),
    ...validLabelValue(each).map((message) => invalidValue(path, each, message)),
  ]);
}

export function checkAnnotations(value: unknown, path: string): FieldIssue[] {
  const annotations = strings(value);
  const out = Object.keys(annotations).flatMap((key) =>
    qualifiedName(key.toLowerCase()).map((message) => invalidValue(path, key, message)),
  );
  const size = Object.entries(annotations).reduce((sum, [key, each]) => sum + Buffer.byteLength(key) + Buffer.byteLength(each), 0);
  if (size > 262144) out.push({ path, type: 'FieldValueTooLong', message: 'Too long: may not be more than 262144 bytes' });
  return out;
}

export function checkSelector(selector: JsonObject, path: string): FieldIssue[] {
  const out = checkLabels(selector.matchLabels, child(path, 'matchLabels'));
  for (const [index, each] of objects(selector.matchExpressions).entries()) {
    const where = at(child(path, 'matchExpressions'), index);
    const count = Array.isArray(each.values) ? each.values.length : 0;
    switch (each.operator) {
      case 'In':
      case 'NotIn':
        if (count === 0) out.push(requiredValue(child(where, 'values'), "must be specified when `operator` is 'In' or 'NotIn'"));
        break;
      case 'Exists':
      case 'DoesNotExist':
        if (count > 0) out.push(forbidden(child(where, 'values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
        break;
      default:
        out.push(invalidValue(child(where, 'operator'), String(each.operator ?? ''), 'not a valid selector operator'));
    }
    out.push(...qualifiedName(String(each.key ?? '')).map((message) => invalidValue(child(where, 'key'), String(each.key ?? ''), message)));
  }
  return out;
}

/** True where a selector matches labels. An empty selector matches everything. */
export function selects(selector: JsonObject, labels: unknown): boolean {
  const have = strings(labels);
  for (const [key, value] of Object.entries(strings(selector.matchLabels))) if (have[key] !== value) return false;
  return objects(selector.matchExpressions).every((each) => {
    const value = have[String(each.key)];
    const values = Array.isArray(each.values) ? each.values : [];
    switch (each.operator) {
      case 'In':
        return value !== undefined && values.includes(value);
      case 'NotIn':
        return value === undefined || !values.includes(value);
      case 'Exists':
        return value !== undefined;
      case 'DoesNotExist':
        return value === undefined;
      default:
        return false;
    }
  });
}

export const isEmptySelector = (selector: JsonObject): boolean =>
  Object.keys(strings(selector.matchLabels)).length === 0 && objects(selector.matchExpressions).length === 0;

/** Name, labels, annotations, owners. `nameRule` is the kind's rule for names; on update names are not looked at again. */
export function checkMetadata(object: JsonObject, nameRule: (name: string) => string[], isUpdate: boolean): FieldIssue[] {
  const metadata = inner(object, 'metadata') ?? {};
  const out: FieldIssue[] = [];
  if (!isUpdate) {
    const { name, generateName } = metadata;
    if (typeof generateName === 'string' && generateName !== '') {
      // A generated name may end in a dash: a suffix follows.
      out.push(...nameRule(generateName.replace(/-$/, 'a')).map((message) => invalidValue('metadata.generateName', generateName, message)));
    }
    if (typeof name !== 'string' || name === '') out.push(requiredValue('metadata.name', 'name or generateName is required'));
    else out.push(...nameRule(name).map((message) => invalidValue('metadata.name', name, message)));
  }
  out.push(...checkLabels(metadata.labels, 'metadata.labels'), ...checkAnnotations(metadata.annotations, 'metadata.annotations'));
  for (const [index, owner] of objects(metadata.ownerReferences).entries()) {
    const where = at('metadata.ownerReferences', index);
    if (!owner.apiVersion) out.push(invalidValue(child(where, 'apiVersion'), owner.apiVersion ?? '', 'version must not be empty'));
    for (const name of ['kind', 'name', 'uid'] as const)
      if (!owner[name]) out.push(invalidValue(child(where, name), owner[name] ?? '', 'must not be empty'));
  }
  const controllers = objects(metadata.ownerReferences).filter((owner) => owner.controller === true);
  if (controllers.length > 1) {
    const [first, second] = controllers;
    out.push(
      invalidStruct(
        'metadata.ownerReferences',
        JSON.stringify(metadata.ownerReferences),
        `Only one reference can have Controller set to true. Found "true" in references for ${String(first?.kind)}/${String(first?.name)} and ${String(second?.kind)}/${String(second?.name)}`,
      ),
    );
  }
  return out;
}

export function checkNonNegative(value: unknown, path: string): FieldIssue[] {
  return typeof value === 'number' && value < 0 ? [invalidValue(path, value, 'must be greater than or equal to 0')] : [];
}

export function checkImmutable(after: unknown, before: unknown, path: string, shown?: string): FieldIssue[] {
  if (jsonEqual(after, before)) return [];
  return [shown === undefined ? invalidValue(path, after, 'field is immutable') : invalidStruct(path, shown, 'field is immutable', after)];
}

export function checkOneOf(value: unknown, allowed: readonly string[], path: string, isRequired = true): FieldIssue[] {
  if (value === undefined || value === '') return isRequired ? [requiredValue(path)] : [];
  return allowed.includes(String(value)) ? [] : [notSupported(path, value, allowed)];
}
