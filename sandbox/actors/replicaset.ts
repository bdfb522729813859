/** Plays the ReplicaSet controller: as many pods as asked for, and a status that says how they are. */
import { jsonEqual } from '../../src/base/json.ts';
import { type Actor, controllerKeys, type Decision, nothingToDo, ownKey, type Refusal, source, splitKey, type Write } from './actor.ts';
import { conditionOf, isActive, isReady, soonest, untilAvailable, withCondition, withoutCondition } from './conditions.ts';
import { type Pod, pods, type ReplicaSet, type ReplicaSetStatus, replicaSets } from './kinds.ts';
import { claim, controlledBy, selects } from './ownership.ts';
import type { Stage } from './stage.ts';

export interface ReplicaSetObserved {
  replicaSet: ReplicaSet;
  owned: Pod[];
  orphans: Pod[];
  /** The last create that the server refused. */
  refusal?: Refusal;
  now: number;
}

/** The most pods created in one pass; the rest follows in the next, so that one giant does not starve others. */
const burst = 50;

/** From what is seen of a ReplicaSet to pods to create or delete, and its status. */
export function decideReplicaSet(observed: ReplicaSetObserved): Decision {
  const { replicaSet, refusal, now } = observed;
  const claimed = claim({
    owner: replicaSet,
    ownerResource: replicaSets,
    resource: pods,
    selector: replicaSet.spec.selector,
    owned: observed.owned,
    orphans: observed.orphans.filter(isActive),
  });
  const active = claimed.owned.filter(isActive);
  const wanted = replicaSet.spec.replicas ?? 1;
  const surplus = active.length - wanted;
  const changes: Write[] = [...claimed.writes];
  const isDeleting = replicaSet.metadata.deletionTimestamp !== undefined;
  if (!isDeleting && surplus < 0) {
    for (let i = 0; i < Math.min(burst, -surplus); i++) changes.push({ verb: 'create', resource: pods, object: podFrom(replicaSet) });
  }
  if (!isDeleting && surplus > 0) {
    for (const object of [...active].sort(expendableFirst).slice(0, surplus)) changes.push({ verb: 'delete', resource: pods, object });
  }
  const status = statusOf(replicaSet, active, surplus, refusal, now);
  // First of all the status: creates that are refused end the pass.
  const writes: Write[] = jsonEqual(status, replicaSet.status)
    ? changes
    : [{ verb: 'status', resource: replicaSets, object: { ...replicaSet, status } as ReplicaSet }, ...changes];
  const waits = active.map((pod) => untilAvailable(pod, replicaSet.spec.minReadySeconds ?? 0, now)).filter((delay) => delay !== 0);
  const againInMs = soonest(...waits);
  return { writes, againInMs: againInMs === undefined ? undefined : againInMs + 10 };
}

function podFrom(replicaSet: ReplicaSet) {
  const { template } = replicaSet.spec;
  return {
    metadata: {
      generateName: `${replicaSet.metadata.name}-`,
      namespace: replicaSet.metadata.namespace,
      labels: template.metadata?.labels,
      annotations: template.metadata?.annotations,
      finalizers: template.metadata?.finalizers,
      ownerReferences: [controlledBy(replicaSet, replicaSets)],
    },
    spec: template.spec,
  };
}

/** The order in which pods are given up: unbound, then not running, not ready, cheaper to delete, younger. */
export function expendableFirst(a: Pod, b: Pod): number {
  const bound = (pod: Pod): number => (pod.spec.nodeName ? 1 : 0);
  const running = (pod: Pod): number => (pod.status?.phase === 'Running' ? 1 : 0);
  const ready = (pod: Pod): number => (isReady(pod) ? 1 : 0);
  const cost = (pod: Pod): number => Number(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0);
  return (
    bound(a) - bound(b) ||
    running(a) - running(b) ||
    ready(a) - ready(b) ||
    cost(a) - cost(b) ||
    (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? '') ||
    b.metadata.name.localeCompare(a.metadata.name)
  );
}

function statusOf(replicaSet: ReplicaSet, active: Pod[], surplus: number, refusal: Refusal | undefined, now: number): ReplicaSetStatus {
  const templateLabels = { matchLabels: replicaSet.spec.template.metadata?.labels ?? {} };
  const minReadySeconds = replicaSet.spec.minReadySeconds ?? 0;
  const known = replicaSet.status?.conditions;
  const reason = surplus < 0 ? 'FailedCreate' : 'FailedDelete';
  // The message names the pod that was refused, another one at each attempt: the first stays, or there would be no rest.
  const isKnown = conditionOf(known, 'ReplicaFailure')?.reason === reason;
  const failing = isKnown
    ? (known ?? [])
    : withCondition(known, { type: 'ReplicaFailure', status: 'True', reason, message: refusal?.message }, now);
  const conditions = refusal ? failing : withoutCondition(known, 'ReplicaFailure');
  return {
    replicas: active.length,
    fullyLabeledReplicas: active.filter((pod) => selects(templateLabels, pod.metadata.labels)).length || undefined,
    readyReplicas: active.filter(isReady).length || undefined,
    availableReplicas: active.filter((pod) => untilAvailable(pod, minReadySeconds, now) === 0).length || undefined,
    observedGeneration: replicaSet.metadata.generation,
    conditions: conditions.length > 0 ? conditions : undefined,
  };
}

export function replicaSetActor({ views, clock }: Stage): Actor {
  const ofReplicaSets = views(replicaSets);
  const ofPods = views(pods);
  return {
    name: 'replicaset',
    fieldManager: 'kube-controller-manager',
    sources: [source(ofReplicaSets, ownKey), source(ofPods, controllerKeys(replicaSets))],
    decide(key, refusal) {
      const { namespace, name } = splitKey(key);
      const replicaSet = ofReplicaSets.get(namespace, name);
      if (!replicaSet) return nothingToDo;
      const owned = ofPods.ownedBy(replicaSet.metadata.uid);
      return decideReplicaSet({ replicaSet, owned, orphans: ofPods.orphans(namespace), refusal, now: clock.now() });
    },
  };
}
