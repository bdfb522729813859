/** Plays the DaemonSet controller: one pod on each node that takes it, replaced within maxUnavailable or maxSurge. */
import { jsonEqual } from '../../src/base/json.ts';
import { type Actor, controllerKeys, type Decision, nothingToDo, ownKey, source, splitKey, type Write } from './actor.ts';
import { isFinished, isReady, resolveCount, soonest, untilAvailable } from './conditions.ts';
import {
  type ControllerRevision,
  controllerRevisions,
  type DaemonSet,
  type DaemonSetStatus,
  daemonSets,
  type Node,
  nodes,
  type Pod,
  type PodSpec,
  pods,
  type Toleration,
} from './kinds.ts';
import { controlledBy } from './ownership.ts';
import { trackRevision, trimRevisions } from './revision.ts';
import { matchesNode, untolerated } from './scheduling.ts';
import type { Stage } from './stage.ts';

const revisionLabel = 'controller-revision-hash';
const generationAnnotation = 'deprecated.daemonset.template.generation';

export interface DaemonSetObserved {
  daemonSet: DaemonSet;
  owned: Pod[];
  nodes: Node[];
  revisions: ControllerRevision[];
  now: number;
}

/** What every pod of a DaemonSet tolerates, as the real controller adds it. */
function tolerationsFor(spec: PodSpec): Toleration[] {
  const toleration = (name: string, effect: string): Toleration => ({ key: `node.kubernetes.io/${name}`, operator: 'Exists', effect });
  return [
    ...(spec.tolerations ?? []),
    toleration('not-ready', 'NoExecute'),
    toleration('unreachable', 'NoExecute'),
    toleration('disk-pressure', 'NoSchedule'),
    toleration('memory-pressure', 'NoSchedule'),
    toleration('pid-pressure', 'NoSchedule'),
    toleration('unschedulable', 'NoSchedule'),
    ...(spec.hostNetwork ? [toleration('network-unavailable', 'NoSchedule')] : []),
  ];
}

function podFrom(daemonSet: DaemonSet, node: string, revision: string) {
  const { template } = daemonSet.spec;
  const affinity = template.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  // The pod is bound to its node by an affinity to the node's name; terms of the template keep their expressions.
  const named = { key: 'metadata.name', operator: 'In', values: [node] };
  const terms = (affinity?.nodeSelectorTerms ?? [{}]).map((term) => ({ ...term, matchFields: [named] }));
  return {
    metadata: {
      generateName: `${daemonSet.metadata.name}-`,
      namespace: daemonSet.metadata.namespace,
      labels: {
        ...template.metadata?.labels,
        [revisionLabel]: revision,
        'pod-template-generation': daemonSet.metadata.annotations?.[generationAnnotation] ?? '1',
      },
      annotations: template.metadata?.annotations,
      ownerReferences: [controlledBy(daemonSet, daemonSets)],
    },
    spec: {
      ...template.spec,
      affinity: {
        ...template.spec.affinity,
        nodeAffinity: {
          ...template.spec.affinity?.nodeAffinity,
          requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms },
        },
      },
      tolerations: tolerationsFor(template.spec),
    },
  };
}

/** The node a daemon pod is on, or is meant for. */
function nodeOf(pod: Pod): string {
  if (pod.spec.nodeName) return pod.spec.nodeName;
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return terms.flatMap(({ matchFields }) => matchFields ?? []).find(({ key }) => key === 'metadata.name')?.values?.[0] ?? '';
}

const isLeaving = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;

/** From what is seen of a DaemonSet and the nodes to pods to start or stop, and its status. */
export function decideDaemonSet(observed: DaemonSetObserved): Decision {
  const { daemonSet, owned, now } = observed;
  const { spec } = daemonSet;
  const minReadySeconds = spec.minReadySeconds ?? 0;
  const tracked = trackRevision({
    owner: daemonSet,
    ownerResource: daemonSets,
    template: spec.template,
    labels: spec.template.metadata?.labels,
    annotations: { [generationAnnotation]: daemonSet.metadata.annotations?.[generationAnnotation] ?? '1' },
    hashLabel: revisionLabel,
    known: observed.revisions,
  });
  const update = tracked.current.name.slice(daemonSet.metadata.name.length + 1);
  const isUpdated = (pod: Pod): boolean => pod.metadata.labels?.[revisionLabel] === update;
  const isAvailable = (pod: Pod): boolean => !isLeaving(pod) && untilAvailable(pod, minReadySeconds, now) === 0;
  const probe: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: '' },
    spec: { ...spec.template.spec, tolerations: tolerationsFor(spec.template.spec) },
  };
  const wanted = observed.nodes.filter((node) => matchesNode(probe, node) && untolerated(probe, node.spec?.taints).length === 0);
  const wantedNames = new Set(wanted.map(({ metadata }) => metadata.name));
  const onNode = Map.groupBy(owned, nodeOf);

  const changes: Write[] = [];
  for (const [name, here] of onNode) {
    const node = observed.nodes.find(({ metadata }) => metadata.name === name);
    // A taint that only keeps new pods away does not drive out those that run.
    const mayStay =
      wantedNames.has(name) || (node && matchesNode(probe, node) && untolerated(probe, node.spec?.taints, ['NoExecute']).length === 0);
    if (!mayStay) for (const object of here) if (!isLeaving(object)) changes.push({ verb: 'delete', resource: pods, object });
  }
  const rolling = spec.updateStrategy?.type === 'OnDelete' ? undefined : spec.updateStrategy?.rollingUpdate;
  const isRolling = spec.updateStrategy?.type !== 'OnDelete';
  const surge = isRolling ? resolveCount(rolling?.maxSurge, wanted.length, 'up', 0) : 0;
  let unavailable = resolveCount(rolling?.maxUnavailable, wanted.length, 'up', surge > 0 ? 0 : 1);
  if (surge === 0 && unavailable === 0) unavailable = 1;
  let surging = 0;
  const outdated: Pod[] = [];
  const missing: string[] = [];
  for (const name of wantedNames) {
    const here = onNode.get(name) ?? [];
    for (const object of here) if (isFinished(object) && !isLeaving(object)) changes.push({ verb: 'delete', resource: pods, object });
    const living = here.filter((pod) => !isFinished(pod) && !isLeaving(pod));
    const leaving = here.filter((pod) => isLeaving(pod) || isFinished(pod));
    const fresh = living.filter(isUpdated);
    const old = living.filter((pod) => !isUpdated(pod));
    for (const object of fresh.slice(1)) changes.push({ verb: 'delete', resource: pods, object });
    if (living.length === 0) {
      if (leaving.length === 0) missing.push(name);
      continue;
    }
    if (old.length > 0 && fresh.length > 0) {
      surging++;
      if (fresh.some(isAvailable)) for (const object of old) changes.push({ verb: 'delete', resource: pods, object });
    } else outdated.push(...old);
  }
  for (const name of missing) changes.push({ verb: 'create', resource: pods, object: podFrom(daemonSet, name, update) });
  if (isRolling && surge > 0) {
    for (const pod of outdated.slice(0, Math.max(0, surge - surging)))
      changes.push({ verb: 'create', resource: pods, object: podFrom(daemonSet, nodeOf(pod), update) });
  } else if (isRolling) {
    const down = [...wantedNames].filter((name) => !(onNode.get(name) ?? []).some(isAvailable)).length;
    const sick = outdated.filter((pod) => !isAvailable(pod));
    const healthy = outdated.filter(isAvailable).slice(0, Math.max(0, unavailable - down));
    for (const object of [...sick, ...healthy]) changes.push({ verb: 'delete', resource: pods, object });
  }

  const status = statusOf(daemonSet, wantedNames, onNode, { isUpdated, isAvailable });
  const writes: Write[] = [...tracked.writes];
  if (!jsonEqual(status, daemonSet.status))
    writes.push({ verb: 'status', resource: daemonSets, object: { ...daemonSet, status } as DaemonSet });
  if (daemonSet.metadata.deletionTimestamp === undefined) {
    writes.push(...changes);
    const live = new Set([
      tracked.current.name,
      ...owned.map((pod) => `${daemonSet.metadata.name}-${pod.metadata.labels?.[revisionLabel]}`),
    ]);
    writes.push(...trimRevisions(tracked.known, live, spec.revisionHistoryLimit ?? 10));
  }
  const waits = owned.map((pod) => untilAvailable(pod, minReadySeconds, now)).filter((delay) => delay !== 0);
  const againInMs = soonest(...waits);
  return { writes, againInMs: againInMs === undefined ? undefined : againInMs + 10 };
}

function statusOf(
  daemonSet: DaemonSet,
  wanted: Set<string>,
  onNode: Map<string, Pod[]>,
  { isUpdated, isAvailable }: Record<'isUpdated' | 'isAvailable', (pod: Pod) => boolean>,
): DaemonSetStatus {
  let [current, misplaced, ready, available, updated] = [0, 0, 0, 0, 0];
  for (const [name, all] of onNode) {
    const here = all.filter((pod) => !isLeaving(pod));
    if (here.length === 0) continue;
    if (!wanted.has(name)) {
      misplaced++;
      continue;
    }
    current++;
    if (here.some(isReady)) ready++;
    if (here.some(isAvailable)) available++;
    if (here.some(isUpdated)) updated++;
  }
  return {
    currentNumberScheduled: current,
    numberMisscheduled: misplaced,
    desiredNumberScheduled: wanted.size,
    numberReady: ready,
    observedGeneration: daemonSet.metadata.generation,
    updatedNumberScheduled: updated || undefined,
    numberAvailable: available || undefined,
    numberUnavailable: wanted.size - available || undefined,
    collisionCount: daemonSet.status?.collisionCount,
  };
}

export function daemonSetActor({ views, clock }: Stage): Actor {
  const ofSets = views(daemonSets);
  const ofPods = views(pods);
  const ofNodes = views(nodes);
  const ofRevisions = views(controllerRevisions);
  return {
    name: 'daemonset',
    fieldManager: 'kube-controller-manager',
    sources: [
      source(ofSets, ownKey),
      source(ofPods, controllerKeys(daemonSets)),
      source(ofRevisions, controllerKeys(daemonSets)),
      source(ofNodes, () => ofSets.list().flatMap(ownKey)),
    ],
    decide(key) {
      const { namespace, name } = splitKey(key);
      const daemonSet = ofSets.get(namespace, name);
      if (!daemonSet) return nothingToDo;
      return decideDaemonSet({
        daemonSet,
        owned: ofPods.ownedBy(daemonSet.metadata.uid),
        nodes: ofNodes.list(),
        revisions: ofRevisions.ownedBy(daemonSet.metadata.uid),
        now: clock.now(),
      });
    },
  };
}
