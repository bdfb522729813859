/** From a live object to a verdict: what holds for every kind first, then the rule of its kind. Pure. */
import { disableHealthCheck } from '../api/annotations.ts';
import type { KubeObject } from '../api/object.ts';
import { standardConditions } from './custom-resources.ts';
import { observedGenerationOf } from './fields.ts';
import { type Assessment, healthy, progressing, type Rule } from './rule.ts';
import { ruleFor } from './rules.ts';
import type { Surroundings } from './surroundings.ts';
import type { Verdict } from './verdict.ts';

/**
 * How `object` is. Never throws, whatever the object holds. The rules stand in docs/health.md.
 * @param surroundings what is known around it; without pods the state is right and the cause is missing.
 */
export function assessObject(object: KubeObject, surroundings: Surroundings = {}): Verdict {
  const rule = ruleFor(object.apiVersion, object.kind);
  const { holds = rule.holds, ...assessment } = judge(object, rule, surroundings);
  return { ...assessment, holds };
}

function judge(object: KubeObject, rule: Rule, surroundings: Surroundings): Assessment {
  const { metadata } = object;
  if (metadata.deletionTimestamp !== undefined) {
    const finalizers = metadata.finalizers ?? [];
    const held =
      finalizers.length === 0 ? '' : `, held by ${finalizers.length === 1 ? 'finalizer' : 'finalizers'} ${finalizers.join(', ')}`;
    return progressing('Terminating', `being deleted since ${metadata.deletionTimestamp}${held}`);
  }
  if (rule.workload && metadata.annotations?.[disableHealthCheck] !== undefined) {
    return healthy('HealthCheckDisabled', 'not looked at: health checks are disabled');
  }
  const observed = observedGenerationOf(object);
  if (
    observed === undefined ? rule.reportsGeneration === true && metadata.generation !== undefined : observed < (metadata.generation ?? 0)
  ) {
    return progressing('LatestGenerationNotObserved', 'its controller has not yet seen the newest change');
  }
  return standardConditions(object) ?? rule.assess(object, surroundings);
}
