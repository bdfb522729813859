/**
 * Plays the HorizontalPodAutoscaler controller for CPU utilisation. Without a metric it says so as the real one does on
 * a cluster without a metrics API; with one (a setting) it scales through the scale subresource.
 */
import { toRfc3339 } from '../../src/base/clock.ts';
import { jsonEqual } from '../../src/base/json.ts';
import { type Actor, type Decision, nothingToDo, ownKey, source, splitKey, type Write } from './actor.ts';
import { withCondition } from './conditions.ts';
import {
  autoscalers,
  type Condition,
  type Deployment,
  deployments,
  type HorizontalPodAutoscaler,
  type ReplicaSet,
  type Resource,
  replicaSets,
  type StatefulSet,
  statefulSets,
  type WorldObject,
} from './kinds.ts';
import type { Stage } from './stage.ts';

type Scalable = Deployment | StatefulSet | ReplicaSet;

/** How often metrics are looked at, as the real controller's --horizontal-pod-autoscaler-sync-period. */
const syncMs = 15_000;
/** Within this share of the target nothing is done. */
const tolerance = 0.1;

export interface AutoscalerObserved {
  autoscaler: HorizontalPodAutoscaler;
  target?: { resource: Resource<WorldObject>; object: Scalable };
  /** CPU utilisation in percent of the request. */
  cpuPercent?: number;
  /** The highest recommendation within the scale-down window, the present one included. */
  highestRecent: number;
  now: number;
}

function cpuTarget({ spec }: HorizontalPodAutoscaler): number | undefined {
  const metric = spec.metrics?.find(({ type, resource }) => type === 'Resource' && resource?.name === 'cpu');
  // The API server's default, where no metric is given.
  return spec.metrics?.length ? metric?.resource?.target.averageUtilization : 80;
}

/** How many replicas the metric asks for. */
export function recommend(autoscaler: HorizontalPodAutoscaler, current: number, cpuPercent: number | undefined): number {
  const target = cpuTarget(autoscaler);
  if (target === undefined || cpuPercent === undefined) return current;
  const ratio = cpuPercent / target;
  return Math.abs(ratio - 1) <= tolerance ? current : Math.ceil(current * ratio);
}

/** From what is seen of an autoscaler and its target to the new scale and the status. */
export function decideAutoscaler(observed: AutoscalerObserved): Decision {
  const { autoscaler, target, cpuPercent, now } = observed;
  if (autoscaler.metadata.deletionTimestamp !== undefined) return nothingToDo;
  const { spec } = autoscaler;
  const before = autoscaler.status ?? { desiredReplicas: 0 };
  let conditions = before.conditions;
  const say = (type: string, on: boolean, reason: string, message: string): void => {
    conditions = withCondition(conditions, { type, status: on ? 'True' : 'False', reason, message } satisfies Condition, now);
  };
  const report = (status: Partial<NonNullable<HorizontalPodAutoscaler['status']>>): Write[] => {
    const next = { ...before, observedGeneration: autoscaler.metadata.generation, ...status, conditions };
    return jsonEqual(next, before)
      ? []
      : [{ verb: 'status', resource: autoscalers, object: { ...autoscaler, status: next } as HorizontalPodAutoscaler }];
  };
  if (!target) {
    const { kind, name } = spec.scaleTargetRef;
    const message = `the HPA controller was unable to get the target's current scale: ${kind.toLowerCase()}s.apps "${name}" not found`;
    say('AbleToScale', false, 'FailedGetScale', message);
    return { writes: report({}) };
  }
  const current = target.object.spec.replicas ?? 1;
  const least = spec.minReplicas ?? 1;
  const rescale = (desired: number): Write[] => {
    say('AbleToScale', true, 'SucceededRescale', `the HPA controller was able to update the target scale to ${desired}`);
    const writes: Write[] = [{ verb: 'scale', resource: target.resource, object: target.object, replicas: desired }];
    return [...writes, ...report({ currentReplicas: current, desiredReplicas: desired, lastScaleTime: toRfc3339(now) })];
  };
  say('AbleToScale', true, 'SucceededGetScale', "the HPA controller was able to get the target's current scale");
  if (current === 0 && least !== 0) {
    say('ScalingActive', false, 'ScalingDisabled', 'scaling is disabled since the replica count of the target is zero');
    return { writes: report({ currentReplicas: 0, desiredReplicas: 0 }) };
  }
  if (current > spec.maxReplicas) return { writes: rescale(spec.maxReplicas) };
  if (current < least) return { writes: rescale(least) };
  if (cpuPercent === undefined || cpuTarget(autoscaler) === undefined) {
    const missing =
      'failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)';
    say('ScalingActive', false, 'FailedGetResourceMetric', `the HPA was unable to compute the replica count: ${missing}`);
    // The real controller leaves one empty entry for each metric it could not read.
    return { writes: report({ currentReplicas: current, currentMetrics: (spec.metrics ?? []).map(() => ({ type: '' })) }) };
  }
  say(
    'ScalingActive',
    true,
    'ValidMetricFound',
    'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
  );
  const raw = recommend(autoscaler, current, cpuPercent);
  // Up at once (at most twice the size or four more, the default policy); down only to the highest recent wish.
  const wish = raw > current ? Math.min(raw, Math.max(current * 2, current + 4)) : Math.min(current, Math.max(raw, observed.highestRecent));
  const desired = Math.min(spec.maxReplicas, Math.max(least, wish));
  if (wish > spec.maxReplicas)
    say('ScalingLimited', true, 'TooManyReplicas', 'the desired replica count is more than the maximum replica count');
  else if (wish < least) say('ScalingLimited', true, 'TooFewReplicas', 'the desired replica count is less than the minimum replica count');
  else say('ScalingLimited', false, 'DesiredWithinRange', 'the desired count is within the acceptable range');
  const currentMetrics = [
    { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: cpuPercent, averageValue: `${cpuPercent}m` } } },
  ];
  if (desired === current)
    return { writes: report({ currentReplicas: current, desiredReplicas: desired, currentMetrics }), againInMs: syncMs };
  return { writes: rescale(desired), againInMs: syncMs };
}

export function autoscalerActor({ views, clock, settings }: Stage): Actor {
  const ofAutoscalers = views(autoscalers);
  const scalable = { Deployment: deployments, StatefulSet: statefulSets, ReplicaSet: replicaSets } as const;
  const recommended = new Map<string, { at: number; replicas: number }[]>();
  const targeting = (kind: string) => (object: WorldObject) =>
    ofAutoscalers
      .list(object.metadata.namespace ?? '')
      .filter(({ spec }) => spec.scaleTargetRef.kind === kind && spec.scaleTargetRef.name === object.metadata.name)
      .flatMap(ownKey);
  const targetOf = ({ metadata, spec }: HorizontalPodAutoscaler): AutoscalerObserved['target'] => {
    const { kind, name } = spec.scaleTargetRef;
    if (kind !== 'Deployment' && kind !== 'StatefulSet' && kind !== 'ReplicaSet') return undefined;
    const resource = scalable[kind];
    const object = views<Scalable>(resource).get(metadata.namespace ?? '', name);
    return object && { resource, object };
  };
  return {
    name: 'autoscaler',
    fieldManager: 'kube-controller-manager',
    sources: [
      source(ofAutoscalers, ownKey),
      source(views(deployments), targeting('Deployment')),
      source(views(statefulSets), targeting('StatefulSet')),
      source(views(replicaSets), targeting('ReplicaSet')),
    ],
    decide(key) {
      const { namespace, name } = splitKey(key);
      const autoscaler = ofAutoscalers.get(namespace, name);
      if (!autoscaler) {
        recommended.delete(key);
        return nothingToDo;
      }
      const target = targetOf(autoscaler);
      const cpuPercent = settings.metrics.get(`${namespace}/${autoscaler.spec.scaleTargetRef.name}`) ?? settings.usualCpuPercent;
      const at = clock.monotonic();
      const windowMs = (autoscaler.spec.behavior?.scaleDown?.stabilizationWindowSeconds ?? 300) * 1_000;
      const current = target?.object.spec.replicas ?? 1;
      // The first look counts as a wish for what is there, so that a fresh start never scales down at once.
      const known = recommended.get(key) ?? [{ at, replicas: current }];
      const recent = [...known, { at, replicas: recommend(autoscaler, current, cpuPercent) }].filter((each) => at - each.at <= windowMs);
      recommended.set(key, recent);
      return decideAutoscaler({
        autoscaler,
        target,
        cpuPercent,
        highestRecent: Math.max(0, ...recent.map(({ replicas }) => replicas)),
        now: clock.now(),
      });
    },
  };
}
