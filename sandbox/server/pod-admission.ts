/**
 * What the mutating admission of a cluster adds to every pod: the priority of its class, and the toleration that lets
 * it stay five minutes on a node that has gone (admission plugins Priority and DefaultTolerationSeconds).
 */
import { isObject } from '../../src/base/json.ts';
import { items, text } from './columns/cells.ts';
import type { Engine } from './engine.ts';
import type { Json, JsonObject, KubeObject } from './object.ts';
import { forbidden } from './refusal.ts';

const pods = { group: '', plural: 'pods' };
export const priorityClassStorage = 'scheduling.k8s.io/priorityclasses';

/** What the system's own pods are given; every cluster has these two. */
export const systemPriorityClasses: readonly { name: string; value: number; description: string }[] = [
  {
    name: 'system-cluster-critical',
    value: 2_000_000_000,
    description: 'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
  {
    name: 'system-node-critical',
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
];

/** The pod as admission lets it in. @param live the pod before an update. @throws Refusal where its priority class says otherwise. */
export function admitPod(engine: Engine, pod: KubeObject, live?: KubeObject): KubeObject {
  const spec = isObject(pod.spec) ? pod.spec : {};
  const before = live && isObject(live.spec) ? live.spec : {};
  const priority = live
    ? { priority: spec.priority ?? before.priority, preemptionPolicy: spec.preemptionPolicy ?? before.preemptionPolicy }
    : priorityOf(engine, pod.metadata.name ?? '', spec);
  const tolerations = tolerationsOf(pod);
  return { ...pod, spec: withoutUndefined({ ...spec, ...priority, tolerations }) };
}

/** Leaves out what an older pod never had. */
function withoutUndefined(spec: Record<string, Json | undefined>): JsonObject {
  const kept: JsonObject = {};
  for (const [name, value] of Object.entries(spec)) if (value !== undefined) kept[name] = value;
  return kept;
}

function priorityOf(engine: Engine, name: string, spec: JsonObject): JsonObject {
  const found = classOf(engine, name, spec);
  const value = typeof found?.value === 'number' ? found.value : 0;
  const policy = typeof found?.preemptionPolicy === 'string' ? found.preemptionPolicy : 'PreemptLowerPriority';
  const computed = (what: string, got: Json, wanted: Json) =>
    forbidden(
      pods,
      name,
      `the ${what} (${String(got)}) must not be provided in pod spec; priority admission controller computed ${String(wanted)} from the given PriorityClass name`,
    );
  if (spec.priority !== undefined && spec.priority !== null && spec.priority !== value)
    throw computed('integer value of priority', spec.priority, value);
  if (spec.preemptionPolicy && spec.preemptionPolicy !== policy)
    throw computed('string value of PreemptionPolicy', spec.preemptionPolicy, policy);
  return {
    ...(found ? { priorityClassName: found.metadata.name } : {}),
    priority: value,
    preemptionPolicy: policy,
  };
}

/** The class a pod names, else the default one of the cluster, if there is one (the least of several). */
function classOf(engine: Engine, name: string, spec: JsonObject): KubeObject | undefined {
  const named = spec.priorityClassName;
  if (typeof named === 'string' && named !== '') {
    const found = engine.store.get(priorityClassStorage, undefined, named);
    if (!found) throw forbidden(pods, name, `no PriorityClass with name ${named} was found`);
    return found.object;
  }
  const defaults = engine.store
    .list(priorityClassStorage, undefined)
    .map(({ object }) => object)
    .filter(({ globalDefault }) => globalDefault === true);
  return defaults.sort((a, b) => Number(a.value) - Number(b.value))[0];
}

/** Five minutes, as `--default-not-ready-toleration-seconds` has it. */
const toleratedSeconds = 300;

function tolerationsOf(pod: KubeObject): Json[] | undefined {
  const given = items(pod, 'spec', 'tolerations');
  const tolerates = (key: string): boolean =>
    given.some((each) => ['', key].includes(text(each, 'key')) && ['', 'NoExecute'].includes(text(each, 'effect')));
  const added = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
    .filter((key) => !tolerates(key))
    .map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: toleratedSeconds }));
  return given.length + added.length > 0 ? [...given, ...added] : undefined;
}
