/** What a Deployment's status says: counts, and how a rollout comes along (the reasons that `kubectl rollout status` reads). */
import { toRfc3339 } from '../../src/base/clock.ts';
import { conditionOf, isTrue, untilSeconds, withCondition, withoutCondition } from './conditions.ts';
import type { Condition, Deployment, DeploymentStatus, ReplicaSet } from './kinds.ts';
import { availableOf, type Bounds, sizeOf, total } from './rollout.ts';

/** The counts of a Deployment's status, its conditions as they were. */
export function statusCounts(deployment: Deployment, fresh: ReplicaSet | undefined, all: ReplicaSet[]): DeploymentStatus {
  const available = total(all, availableOf);
  const { collisionCount, conditions } = deployment.status ?? {};
  return {
    observedGeneration: deployment.metadata.generation,
    replicas: total(all, (each) => each.status?.replicas ?? 0) || undefined,
    updatedReplicas: fresh?.status?.replicas || undefined,
    readyReplicas: total(all, (each) => each.status?.readyReplicas ?? 0) || undefined,
    availableReplicas: available || undefined,
    unavailableReplicas: Math.max(0, total(all, sizeOf) - available) || undefined,
    collisionCount,
    conditions,
  };
}

/** Whether the rollout has come to its end. */
export function isComplete(deployment: Deployment, { replicas }: Bounds, status: DeploymentStatus): boolean {
  return (
    (status.updatedReplicas ?? 0) === replicas &&
    (status.replicas ?? 0) === replicas &&
    (status.availableReplicas ?? 0) === replicas &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

function hasProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const oldOnes = (status: DeploymentStatus): number => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    oldOnes(after) < oldOnes(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

/** Deployment conditions also say when they were last looked at (`lastUpdateTime`). */
export function set(conditions: Condition[] | undefined, next: Condition, now: number): Condition[] {
  const known = conditionOf(conditions, next.type);
  if (known?.status === next.status && known.reason === next.reason) return conditions ?? [];
  return withCondition(conditions, { ...next, lastUpdateTime: toRfc3339(now) }, now);
}

/** The Progressing condition, from what the status was and what it is now. */
export function progress(
  observed: { deployment: Deployment; now: number },
  bounds: Bounds,
  fresh: ReplicaSet | undefined,
  createdName: string | undefined,
  status: DeploymentStatus,
  conditions: Condition[],
): Condition[] {
  const { deployment, now } = observed;
  const deadline = deployment.spec.progressDeadlineSeconds;
  // The API server's default is 600; the largest 32-bit number means none.
  if (deadline === undefined || deadline === 2147483647) return withoutCondition(conditions, 'Progressing');
  const known = conditionOf(conditions, 'Progressing');
  const paused = deployment.spec.paused ?? false;
  const as = (state: string, reason: string, message: string): Condition => ({ type: 'Progressing', status: state, reason, message });
  if (known?.reason !== 'ProgressDeadlineExceeded') {
    if (paused && known?.reason !== 'DeploymentPaused')
      return set(conditions, as('Unknown', 'DeploymentPaused', 'Deployment is paused'), now);
    if (!paused && known?.reason === 'DeploymentPaused')
      return set(conditions, as('Unknown', 'DeploymentResumed', 'Deployment is resumed'), now);
  }
  if (paused) return conditions;
  if (createdName) return set(conditions, as('True', 'NewReplicaSetCreated', `Created new replica set "${createdName}"`), now);
  if (fresh && !known) return set(conditions, as('True', 'FoundNewReplicaSet', `Found new replica set "${fresh.metadata.name}"`), now);
  const rolledOut = (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && known?.reason === 'NewReplicaSetAvailable';
  if (rolledOut) return conditions;
  const subject = fresh ? `ReplicaSet "${fresh.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  if (isComplete(deployment, bounds, status))
    return set(conditions, as('True', 'NewReplicaSetAvailable', `${subject} has successfully progressed.`), now);
  if (hasProgressed(deployment.status ?? {}, status)) {
    const next = { ...as('True', 'ReplicaSetUpdated', `${subject} is progressing.`), lastUpdateTime: toRfc3339(now) };
    const kept = isTrue(conditions, 'Progressing') ? known?.lastTransitionTime : toRfc3339(now);
    return [...withoutCondition(conditions, 'Progressing'), { ...next, lastTransitionTime: kept }];
  }
  if (known && known.reason !== 'NewReplicaSetAvailable' && untilSeconds(known.lastUpdateTime, deadline, now) < 0) {
    return set(conditions, as('False', 'ProgressDeadlineExceeded', `${subject} has timed out progressing.`), now);
  }
  return conditions;
}
