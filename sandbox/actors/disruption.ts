/** Plays the disruption controller: how many pods of a PodDisruptionBudget may go, and its one condition. */
import { jsonEqual } from '../../src/base/json.ts';
import { type Actor, type Decision, nothingToDo, ownKey, source, splitKey } from './actor.ts';
import { isReady, resolveCount, soonest, withCondition } from './conditions.ts';
import {
  deployments,
  disruptionBudgets,
  type Pod,
  type PodDisruptionBudget,
  type PodTemplate,
  pods,
  replicaSets,
  statefulSets,
  type WorldObject,
} from './kinds.ts';
import { selects } from './ownership.ts';
import type { Stage } from './stage.ts';

/** After this time an eviction that was allowed but not carried out is allowed to somebody else. */
const evictionMs = 120_000;

export interface DisruptionObserved {
  budget: PodDisruptionBudget;
  /** Pods of the budget's namespace. */
  pods: Pod[];
  /** The scale of the workload that finally controls a pod, with that workload's uid; undefined where none does. */
  scaleOf: (pod: Pod) => { uid: string; replicas: number } | undefined;
  now: number;
}

/** From what is seen of a budget and its pods to its status. */
export function decideDisruption({ budget, pods: candidates, scaleOf, now }: DisruptionObserved): Decision {
  const { spec, metadata } = budget;
  const before = budget.status;
  // In policy/v1 an empty selector matches every pod, an absent one none.
  const covered = candidates.filter((pod) => selects(spec.selector, pod.metadata.labels));
  const scales = new Map(covered.flatMap((pod) => (scaleOf(pod) ? [[scaleOf(pod)?.uid, scaleOf(pod)?.replicas ?? 0] as const] : [])));
  const scale = [...scales.values()].reduce((sum, replicas) => sum + replicas, 0);
  const isCount = spec.maxUnavailable === undefined && typeof spec.minAvailable !== 'string';
  const expectedPods = isCount ? covered.length : scale;
  const desiredHealthy =
    spec.maxUnavailable !== undefined
      ? Math.max(0, expectedPods - resolveCount(spec.maxUnavailable, expectedPods, 'up', 0))
      : resolveCount(spec.minAvailable, expectedPods, 'up', 1);
  const disrupted = Object.entries(before?.disruptedPods ?? {}).filter(([name, since]) => {
    const pod = covered.find((each) => each.metadata.name === name);
    return pod && pod.metadata.deletionTimestamp === undefined && now < Date.parse(since) + evictionMs;
  });
  const leaving = new Set(disrupted.map(([name]) => name));
  const currentHealthy = covered
    .filter(({ metadata: { deletionTimestamp, name } }) => deletionTimestamp === undefined && !leaving.has(name))
    .filter(isReady).length;
  const disruptionsAllowed = expectedPods > 0 ? Math.max(0, currentHealthy - desiredHealthy) : 0;
  const isAllowed = disruptionsAllowed > 0;
  const observedGeneration = metadata.generation;
  const condition = {
    type: 'DisruptionAllowed',
    status: isAllowed ? 'True' : 'False',
    reason: isAllowed ? 'SufficientPods' : 'InsufficientPods',
    message: '',
    observedGeneration,
  };
  const conditions = withCondition(before?.conditions, condition, now).map((each) =>
    each.type === condition.type ? { ...each, observedGeneration } : each,
  );
  const disruptedPods = disrupted.length > 0 ? Object.fromEntries(disrupted) : undefined;
  const status = { observedGeneration, disruptedPods, disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods, conditions };
  const againInMs = soonest(...disrupted.map(([, since]) => Date.parse(since) + evictionMs - now));
  if (metadata.deletionTimestamp !== undefined || jsonEqual(status, before)) return { writes: [], againInMs };
  return { writes: [{ verb: 'status', resource: disruptionBudgets, object: { ...budget, status } as PodDisruptionBudget }], againInMs };
}

export function disruptionActor({ views, clock }: Stage): Actor {
  const ofBudgets = views(disruptionBudgets);
  const ofPods = views(pods);
  const ofReplicaSets = views(replicaSets);
  const ofDeployments = views(deployments);
  const ofStatefulSets = views(statefulSets);
  const controllerOf = (object: WorldObject) => object.metadata.ownerReferences?.find(({ controller }) => controller);
  const scaleOf: DisruptionObserved['scaleOf'] = (pod) => {
    const namespace = pod.metadata.namespace ?? '';
    const owner = controllerOf(pod);
    if (owner?.kind === 'StatefulSet') return scaleFrom(ofStatefulSets.get(namespace, owner.name));
    const replicaSet = owner?.kind === 'ReplicaSet' ? ofReplicaSets.get(namespace, owner.name) : undefined;
    const above = replicaSet && controllerOf(replicaSet);
    return scaleFrom(above?.kind === 'Deployment' ? ofDeployments.get(namespace, above.name) : replicaSet);
  };
  // Only budgets that cover the pod, or the pods of the workload: a namespace may hold a thousand of each.
  const covering = (object: WorldObject, labels: Record<string, string> | undefined): string[] =>
    ofBudgets
      .list(object.metadata.namespace ?? '')
      .filter(({ spec }) => selects(spec.selector, labels))
      .flatMap(ownKey);
  const ofWorkload = (object: WorldObject & { spec: { template: PodTemplate } }): string[] =>
    covering(object, object.spec.template.metadata?.labels);
  return {
    name: 'disruption',
    fieldManager: 'kube-controller-manager',
    sources: [
      source(ofBudgets, ownKey),
      source(ofPods, (pod) => covering(pod, pod.metadata.labels)),
      source(ofDeployments, ofWorkload),
      source(ofStatefulSets, ofWorkload),
      source(ofReplicaSets, ofWorkload),
    ],
    decide(key) {
      const { namespace, name } = splitKey(key);
      const budget = ofBudgets.get(namespace, name);
      return budget ? decideDisruption({ budget, pods: ofPods.list(namespace), scaleOf, now: clock.now() }) : nothingToDo;
    },
  };
}

function scaleFrom(workload: (WorldObject & { spec: { replicas?: number } }) | undefined): { uid: string; replicas: number } | undefined {
  return workload && { uid: workload.metadata.uid ?? '', replicas: workload.spec.replicas ?? 1 };
}
