/**
 * Plays the StatefulSet controller: pods with ordinals and their claims, started and stopped in order (or in
 * parallel), updated from the highest ordinal down to the partition.
 */
import { jsonEqual } from '../../src/base/json.ts';
import { type Actor, controllerKeys, type Decision, nothingToDo, ownKey, source, splitKey, type Write } from './actor.ts';
import { isFinished, isReady, soonest, untilAvailable } from './conditions.ts';
import {
  type ControllerRevision,
  claims,
  controllerRevisions,
  type PersistentVolumeClaim,
  type Pod,
  type PodTemplate,
  pods,
  type StatefulSet,
  type StatefulSetStatus,
  statefulSets,
} from './kinds.ts';
import { controlledBy, selects } from './ownership.ts';
import { templateOf, trackRevision, trimRevisions } from './revision.ts';
import type { Stage } from './stage.ts';

const revisionLabel = 'controller-revision-hash';

export interface StatefulSetObserved {
  set: StatefulSet;
  owned: Pod[];
  revisions: ControllerRevision[];
  claim: (name: string) => PersistentVolumeClaim | undefined;
  now: number;
}

interface Shape {
  start: number;
  replicas: number;
  partition: number;
  isOrdered: boolean;
  isRolling: boolean;
  minReadySeconds: number;
}

function shapeOf({ spec }: StatefulSet): Shape {
  return {
    start: spec.ordinals?.start ?? 0,
    replicas: spec.replicas ?? 1,
    partition: spec.updateStrategy?.rollingUpdate?.partition ?? 0,
    isOrdered: spec.podManagementPolicy !== 'Parallel',
    isRolling: spec.updateStrategy?.type !== 'OnDelete',
    minReadySeconds: spec.minReadySeconds ?? 0,
  };
}

function ordinalOf(set: StatefulSet, pod: Pod): number | undefined {
  const prefix = `${set.metadata.name}-`;
  const tail = pod.metadata.name.startsWith(prefix) ? pod.metadata.name.slice(prefix.length) : '';
  return /^\d+$/.test(tail) ? Number(tail) : undefined;
}

const isLeaving = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;

/** From what is seen of a StatefulSet to the next allowed step and its status. */
export function decideStatefulSet(observed: StatefulSetObserved): Decision {
  const { set, owned, now } = observed;
  const shape = shapeOf(set);
  const tracked = trackRevision({
    owner: set,
    ownerResource: statefulSets,
    template: set.spec.template,
    labels: set.spec.selector.matchLabels,
    hashLabel: 'controller.kubernetes.io/hash',
    known: observed.revisions,
  });
  const update = tracked.current.name;
  const current = set.status?.currentRevision || update;
  const currentRecord = tracked.known.find(({ metadata }) => metadata.name === current);
  const currentTemplate = (currentRecord && templateOf(currentRecord)) ?? set.spec.template;
  const byOrdinal = new Map<number, Pod>();
  for (const pod of owned) {
    const ordinal = ordinalOf(set, pod);
    if (ordinal !== undefined && selects(set.spec.selector, pod.metadata.labels)) byOrdinal.set(ordinal, pod);
  }
  const status = statusOf(set, shape, [...byOrdinal.values()], current, update, now);
  const writes: Write[] = [...tracked.writes];
  if (!jsonEqual(status, set.status)) writes.push({ verb: 'status', resource: statefulSets, object: { ...set, status } as StatefulSet });
  if (set.metadata.deletionTimestamp === undefined) {
    const versionFor = (ordinal: number): [string, PodTemplate] =>
      shape.isRolling && ordinal < shape.start + shape.partition ? [current, currentTemplate] : [update, set.spec.template];
    writes.push(...nextSteps(observed, shape, byOrdinal, update, versionFor));
    const live = new Set([current, update, ...owned.map((pod) => pod.metadata.labels?.[revisionLabel] ?? '')]);
    writes.push(...trimRevisions(tracked.known, live, set.spec.revisionHistoryLimit ?? 10));
  }
  const waits = owned.map((pod) => untilAvailable(pod, shape.minReadySeconds, now)).filter((delay) => delay !== 0);
  const againInMs = soonest(...waits);
  return { writes, againInMs: againInMs === undefined ? undefined : againInMs + 10 };
}

/** Starting comes before stopping, stopping before updating; where order matters each waits for the one before it. */
function nextSteps(
  { set, claim, now }: StatefulSetObserved,
  shape: Shape,
  byOrdinal: Map<number, Pod>,
  update: string,
  versionFor: (ordinal: number) => [string, PodTemplate],
): Write[] {
  const writes: Write[] = [];
  const end = shape.start + shape.replicas;
  const isHealthy = (pod: Pod): boolean => !isLeaving(pod) && isReady(pod) && untilAvailable(pod, shape.minReadySeconds, now) === 0;
  for (let ordinal = shape.start; ordinal < end; ordinal++) {
    const pod = byOrdinal.get(ordinal);
    if (!pod) {
      const [revision, template] = versionFor(ordinal);
      writes.push(...claimsFor(set, ordinal, claim));
      writes.push({ verb: 'create', resource: pods, object: podFrom(set, ordinal, revision, template) });
    } else if (isFinished(pod) && !isLeaving(pod)) writes.push({ verb: 'delete', resource: pods, object: pod });
    if (shape.isOrdered && !(pod && isHealthy(pod))) return writes;
  }
  const condemned = [...byOrdinal].filter(([ordinal]) => ordinal < shape.start || ordinal >= end).sort(([a], [b]) => b - a);
  for (const [, pod] of condemned) {
    if (!isLeaving(pod)) writes.push({ verb: 'delete', resource: pods, object: pod });
    if (shape.isOrdered) return writes;
  }
  if (!shape.isRolling || writes.length > 0) return writes;
  for (let ordinal = end - 1; ordinal >= shape.start + shape.partition; ordinal--) {
    const pod = byOrdinal.get(ordinal);
    if (!pod) return writes;
    if (pod.metadata.labels?.[revisionLabel] !== update && !isLeaving(pod)) {
      return [...writes, { verb: 'delete', resource: pods, object: pod }];
    }
    if (!isHealthy(pod)) return writes;
  }
  return writes;
}

function claimName(set: StatefulSet, template: string, ordinal: number): string {
  return `${template}-${set.metadata.name}-${ordinal}`;
}

function claimsFor(set: StatefulSet, ordinal: number, claim: StatefulSetObserved['claim']): Write[] {
  return (set.spec.volumeClaimTemplates ?? []).flatMap((template): Write[] => {
    const name = claimName(set, template.metadata.name, ordinal);
    if (claim(name)) return [];
    const labels = { ...template.metadata.labels, ...set.spec.selector.matchLabels };
    const metadata = { name, namespace: set.metadata.namespace, labels, annotations: template.metadata.annotations };
    return [{ verb: 'create', resource: claims, object: { metadata, spec: template.spec } }];
  });
}

function podFrom(set: StatefulSet, ordinal: number, revision: string, template: PodTemplate) {
  const name = `${set.metadata.name}-${ordinal}`;
  const templates = set.spec.volumeClaimTemplates ?? [];
  const claimed = templates.map(({ metadata }) => ({
    name: metadata.name,
    persistentVolumeClaim: { claimName: claimName(set, metadata.name, ordinal) },
  }));
  const others = (template.spec.volumes ?? []).filter((volume) => !templates.some(({ metadata }) => metadata.name === volume.name));
  return {
    metadata: {
      name,
      namespace: set.metadata.namespace,
      labels: {
        ...template.metadata?.labels,
        [revisionLabel]: revision,
        'apps.kubernetes.io/pod-index': String(ordinal),
        'statefulset.kubernetes.io/pod-name': name,
      },
      annotations: template.metadata?.annotations,
      finalizers: template.metadata?.finalizers,
      ownerReferences: [controlledBy(set, statefulSets)],
    },
    spec: { ...template.spec, hostname: name, subdomain: set.spec.serviceName, volumes: [...claimed, ...others] },
  };
}

function statusOf(set: StatefulSet, shape: Shape, members: Pod[], current: string, update: string, now: number): StatefulSetStatus {
  const staying = members.filter((pod) => !isLeaving(pod));
  const of = (revision: string): number => staying.filter((pod) => pod.metadata.labels?.[revisionLabel] === revision).length;
  const ready = members.filter((pod) => pod.status?.phase === 'Running' && isReady(pod));
  const updated = of(update);
  const { replicas } = shape;
  // All pods are of the new revision: from now on it is the current one.
  const isDone = shape.isRolling && updated === replicas && ready.length === replicas && members.length === replicas;
  const effective = isDone ? update : current;
  return {
    observedGeneration: set.metadata.generation,
    replicas: members.length,
    readyReplicas: ready.length || undefined,
    currentReplicas: of(effective) || undefined,
    updatedReplicas: updated || undefined,
    availableReplicas: ready.filter((pod) => untilAvailable(pod, shape.minReadySeconds, now) === 0).length,
    currentRevision: effective,
    updateRevision: update,
    collisionCount: set.status?.collisionCount ?? 0,
  };
}

export function statefulSetActor({ views, clock }: Stage): Actor {
  const ofSets = views(statefulSets);
  const ofPods = views(pods);
  const ofRevisions = views(controllerRevisions);
  const ofClaims = views(claims);
  return {
    name: 'statefulset',
    fieldManager: 'kube-controller-manager',
    sources: [source(ofSets, ownKey), source(ofPods, controllerKeys(statefulSets)), source(ofRevisions, controllerKeys(statefulSets))],
    needs: [ofClaims],
    decide(key) {
      const { namespace, name } = splitKey(key);
      const set = ofSets.get(namespace, name);
      if (!set) return nothingToDo;
      return decideStatefulSet({
        set,
        owned: ofPods.ownedBy(set.metadata.uid),
        revisions: ofRevisions.ownedBy(set.metadata.uid),
        claim: (claimName) => ofClaims.get(namespace, claimName),
        now: clock.now(),
      });
    },
  };
}
