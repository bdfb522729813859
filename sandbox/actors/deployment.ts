/**
 * Plays the Deployment controller: one ReplicaSet per pod template, rolled over within maxSurge and maxUnavailable.
 * Annotations, reasons and messages are the real controller's, because kubectl, Argo CD and kstatus read them.
 */
import { toRfc3339 } from '../../src/base/clock.ts';
import { jsonEqual } from '../../src/base/json.ts';
import { type Actor, controllerKeys, type Decision, nothingToDo, ownKey, source, splitKey, type Write } from './actor.ts';
import { conditionOf, isFinished, isTrue, resolveCount, untilSeconds, withCondition, withoutCondition } from './conditions.ts';
import {
  type Condition,
  type Deployment,
  type DeploymentStatus,
  deployments,
  type Pod,
  pods,
  type ReplicaSet,
  replicaSets,
} from './kinds.ts';
import { claim, controlledBy } from './ownership.ts';
import { contentHash, sameTemplate, templateHashLabel } from './revision.ts';
import type { Stage } from './stage.ts';

export const revisionAnnotation = 'deployment.kubernetes.io/revision';
const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas';
const historyAnnotation = 'deployment.kubernetes.io/revision-history';
const maximumAnnotation = 'deployment.kubernetes.io/max-replicas';
/** Annotations of a Deployment that are about itself and are not handed down to its ReplicaSets. */
const notHandedDown = new Set([
  revisionAnnotation,
  desiredAnnotation,
  maximumAnnotation,
  historyAnnotation,
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
]);

export interface DeploymentObserved {
  deployment: Deployment;
  owned: ReplicaSet[];
  orphans: ReplicaSet[];
  /** Pods of one of the owned ReplicaSets (only Recreate looks at them). */
  podsOf: (replicaSet: ReplicaSet) => Pod[];
  now: number;
}

interface Bounds {
  replicas: number;
  surge: number;
  unavailable: number;
  isRolling: boolean;
}

function boundsOf({ spec }: Deployment): Bounds {
  const replicas = spec.replicas ?? 1;
  const isRolling = spec.strategy?.type !== 'Recreate';
  if (!isRolling) return { replicas, surge: 0, unavailable: 0, isRolling };
  const surge = resolveCount(spec.strategy?.rollingUpdate?.maxSurge, replicas, 'up', '25%');
  let unavailable = resolveCount(spec.strategy?.rollingUpdate?.maxUnavailable, replicas, 'down', '25%');
  // Both may round to nothing; then no step would ever be allowed.
  if (surge === 0 && unavailable === 0) unavailable = 1;
  return { replicas, surge, unavailable: Math.min(unavailable, replicas), isRolling };
}

const sizeOf = (replicaSet: ReplicaSet): number => replicaSet.spec.replicas ?? 1;
const total = (list: ReplicaSet[], of: (replicaSet: ReplicaSet) => number): number => list.reduce((sum, each) => sum + of(each), 0);
const revisionOf = (replicaSet: ReplicaSet): number => Number(replicaSet.metadata.annotations?.[revisionAnnotation] ?? 0);
const availableOf = (replicaSet: ReplicaSet): number => replicaSet.status?.availableReplicas ?? 0;
const oldestFirst = (a: ReplicaSet, b: ReplicaSet): number =>
  (a.metadata.creationTimestamp ?? '').localeCompare(b.metadata.creationTimestamp ?? '') || a.metadata.name.localeCompare(b.metadata.name);

/** The sizes the ReplicaSets should have now: `fresh` of the new one, `old` by uid. One step of a rollout. */
function planSizes(
  bounds: Bounds,
  fresh: ReplicaSet,
  old: ReplicaSet[],
  isScaling: boolean,
  podsOf: DeploymentObserved['podsOf'],
): Map<ReplicaSet, number> {
  const sizes = new Map<ReplicaSet, number>();
  const active = old.filter((each) => sizeOf(each) > 0);
  const all = [...active, fresh];
  if (isScaling && bounds.isRolling && active.length > 0) return scaleProportionally(bounds, all, sizes);
  if (!bounds.isRolling) {
    for (const each of active) sizes.set(each, 0);
    const oldPods = old.some((each) => podsOf(each).some((pod) => !isFinished(pod)));
    if (active.length === 0 && !oldPods) sizes.set(fresh, bounds.replicas);
    return sizes;
  }
  const inAll = total(all, sizeOf);
  if (sizeOf(fresh) > bounds.replicas) sizes.set(fresh, bounds.replicas);
  else if (sizeOf(fresh) < bounds.replicas) {
    const room = bounds.replicas + bounds.surge - inAll;
    if (room > 0) {
      sizes.set(fresh, Math.min(bounds.replicas, sizeOf(fresh) + room));
      return sizes;
    }
  }
  // Pods of the new ReplicaSet that are not available yet count against what may be taken from the old ones.
  const least = bounds.replicas - bounds.unavailable;
  let removable = inAll - least - (sizeOf(fresh) - availableOf(fresh));
  for (const each of [...active].sort(oldestFirst)) {
    if (removable <= 0) break;
    const sick = Math.min(removable, Math.max(0, sizeOf(each) - availableOf(each)));
    if (sick > 0) sizes.set(each, sizeOf(each) - sick);
    removable -= sick;
  }
  let spare = total(all, availableOf) - least;
  for (const each of [...active].sort(oldestFirst)) {
    if (spare <= 0 || removable <= 0) break;
    const size = sizes.get(each) ?? sizeOf(each);
    const step = Math.min(size, spare, removable);
    sizes.set(each, size - step);
    spare -= step;
    removable -= step;
  }
  return sizes;
}

/** A change of spec.replicas in the middle of a rollout is shared out by size, so that the rollout keeps its proportion. */
function scaleProportionally(bounds: Bounds, active: ReplicaSet[], sizes: Map<ReplicaSet, number>): Map<ReplicaSet, number> {
  const allowed = bounds.replicas > 0 ? bounds.replicas + bounds.surge : 0;
  const inAll = total(active, sizeOf);
  const change = allowed - inAll;
  const ordered = [...active].sort((a, b) => sizeOf(b) - sizeOf(a) || (change > 0 ? oldestFirst(b, a) : oldestFirst(a, b)));
  let given = 0;
  for (const each of ordered) {
    const share = inAll === 0 ? 0 : Math.trunc((sizeOf(each) / inAll) * change);
    sizes.set(each, Math.max(0, sizeOf(each) + share));
    given += share;
  }
  const largest = ordered[0];
  if (largest) sizes.set(largest, Math.max(0, (sizes.get(largest) ?? 0) + change - given));
  return sizes;
}

/** From what is seen of a Deployment to the writes of one step. */
export function decideDeployment(observed: DeploymentObserved): Decision {
  const { deployment } = observed;
  const claimed = claim({
    owner: deployment,
    ownerResource: deployments,
    resource: replicaSets,
    selector: deployment.spec.selector,
    owned: observed.owned,
    orphans: observed.orphans,
  });
  const living = claimed.owned.filter(({ metadata }) => metadata.deletionTimestamp === undefined).sort(oldestFirst);
  const bounds = boundsOf(deployment);
  const fresh = living.find((each) => sameTemplate(each.spec.template, deployment.spec.template));
  const old = living.filter((each) => each !== fresh);
  if (deployment.metadata.deletionTimestamp !== undefined) return finish(observed, bounds, fresh, living, [], undefined);

  const writes = [...claimed.writes];
  const paused = deployment.spec.paused ?? false;
  const lastRevision = Math.max(0, ...old.map(revisionOf));
  const revision = fresh ? Math.max(revisionOf(fresh), lastRevision >= revisionOf(fresh) ? lastRevision + 1 : 0) : lastRevision + 1;

  if (!fresh && !paused) {
    const created = newReplicaSet(deployment, bounds, old, revision, observed.podsOf);
    writes.push({ verb: 'create', resource: replicaSets, object: created.object });
    return finish(observed, bounds, undefined, living, writes, { name: created.name, size: created.size }, revision);
  }
  const isScaling = living.some(
    (each) => sizeOf(each) > 0 && Number(each.metadata.annotations?.[desiredAnnotation] ?? bounds.replicas) !== bounds.replicas,
  );
  const anchor = fresh ?? [...old].sort((a, b) => sizeOf(b) - sizeOf(a) || oldestFirst(b, a))[0];
  const sizes = paused
    ? pausedSizes(bounds, fresh, old)
    : fresh
      ? planSizes(bounds, fresh, old, isScaling, observed.podsOf)
      : new Map<ReplicaSet, number>();
  const next = living.map((each) => {
    const size = sizes.get(each) ?? sizeOf(each);
    const isNew = each === fresh;
    const inherited: Record<string, string> =
      isNew && !paused ? handedDown(deployment, each, String(revision)) : (each.metadata.annotations ?? {});
    const counted: Record<string, string> =
      size > 0 || isNew || each === anchor
        ? { [desiredAnnotation]: String(bounds.replicas), [maximumAnnotation]: String(bounds.replicas + bounds.surge) }
        : {};
    const minReadySeconds = isNew ? (deployment.spec.minReadySeconds ?? 0) : (each.spec.minReadySeconds ?? 0);
    const spec = { ...each.spec, replicas: size, ...(minReadySeconds !== (each.spec.minReadySeconds ?? 0) ? { minReadySeconds } : {}) };
    return { ...each, metadata: { ...each.metadata, annotations: { ...inherited, ...counted } }, spec };
  });
  for (const [index, each] of next.entries())
    if (!jsonEqual(each, living[index])) writes.push({ verb: 'update', resource: replicaSets, object: each });
  const nextFresh = fresh && next[living.indexOf(fresh)];
  if (nextFresh && isComplete(deployment, bounds, statusCounts(deployment, nextFresh, next))) writes.push(...trimHistory(deployment, old));
  return finish(observed, bounds, nextFresh, next, writes, undefined, paused ? undefined : revision);
}

/** While paused only scaling happens, on the one active ReplicaSet or in proportion. */
function pausedSizes(bounds: Bounds, fresh: ReplicaSet | undefined, old: ReplicaSet[]): Map<ReplicaSet, number> {
  const all = fresh ? [...old, fresh] : old;
  const active = all.filter((each) => sizeOf(each) > 0);
  const only = active.length === 1 ? active[0] : active.length === 0 ? (fresh ?? all.at(-1)) : undefined;
  const sizes = new Map<ReplicaSet, number>();
  if (only) sizes.set(only, bounds.replicas);
  else if (
    active.length > 1 &&
    active.some((each) => Number(each.metadata.annotations?.[desiredAnnotation] ?? bounds.replicas) !== bounds.replicas)
  ) {
    scaleProportionally(bounds, active, sizes);
  }
  return sizes;
}

function newReplicaSet(deployment: Deployment, bounds: Bounds, old: ReplicaSet[], revision: number, podsOf: DeploymentObserved['podsOf']) {
  const { template, selector } = deployment.spec;
  const hash = contentHash(template, deployment.status?.collisionCount);
  const name = `${deployment.metadata.name}-${hash}`;
  const labels = { ...template.metadata?.labels, [templateHashLabel]: hash };
  const oldPods = old.some((each) => sizeOf(each) > 0 || podsOf(each).some((pod) => !isFinished(pod)));
  const room = Math.max(0, bounds.replicas + bounds.surge - total(old, sizeOf));
  const size = bounds.isRolling ? Math.min(bounds.replicas, room) : oldPods ? 0 : bounds.replicas;
  const object = {
    metadata: {
      name,
      namespace: deployment.metadata.namespace,
      labels,
      annotations: {
        ...handedDown(deployment, undefined, String(revision)),
        [desiredAnnotation]: String(bounds.replicas),
        [maximumAnnotation]: String(bounds.replicas + bounds.surge),
      },
      ownerReferences: [controlledBy(deployment, deployments)],
    },
    spec: {
      replicas: size,
      minReadySeconds: deployment.spec.minReadySeconds,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [templateHashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
  return { name, size, object };
}

function handedDown(deployment: Deployment, replicaSet: ReplicaSet | undefined, revision: string): Record<string, string> {
  const own = Object.fromEntries(Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !notHandedDown.has(key)));
  const known = replicaSet?.metadata.annotations ?? {};
  const last = known[revisionAnnotation];
  // A ReplicaSet that is taken up again remembers under which revisions it ran before.
  const isAgain = last !== undefined && last !== revision;
  const history: Record<string, string> = isAgain
    ? { [historyAnnotation]: [known[historyAnnotation], last].filter(Boolean).join(',') }
    : {};
  return { ...known, ...own, ...history, [revisionAnnotation]: revision };
}

/**
 * The revision is written to the Deployment with its status, as the real controller does: a status write may change
 * annotations and does not raise the generation, which every other write of an annotation of a Deployment does.
 */
function withRevision(deployment: Deployment, revision: number): Deployment {
  const annotations = { ...deployment.metadata.annotations, [revisionAnnotation]: String(revision) };
  return { ...deployment, metadata: { ...deployment.metadata, annotations } };
}

function trimHistory(deployment: Deployment, old: ReplicaSet[]): Write[] {
  const limit = deployment.spec.revisionHistoryLimit ?? 10;
  const idle = old
    .filter((each) => sizeOf(each) === 0 && (each.status?.replicas ?? 0) === 0)
    .sort((a, b) => revisionOf(a) - revisionOf(b) || oldestFirst(a, b));
  return idle
    .slice(0, Math.max(0, old.length - limit))
    .map((object) => ({ verb: 'delete', resource: replicaSets, object, propagation: 'Background' }));
}

function statusCounts(deployment: Deployment, fresh: ReplicaSet | undefined, all: ReplicaSet[]): DeploymentStatus {
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

function isComplete(deployment: Deployment, { replicas }: Bounds, status: DeploymentStatus): boolean {
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

/** Adds the status write, if it differs, and the time at which the progress deadline passes. */
function finish(
  observed: DeploymentObserved,
  bounds: Bounds,
  fresh: ReplicaSet | undefined,
  all: ReplicaSet[],
  writes: Write[],
  created: { name: string; size: number } | undefined,
  revision?: number,
): Decision {
  const { now } = observed;
  const deployment = revision === undefined ? observed.deployment : withRevision(observed.deployment, revision);
  const before = deployment.status ?? {};
  const status = statusCounts(deployment, fresh, all);
  if (created) status.unavailableReplicas = (status.unavailableReplicas ?? 0) + created.size || undefined;
  const isAvailable = (status.availableReplicas ?? 0) >= bounds.replicas - bounds.unavailable;
  const available: Condition = isAvailable
    ? { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
  let conditions = set(before.conditions, available, now);
  conditions = progress(observed, bounds, fresh, created?.name, status, conditions);
  const failure = [fresh, ...all].flatMap((each) => conditionOf(each?.status?.conditions, 'ReplicaFailure') ?? []).at(0);
  conditions = failure
    ? set(conditions, { type: 'ReplicaFailure', status: failure.status, reason: failure.reason, message: failure.message }, now)
    : withoutCondition(conditions, 'ReplicaFailure');
  status.conditions = conditions;
  if (!jsonEqual(status, before)) writes.push({ verb: 'status', resource: deployments, object: { ...deployment, status } as Deployment });
  // A server that keeps metadata out of status writes gets the revision in a write of its own.
  else if (!jsonEqual(deployment.metadata, observed.deployment.metadata))
    writes.push({ verb: 'update', resource: deployments, object: deployment });
  const progressing = conditionOf(conditions, 'Progressing');
  const deadline = deployment.spec.progressDeadlineSeconds;
  const runs = deadline !== undefined && progressing?.status === 'True' && progressing.reason !== 'NewReplicaSetAvailable';
  // The API's times are whole seconds: one more, so that the deadline has passed for certain.
  return { writes, againInMs: runs ? Math.max(1_000, untilSeconds(progressing.lastUpdateTime, deadline, now) + 1_000) : undefined };
}

/** Deployment conditions also say when they were last looked at (`lastUpdateTime`). */
function set(conditions: Condition[] | undefined, next: Condition, now: number): Condition[] {
  const known = conditionOf(conditions, next.type);
  if (known?.status === next.status && known.reason === next.reason) return conditions ?? [];
  return withCondition(conditions, { ...next, lastUpdateTime: toRfc3339(now) }, now);
}

function progress(
  observed: DeploymentObserved,
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

export function deploymentActor({ views, clock }: Stage): Actor {
  const ofDeployments = views(deployments);
  const ofReplicaSets = views(replicaSets);
  const ofPods = views(pods);
  return {
    name: 'deployment',
    fieldManager: 'kube-controller-manager',
    sources: [
      source(ofDeployments, ownKey),
      source(ofReplicaSets, controllerKeys(deployments)),
      // Recreate waits until the last old pod is gone: a pod's ReplicaSet leads to its Deployment.
      source(
        ofPods,
        (pod) =>
          pod.metadata.ownerReferences?.flatMap(({ kind, name }) => {
            const replicaSet = kind === 'ReplicaSet' ? ofReplicaSets.get(pod.metadata.namespace ?? '', name) : undefined;
            const key = replicaSet ? controllerKeys(deployments)(replicaSet) : [];
            return key.filter((each) => {
              const { namespace, name: owner } = splitKey(each);
              return ofDeployments.get(namespace, owner)?.spec.strategy?.type === 'Recreate';
            });
          }) ?? [],
      ),
    ],
    decide(key) {
      const { namespace, name } = splitKey(key);
      const deployment = ofDeployments.get(namespace, name);
      if (!deployment) return nothingToDo;
      return decideDeployment({
        deployment,
        owned: ofReplicaSets.ownedBy(deployment.metadata.uid),
        orphans: ofReplicaSets.orphans(namespace),
        podsOf: (replicaSet) => ofPods.ownedBy(replicaSet.metadata.uid),
        now: clock.now(),
      });
    },
  };
}
