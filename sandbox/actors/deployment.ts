/**
 * Plays the Deployment controller: one ReplicaSet per pod template, rolled over within maxSurge and maxUnavailable.
 * Annotations, reasons and messages are the real controller's, because kubectl, Argo CD and kstatus read them.
 */
import { jsonEqual } from '../../src/base/json.ts';
import { type Actor, controllerKeys, type Decision, nothingToDo, ownKey, source, splitKey, type Write } from './actor.ts';
import { conditionOf, isFinished, untilSeconds, withoutCondition } from './conditions.ts';
import { isComplete, progress, set, statusCounts } from './deployment-status.ts';
import { type Condition, type Deployment, deployments, type Pod, pods, type ReplicaSet, replicaSets } from './kinds.ts';
import { claim, controlledBy } from './ownership.ts';
import { contentHash, sameTemplate, templateHashLabel } from './revision.ts';
import {
  type Bounds,
  boundsOf,
  desiredAnnotation,
  oldestFirst,
  pausedSizes,
  planSizes,
  revisionAnnotation,
  revisionOf,
  sizeOf,
  total,
} from './rollout.ts';
import type { Stage } from './stage.ts';

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
