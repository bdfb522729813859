/** Custom resources that do not speak the common conditions, or say more than these (health.md, second table). */
import type { KubeObject } from '../api/object.ts';
import { byReady } from './custom-resources.ts';
import { conditionIn, conditionsAt, textAt } from './fields.ts';
import { type Assessment, degraded, failed, healthy, progressing, type Rule, suspended, wordsOf } from './rule.ts';

/** Knative Service, Configuration, Route: any condition False is a failure, not a step on the way. */
export const knativeService: Rule = {
  holds: true,
  assess(object) {
    const wanted = ['ConfigurationsReady', 'RoutesReady', 'Ready'];
    const conditions = conditionsAt(object).filter((condition) => wanted.includes(condition.type));
    const broken = conditions.find((condition) => condition.status === 'False');
    if (broken !== undefined) return degraded(...wordsOf(broken));
    const all = wanted.every((type) => conditions.some((condition) => condition.type === type && condition.status === 'True'));
    return all ? healthy('Ready') : progressing('NotYetReady', 'waits for its configuration and its route');
  },
};

/** KEDA ScaledObject and ScaledJob. */
export const scaledObject: Rule = {
  holds: true,
  assess(object) {
    const paused = conditionIn(object, 'Paused');
    if (paused?.status === 'True') return { ...suspended('Paused', paused.message ?? 'scaling is paused'), holds: false };
    const ready = conditionIn(object, 'Ready');
    if (ready?.status === 'False') return degraded(...wordsOf(ready));
    const fallback = conditionIn(object, 'Fallback');
    if (fallback?.status === 'True') return degraded(...wordsOf(fallback));
    return ready?.status === 'True' ? healthy('Ready') : progressing('NotYetReady', 'waits for KEDA');
  },
};

/** cert-manager Certificate: a renewal keeps Ready True, and is still going on. */
export const certificate: Rule = {
  holds: true,
  assess(object, surroundings) {
    const issuing = conditionIn(object, 'Issuing');
    if (issuing?.status === 'True') return progressing('Issuing', issuing.message ?? 'the certificate is being issued');
    return byReady.assess(object, surroundings);
  },
};

/** Flagger Canary. */
export const canary: Rule = {
  holds: false,
  assess(object) {
    const phase = textAt(object, 'status.phase');
    if (phase === 'Failed') return degraded('Failed', conditionIn(object, 'Promoted')?.message ?? 'the canary was rolled back');
    if (phase === 'Initialized' || phase === 'Succeeded') return healthy(phase);
    return progressing(phase ?? 'NotYetInitialized', conditionIn(object, 'Promoted')?.message ?? 'the canary is on its way');
  },
};

/** Argo Rollout. */
export const rollout: Rule = {
  holds: true,
  workload: true,
  reportsGeneration: true,
  assess(object) {
    const phase = textAt(object, 'status.phase');
    const message = textAt(object, 'status.message');
    switch (phase) {
      case 'Healthy':
        return healthy('Healthy');
      case 'Degraded':
        return degraded('Degraded', message ?? 'the rollout failed');
      case 'Paused':
        return suspended('Paused', message ?? 'the rollout waits for somebody to go on');
      default:
        return progressing(phase ?? 'NotYetObserved', message ?? 'the rollout is on its way');
    }
  },
};

/** Velero Backup, Restore: they run once. */
export const veleroRun: Rule = {
  holds: false,
  assess(object) {
    const phase = textAt(object, 'status.phase');
    if (phase === 'Completed') return healthy('Completed');
    if (phase !== undefined && /Failed$/.test(phase)) return failed(phase, textAt(object, 'status.failureReason') ?? `ended as ${phase}`);
    return progressing(phase ?? 'New', 'not yet done');
  },
};

/** Velero Schedule. */
export const veleroSchedule: Rule = {
  holds: false,
  assess(object) {
    const phase = textAt(object, 'status.phase');
    if (phase === 'FailedValidation') return degraded(phase, 'the schedule is not valid');
    return phase === 'Enabled' ? healthy('Enabled') : progressing(phase ?? 'New', 'not yet looked at');
  },
};

/** Argo Workflow. */
export const argoWorkflow: Rule = {
  holds: false,
  assess(object) {
    const phase = textAt(object, 'status.phase');
    const message = textAt(object, 'status.message');
    if (phase === 'Succeeded') return healthy('Succeeded');
    if (phase === 'Failed' || phase === 'Error') return failed(phase, message ?? 'the workflow failed');
    return progressing(phase ?? 'Pending', message ?? 'the workflow is running');
  },
};

/** Kyverno policies: older versions write only the boolean `status.ready`. */
export const kyvernoPolicy: Rule = {
  holds: true,
  assess(object, surroundings): Assessment {
    if (conditionIn(object, 'Ready') === undefined && readyField(object)) return healthy('Ready');
    return byReady.assess(object, surroundings);
  },
};

function readyField(object: KubeObject): boolean {
  const { status } = object;
  return typeof status === 'object' && status !== null && 'ready' in status && status.ready === true;
}
