/** garbage-collect: which objects go when the application no longer wants them, when, and in which order. */
import type { JsonObject } from '../base/json.ts';
import { count, fields, flag, list, type Reader, required, word } from './reader.ts';
import { matches, type PolicySubject, type RuleSelector, readSelector } from './selector.ts';

export type CollectStrategy = 'onAppUpdate' | 'onAppDelete' | 'never';
export type CollectPropagation = 'orphan' | 'cascading';

export interface CollectRule {
  selector: RuleSelector;
  strategy: CollectStrategy;
  propagation?: CollectPropagation;
}

export interface GarbageCollect {
  rules: CollectRule[];
  /** Objects that are no longer wanted stay until the application is deleted. */
  keepLegacyResource: boolean;
  /** What is no longer wanted goes although the workflow failed. */
  continueOnFailure: boolean;
  applicationRevisionLimit?: number;
  /** `dependency`: dependants go before what they depend on. */
  order?: 'dependency';
}

/** What becomes of one object: with the update that drops it, with the application, or never. */
export interface CollectDecision {
  strategy: CollectStrategy;
  propagation: CollectPropagation;
}

export const collectAll: GarbageCollect = { rules: [], keepLegacyResource: false, continueOnFailure: false };

export function readGarbageCollect(reader: Reader, properties: JsonObject): GarbageCollect {
  const given = fields(reader, properties, '', ['applicationRevisionLimit', 'keepLegacyResource', 'continueOnFailure', 'order', 'rules']);
  const limit = count(reader, given.applicationRevisionLimit, 'applicationRevisionLimit');
  const order = word(reader, given.order, 'order', ['dependency'] as const);
  return {
    rules: list(reader, given.rules, 'rules').flatMap((rule, index) => readRule(reader, rule, `rules[${index}]`) ?? []),
    keepLegacyResource: flag(reader, given.keepLegacyResource, 'keepLegacyResource') ?? false,
    continueOnFailure: flag(reader, given.continueOnFailure, 'continueOnFailure') ?? false,
    ...(limit === undefined ? {} : { applicationRevisionLimit: limit }),
    ...(order === undefined ? {} : { order }),
  };
}

function readRule(reader: Reader, rule: JsonObject[string], path: string): CollectRule | undefined {
  const given = fields(reader, rule, path, ['selector', 'strategy', 'propagation']);
  const selector = readSelector(reader, given.selector, `${path}.selector`);
  const strategy = word(reader, given.strategy, `${path}.strategy`, ['onAppUpdate', 'onAppDelete', 'never'] as const) ?? 'onAppUpdate';
  const propagation = word(reader, given.propagation, `${path}.propagation`, ['orphan', 'cascading'] as const);
  required(reader, selector, `${path}.selector`);
  return selector === undefined ? undefined : { selector, strategy, ...(propagation === undefined ? {} : { propagation }) };
}

/** The first rule that matches decides; without one an object goes with the update that drops it. */
export function collectDecision(policy: GarbageCollect, subject: PolicySubject): CollectDecision {
  const rule = policy.rules.find((one) => matches(one.selector, subject));
  return { strategy: rule?.strategy ?? 'onAppUpdate', propagation: rule?.propagation ?? 'cascading' };
}

/** Several policies of the type act together: rules in order, flags when any sets them, the first limit. */
export function joinGarbageCollect(policies: readonly GarbageCollect[]): GarbageCollect {
  const limit = policies.find((one) => one.applicationRevisionLimit !== undefined)?.applicationRevisionLimit;
  const order = policies.find((one) => one.order !== undefined)?.order;
  return {
    rules: policies.flatMap((one) => one.rules),
    keepLegacyResource: policies.some((one) => one.keepLegacyResource),
    continueOnFailure: policies.some((one) => one.continueOnFailure),
    ...(limit === undefined ? {} : { applicationRevisionLimit: limit }),
    ...(order === undefined ? {} : { order }),
  };
}
