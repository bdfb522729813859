/** Policies that only pick objects: take-over, read-only and shared-resource have rules with a selector and nothing else. */
import type { JsonObject } from '../base/json.ts';
import { fields, list, type Reader, required } from './reader.ts';
import { matches, type PolicySubject, type RuleSelector, readSelector } from './selector.ts';

/** The selectors of a policy's rules. */
export function readSelectors(reader: Reader, properties: JsonObject): RuleSelector[] {
  const rules = list(reader, fields(reader, properties, '', ['rules']).rules, 'rules');
  return rules.flatMap((rule, index) => {
    const path = `rules[${index}]`;
    const selector = readSelector(reader, fields(reader, rule, path, ['selector']).selector, `${path}.selector`);
    required(reader, selector, `${path}.selector`);
    return selector ?? [];
  });
}

export function isSelected(selectors: readonly RuleSelector[], subject: PolicySubject): boolean {
  return selectors.some((selector) => matches(selector, subject));
}
