/**
 * Finds the child that keeps a workload from being healthy. Controllers tell of it late or never: a Deployment with
 * a wrong image says "progressing" for ten minutes, and its pods say "not found" after two seconds.
 */
import { type KubeObject, type ObjectRef, refOf } from '../api/object.ts';
import { conditionIn, objectAt, textAt } from './fields.ts';
import { assessPod } from './pods.ts';
import type { Assessment } from './rule.ts';
import type { Surroundings } from './surroundings.ts';

interface Cause {
  state: 'progressing' | 'degraded';
  reason: string;
  message: string;
  ref?: ObjectRef;
}

/**
 * The worst of what keeps `workload` back, or undefined when nothing is known.
 * @param lacksPods pods that are wanted were not created
 */
function findCause(workload: KubeObject, surroundings: Surroundings, lacksPods: boolean): Cause | undefined {
  const pods = podsToBlame(workload, surroundings);
  const cause = replicaFailure(workload, surroundings) ?? podCause(pods);
  return cause ?? (lacksPods || pods.length === 0 ? quotaCause(surroundings) : undefined);
}

/** The assessment of a workload that is not where it should be, with its cause where one is found. */
export function explained(workload: KubeObject, surroundings: Surroundings, otherwise: Assessment): Assessment {
  const cause = findCause(workload, surroundings, otherwise.reason === 'PodsNotCreated');
  if (cause === undefined) return otherwise;
  const final = otherwise.final === true;
  return {
    state: otherwise.state === 'degraded' ? 'degraded' : cause.state,
    // What is final keeps its own reason: "the deadline is exceeded, because …".
    reason: final ? otherwise.reason : cause.reason,
    message: final ? `${otherwise.message}: ${cause.message}` : cause.message,
    ...(cause.ref === undefined ? {} : { cause: cause.ref }),
    ...(final ? { final } : {}),
  };
}

/** The newest ReplicaSet of a Deployment, by the revision the controller numbers them with. */
function newestReplicaSet(deployment: KubeObject, replicaSets: readonly KubeObject[]): KubeObject | undefined {
  let newest: KubeObject | undefined;
  for (const candidate of replicaSets) {
    if (!isOwnedBy(candidate, deployment)) continue;
    if (newest === undefined || revisionOf(candidate) > revisionOf(newest)) newest = candidate;
  }
  return newest;
}

function revisionOf(replicaSet: KubeObject): number {
  return Number(replicaSet.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0) || 0;
}

function isOwnedBy(child: KubeObject, owner: KubeObject): boolean {
  const owners = child.metadata.ownerReferences ?? [];
  return owners.some((reference) =>
    reference.uid !== undefined && owner.metadata.uid !== undefined
      ? reference.uid === owner.metadata.uid
      : reference.kind === owner.kind && reference.name === owner.metadata.name,
  );
}

/** Pods that can be the cause: of this workload, of its newest template, and not on their way out. */
function podsToBlame(workload: KubeObject, { pods = [], replicaSets }: Surroundings): KubeObject[] {
  const alive = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined);
  // A Job replaces pods that failed until its limit is reached; until then they are its way, not its problem.
  if (workload.kind === 'Job') return alive.filter((pod) => isOwnedBy(pod, workload) && textAt(pod, 'status.phase') !== 'Failed');
  if (workload.kind !== 'Deployment') return alive.filter((pod) => isOwnedBy(pod, workload));
  const newest = newestReplicaSet(workload, replicaSets ?? []);
  if (newest !== undefined) return alive.filter((pod) => isOwnedBy(pod, newest));
  // Without ReplicaSets: those of any ReplicaSet. The selector that found them keeps strangers out.
  return alive.filter((pod) => pod.metadata.ownerReferences?.some((reference) => reference.kind === 'ReplicaSet'));
}

/** ReplicaFailure, which says that pods cannot even be created: quota, a webhook, a missing service account. */
function replicaFailure(workload: KubeObject, surroundings: Surroundings): Cause | undefined {
  const newest = workload.kind === 'Deployment' ? newestReplicaSet(workload, surroundings.replicaSets ?? []) : undefined;
  for (const object of newest === undefined ? [workload] : [newest, workload]) {
    const condition = conditionIn(object, 'ReplicaFailure');
    if (condition?.status !== 'True') continue;
    const message = condition.message ?? 'pods cannot be created';
    return {
      state: 'degraded',
      reason: /exceeded quota/.test(message) ? 'QuotaExceeded' : (condition.reason ?? 'ReplicaFailure'),
      message: `pods cannot be created: ${steady(message)}`,
      ...(object === workload ? {} : { ref: refOf(object) }),
    };
  }
  return undefined;
}

/** Names of pods that were never made are random and new at each attempt; a status must not follow them. */
function steady(message: string): string {
  return message.replace(/^pods "[^"]*" is forbidden: /, '');
}

function podCause(pods: readonly KubeObject[]): Cause | undefined {
  const problems = pods
    .map((pod) => ({ pod, assessment: assessPod(pod) }))
    .filter(({ assessment }) => isTelling(assessment))
    .sort((a, b) => severity(b.assessment) - severity(a.assessment) || compareText(a.pod.metadata.name, b.pod.metadata.name));
  const worst = problems[0];
  if (worst === undefined) return undefined;
  const alike = problems.filter(({ assessment }) => assessment.reason === worst.assessment.reason).length;
  return {
    state: worst.assessment.state === 'degraded' ? 'degraded' : 'progressing',
    reason: worst.assessment.reason,
    message: `${worst.assessment.message} (pod ${worst.pod.metadata.name}${alike > 1 ? ` and ${alike - 1} more` : ''})`,
    ref: refOf(worst.pod),
  };
}

/** A pod that merely starts tells nothing that the counts do not tell. */
function isTelling({ state, reason }: Assessment): boolean {
  return state === 'degraded' || reason === 'Unschedulable' || reason === 'SchedulingGated';
}

const severity = ({ state }: Assessment): number => (state === 'degraded' ? 1 : 0);
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A quota without room for pods: StatefulSets, DaemonSets and Jobs tell of it only in Events. */
function quotaCause({ quotas = [] }: Surroundings): Cause | undefined {
  for (const quota of quotas) {
    for (const resource of ['pods', 'count/pods']) {
      const hard = amount(objectAt(quota, 'status.hard')?.[resource]);
      const used = amount(objectAt(quota, 'status.used')?.[resource]);
      if (hard === undefined || used === undefined || used < hard) continue;
      return {
        state: 'degraded',
        reason: 'QuotaExceeded',
        message: `pods cannot be created: quota ${quota.metadata.name} allows ${hard} pods, ${used} are in use`,
        ref: refOf(quota),
      };
    }
  }
  return undefined;
}

function amount(value: unknown): number | undefined {
  return typeof value === 'number' ? value : typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : undefined;
}

/** The pod that failed last, for a Job that failed. */
export function lastFailedPod(job: KubeObject, pods: readonly KubeObject[]): KubeObject | undefined {
  let last: KubeObject | undefined;
  for (const pod of pods) {
    if (!isOwnedBy(pod, job) || textAt(pod, 'status.phase') !== 'Failed') continue;
    if (last === undefined || order(pod) > order(last)) last = pod;
  }
  return last;
}

const order = (pod: KubeObject): string => `${pod.metadata.creationTimestamp ?? ''} ${pod.metadata.name}`;
