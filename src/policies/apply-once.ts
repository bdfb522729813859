/**
 * apply-once: what other people and controllers may change in an object without being corrected. `onStateKeep` is
 * repair of what was delivered, `onUpdate` a new delivery (decision 53: without rules, updates do overwrite).
 */
import type { JsonObject } from '../base/json.ts';
import { fields, flag, list, type Reader, required, texts, word } from './reader.ts';
import { matches, type PolicySubject, type RuleSelector, readSelector } from './selector.ts';

export type Moment = 'onUpdate' | 'onStateKeep';

interface ApplyOnceRule {
  /** Without one the rule speaks about every object. */
  selector?: RuleSelector;
  affect: Moment | 'always';
  paths: string[];
}

export interface ApplyOnce {
  enable: boolean;
  rules: ApplyOnceRule[];
}

export function readApplyOnce(reader: Reader, properties: JsonObject): ApplyOnce {
  const given = fields(reader, properties, '', ['enable', 'rules']);
  return {
    enable: flag(reader, given.enable, 'enable') ?? false,
    rules: list(reader, given.rules, 'rules').map((rule, index) => readRule(reader, rule, `rules[${index}]`)),
  };
}

function readRule(reader: Reader, rule: JsonObject[string], path: string): ApplyOnceRule {
  const given = fields(reader, rule, path, ['selector', 'strategy']);
  required(reader, given.strategy, `${path}.strategy`);
  const strategy = fields(reader, given.strategy, `${path}.strategy`, ['affect', 'path']);
  required(reader, strategy.path ?? given.strategy, `${path}.strategy.path`);
  const affect =
    strategy.affect === ''
      ? 'always'
      : word(reader, strategy.affect, `${path}.strategy.affect`, ['onUpdate', 'onStateKeep', 'always'] as const);
  const selector = readSelector(reader, given.selector, `${path}.selector`);
  return {
    ...(selector === undefined ? {} : { selector }),
    affect: affect ?? 'always',
    paths: texts(reader, strategy.path, `${path}.strategy.path`),
  };
}

/** Paths of an object that are left as they are live at a moment; `*` is the whole object, an empty list nothing. */
export function unenforcedPaths(policies: readonly ApplyOnce[], subject: PolicySubject, moment: Moment): string[] {
  const paths = policies.flatMap(({ enable, rules }) => {
    if (!enable) return [];
    if (rules.length === 0) return moment === 'onStateKeep' ? ['*'] : [];
    return rules
      .filter(
        (rule) => (rule.affect === 'always' || rule.affect === moment) && (rule.selector === undefined || matches(rule.selector, subject)),
      )
      .flatMap((rule) => rule.paths);
  });
  return paths.includes('*') ? ['*'] : [...new Set(paths)];
}
