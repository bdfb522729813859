/**
 * Objects of kinds without a rule of their own, by the conditions most controllers agree on (kstatus, Crossplane,
 * Tekton). Whoever writes none of them is not assessed: that nobody complains is no proof of health.
 */
import type { Condition, KubeObject } from '../api/object.ts';
import { conditionsAt } from './fields.ts';
import { type Assessment, degraded, failed, healthy, notAssessed, progressing, type Rule, wordsOf } from './rule.ts';

/** The condition is about an older state of the object. Without observedGeneration it is taken as it is. */
function isStale(condition: Condition, object: KubeObject): boolean {
  return condition.observedGeneration !== undefined && condition.observedGeneration < (object.metadata.generation ?? 0);
}

/** Reconciling and Stalled, which go before every other word (kstatus). */
export function standardConditions(object: KubeObject): Assessment | undefined {
  const conditions = conditionsAt(object);
  const find = (type: string): Condition | undefined => conditions.find((condition) => condition.type === type);
  const reconciling = find('Reconciling');
  if (reconciling?.status === 'True') return progressing(...wordsOf(reconciling));
  const stalled = find('Stalled');
  if (stalled?.status === 'True') return failed(...wordsOf(stalled));
  return undefined;
}

/** Any kind, by its conditions. Holds where Ready or Available is written. */
export const byConditions: Rule = {
  holds: false,
  assess(object) {
    const conditions = conditionsAt(object);
    const find = (type: string): Condition | undefined => conditions.find((condition) => condition.type === type);
    const ready = find('Ready');
    const available = find('Available');
    const holds = ready !== undefined || available !== undefined;
    return { ...judge(object, find), holds };
  },
};

function judge(object: KubeObject, find: (type: string) => Condition | undefined): Assessment {
  const standard = standardConditions(object);
  if (standard !== undefined) return standard;
  // Crossplane: what cannot be synced is broken, however ready the last good state still is.
  const synced = find('Synced');
  if (synced?.status === 'False') return degraded(...wordsOf(synced));
  const broken = find('Degraded');
  if (broken?.status === 'True') return degraded(...wordsOf(broken));
  for (const type of ['Ready', 'Available']) {
    const condition = find(type);
    if (condition !== undefined) return byCondition(condition, object);
  }
  const failure = find('Failed');
  if (failure?.status === 'True') return failed(...wordsOf(failure));
  // Tekton: Unknown while it runs, False when it failed for good.
  const succeeded = find('Succeeded');
  if (succeeded?.status === 'False') return failed(...wordsOf(succeeded));
  for (const condition of [succeeded, find('Complete'), synced]) {
    if (condition !== undefined) return byCondition(condition, object);
  }
  return notAssessed('NoKnownConditions', `nothing in its status tells how this ${object.kind} is`);
}

function byCondition(condition: Condition, object: KubeObject): Assessment {
  const [reason, message] = wordsOf(condition);
  if (isStale(condition, object)) return progressing('LatestGenerationNotObserved', `${condition.type} is about an earlier generation`);
  return condition.status === 'True' ? healthy(reason) : progressing(reason, message);
}

/** Kinds whose controller is known to write Ready: while it is absent nobody has looked yet. */
export const byReady: Rule = {
  holds: true,
  assess(object, surroundings) {
    const found = byConditions.assess(object, surroundings);
    if (found.state !== 'not-assessed') return { ...found, holds: true };
    return progressing('NotYetReady', `waits for the controller of ${object.kind}`);
  },
};
