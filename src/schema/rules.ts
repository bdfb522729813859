/**
 * `x-kubernetes-validations`: rules in CEL that stand in a schema. The evaluator is handed in; what it cannot
 * compile is reported, so that the CRD is refused instead of its rules being skipped.
 * Source: apiextensions-apiserver, schema/cel.
 */
import { isObject } from '../base/json.ts';
import { at, child, type FieldIssue, forbidden, type IssueType, invalidValue, keyed, requiredValue, typeName } from './issues.ts';
import { isAssociative, keyOfItem } from './list-keys.ts';
import type { CelRule, StructuralSchema } from './structural.ts';

/** A compiled rule; `oldSelf` is undefined where there is no old value. */
export type CelProgram = (self: unknown, oldSelf: unknown) => { value: unknown } | { error: string };

export interface CelEvaluator {
  compile(rule: string, schema: StructuralSchema, context: { usesOldSelf: boolean }): CelProgram | { error: string };
}

interface CompiledRule {
  rule: CelRule;
  program: CelProgram;
  message: CelProgram | undefined;
  usesOldSelf: boolean;
}

/** The programs of every node that has rules. */
export type CompiledRules = ReadonlyMap<StructuralSchema, readonly CompiledRule[]>;

const mentionsOldSelf = (text: string): boolean => /\boldSelf\b/.test(text);

/** Compiles the rules of a schema. `issues` name what cannot be compiled; paths begin at `path`. */
export function compileRules(schema: StructuralSchema, evaluator: CelEvaluator, path = ''): { rules: CompiledRules; issues: FieldIssue[] } {
  const rules = new Map<StructuralSchema, readonly CompiledRule[]>();
  const issues: FieldIssue[] = [];
  const seen = new Set<StructuralSchema>();
  const walk = (node: StructuralSchema, where: string): void => {
    if (seen.has(node)) return;
    seen.add(node);
    const compiled: CompiledRule[] = [];
    for (const [index, rule] of (node.rules ?? []).entries()) {
      const place = at(child(where, 'x-kubernetes-validations'), index);
      const usesOldSelf = mentionsOldSelf(rule.rule);
      const program = evaluator.compile(rule.rule, node, { usesOldSelf });
      if (typeof program !== 'function') {
        issues.push(invalidValue(child(place, 'rule'), rule.rule, `compilation failed: ${program.error}`));
        continue;
      }
      let message: CelProgram | undefined;
      if (rule.messageExpression !== undefined) {
        const text = evaluator.compile(rule.messageExpression, node, { usesOldSelf: mentionsOldSelf(rule.messageExpression) });
        if (typeof text === 'function') message = text;
        else
          issues.push(
            invalidValue(child(place, 'messageExpression'), rule.messageExpression, `messageExpression compilation failed: ${text.error}`),
          );
      }
      compiled.push({ rule, program, message, usesOldSelf });
    }
    if (compiled.length > 0) rules.set(node, compiled);
    for (const [name, field] of Object.entries(node.fields ?? {})) {
      if (!(where === path && (name === 'metadata' || name === 'apiVersion' || name === 'kind')))
        walk(field, keyed(child(where, 'properties'), name));
    }
    if (node.items !== undefined) walk(node.items, child(where, 'items'));
    if (node.values !== undefined) walk(node.values, child(where, 'additionalProperties'));
  };
  walk(schema, path);
  return { rules, issues };
}

const reasons: Record<string, IssueType> = {
  FieldValueInvalid: 'FieldValueInvalid',
  FieldValueForbidden: 'FieldValueForbidden',
  FieldValueRequired: 'FieldValueRequired',
  FieldValueDuplicate: 'FieldValueDuplicate',
};

/** The server shows the type that the schema names, not the value (apiextensions-apiserver, cel/validation.go). */
function shownOf(self: unknown, schema: StructuralSchema): string {
  return schema.type ?? typeName(self);
}

function ruleIssue(path: string, { rule }: CompiledRule, shown: string, detail: string): FieldIssue {
  const where =
    rule.fieldPath === undefined ? path : path + (rule.fieldPath.startsWith('.') && path === '' ? rule.fieldPath.slice(1) : rule.fieldPath);
  switch (reasons[rule.reason ?? '']) {
    case 'FieldValueForbidden':
      return forbidden(where, detail);
    case 'FieldValueRequired':
      return requiredValue(where, detail);
    case 'FieldValueDuplicate':
      return { ...invalidValue(where, shown, detail), type: 'FieldValueDuplicate', message: `Duplicate value: ${JSON.stringify(shown)}` };
    default:
      return invalidValue(where, shown, detail);
  }
}

function detailOf(compiled: CompiledRule, self: unknown, old: unknown): string {
  if (compiled.message !== undefined) {
    const text = compiled.message(self, old);
    if ('value' in text && typeof text.value === 'string' && text.value.trim() !== '' && !text.value.includes('\n')) return text.value;
  }
  return compiled.rule.message ?? `failed rule: ${compiled.rule.rule.trim()}`;
}

/** The findings of the rules for a value and everything below it. Values of the wrong type are somebody else's findings. */
export function checkRules(value: unknown, old: unknown, schema: StructuralSchema, rules: CompiledRules, path: string): FieldIssue[] {
  if (rules.size === 0 || value === undefined || value === null) return [];
  const out: FieldIssue[] = [];
  for (const compiled of rules.get(schema) ?? []) {
    if (compiled.usesOldSelf && old === undefined && compiled.rule.optionalOldSelf !== true) continue;
    const result = compiled.program(value, old);
    if ('error' in result)
      out.push(invalidValue(path, shownOf(value, schema), `${result.error} evaluating rule: ${detailOf(compiled, value, old)}`));
    else if (result.value !== true) out.push(ruleIssue(path, compiled, shownOf(value, schema), detailOf(compiled, value, old)));
  }
  if (Array.isArray(value)) {
    const items = schema.items;
    if (items === undefined) return out;
    const before = itemsByKey(old, schema);
    for (const [index, item] of value.entries()) {
      const identified = before === undefined ? undefined : keyOfItem(schema, item);
      const oldItem = identified !== undefined && 'key' in identified ? before?.get(identified.key) : undefined;
      out.push(...checkRules(item, oldItem, items, rules, at(path, index)));
    }
  } else if (isObject(value)) {
    for (const [name, field] of Object.entries(value)) {
      const declared = schema.fields !== undefined && Object.hasOwn(schema.fields, name);
      const below = declared ? schema.fields?.[name] : schema.values;
      const where = declared ? child(path, name) : keyed(path, name);
      if (below !== undefined) out.push(...checkRules(field, isObject(old) ? old[name] : undefined, below, rules, where));
    }
  }
  return out;
}

/** Old items can be found again only in map lists: in others an index tells nothing. */
function itemsByKey(old: unknown, schema: StructuralSchema): Map<string, unknown> | undefined {
  if (!Array.isArray(old) || !isAssociative(schema) || schema.listType !== 'map') return undefined;
  const out = new Map<string, unknown>();
  for (const item of old) {
    const identified = keyOfItem(schema, item);
    if ('key' in identified) out.set(identified.key, item);
  }
  return out;
}
