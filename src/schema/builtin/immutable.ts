/**
 * What of a built-in object may not change once it exists, as paths: a plan names them before the server refuses.
 * Source: the update validation of Kubernetes 1.33 (see workload-validation.ts, other-validation.ts).
 */
import type { KubeObject } from '../../api/object.ts';
import { isObject, type JsonObject, jsonEqual } from '../../base/json.ts';
import { inner, objects } from './pod-defaults.ts';
import { mutableStatefulSetFields } from './workload-validation.ts';

/** Fields that stay what they are, by kind. A value of undefined on the after side counts as a change. */
const fixed: Record<string, readonly string[]> = {
  'apps/v1/Deployment': ['spec.selector'],
  'apps/v1/ReplicaSet': ['spec.selector'],
  'apps/v1/DaemonSet': ['spec.selector'],
  'batch/v1/Job': [
    'spec.selector',
    'spec.template',
    'spec.completionMode',
    'spec.podFailurePolicy',
    'spec.backoffLimitPerIndex',
    'spec.managedBy',
    'spec.successPolicy',
  ],
  'v1/Secret': ['type'],
  'rbac.authorization.k8s.io/v1/RoleBinding': ['roleRef'],
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': ['roleRef'],
  'storage.k8s.io/v1/StorageClass': ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'],
  'scheduling.k8s.io/v1/PriorityClass': ['value', 'preemptionPolicy'],
  'networking.k8s.io/v1/IngressClass': ['spec.controller'],
  'policy/v1/PodDisruptionBudget': [],
};

function at(object: JsonObject | undefined, path: string): unknown {
  let current: unknown = object;
  for (const step of path.split('.')) current = isObject(current) ? current[step] : undefined;
  return current;
}

function changed(before: JsonObject, after: JsonObject, paths: readonly string[]): string[] {
  return paths.filter((path) => !jsonEqual(at(before, path), at(after, path)));
}

function changedOutside(before: JsonObject, after: JsonObject, allowed: readonly string[]): string[] {
  const was = inner(before, 'spec') ?? {};
  const is = inner(after, 'spec') ?? {};
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((name) => !allowed.includes(name) && !jsonEqual(was[name], is[name]))
    .map((name) => `spec.${name}`);
}

function changedService(before: JsonObject, after: JsonObject): string[] {
  const was = inner(before, 'spec') ?? {};
  const is = inner(after, 'spec') ?? {};
  if (was.type === 'ExternalName' || is.type === 'ExternalName') return [];
  const out: string[] = [];
  const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : undefined);
  // An address that is left out is taken from the live object: only another one is a change.
  if (was.clusterIP && is.clusterIP && was.clusterIP !== is.clusterIP) out.push('spec.clusterIP');
  if (first(was.ipFamilies) && first(is.ipFamilies) && first(was.ipFamilies) !== first(is.ipFamilies)) out.push('spec.ipFamilies');
  return out;
}

function changedClaim(before: JsonObject, after: JsonObject): string[] {
  const bound = inner(before, 'status')?.phase === 'Bound';
  const allowed = [
    'volumeAttributesClassName',
    ...(inner(before, 'spec')?.volumeName ? [] : ['volumeName']),
    ...(bound ? ['resources'] : []),
  ];
  return changedOutside(before, after, allowed);
}

/** A pod's spec is what it was, but for images, tolerations that come on top, and deadlines. */
function changedPod(before: JsonObject, after: JsonObject): string[] {
  const out = changedOutside(before, after, [
    'containers',
    'initContainers',
    'activeDeadlineSeconds',
    'tolerations',
    'terminationGracePeriodSeconds',
  ]);
  for (const list of ['containers', 'initContainers']) {
    const was = objects(inner(before, 'spec')?.[list]);
    const is = objects(inner(after, 'spec')?.[list]);
    const imageless = (each: JsonObject): JsonObject => ({ ...each, image: '' });
    if (!jsonEqual(was.map(imageless), is.map(imageless))) out.push(`spec.${list}`);
  }
  return out;
}

/**
 * Paths that differ and may not. `before` is the live object; `after` is what shall stand there afterwards, in full
 * (a merged and defaulted object, not the sparse manifest: an absent field counts as removed).
 */
export function immutableChange(kind: { apiVersion: string; kind: string }, before: KubeObject, after: KubeObject): string[] {
  const key = `${kind.apiVersion}/${kind.kind}`;
  const was = before as unknown as JsonObject;
  const is = after as unknown as JsonObject;
  const out = changed(was, is, fixed[key] ?? []);
  switch (key) {
    case 'apps/v1/StatefulSet':
      return changedOutside(was, is, mutableStatefulSetFields);
    case 'v1/Service':
      return changedService(was, is);
    case 'v1/PersistentVolumeClaim':
      return changedClaim(was, is);
    case 'v1/Pod':
      return changedPod(was, is);
    case 'batch/v1/Job': {
      const spec = inner(is, 'spec');
      const completions =
        spec?.completionMode === 'Indexed' && spec.completions === spec.parallelism ? [] : changed(was, is, ['spec.completions']);
      return [...out, ...completions];
    }
    case 'v1/ConfigMap':
    case 'v1/Secret': {
      const frozen = was.immutable === true ? changed(was, is, ['immutable', 'data', 'binaryData']) : [];
      return [...out, ...frozen];
    }
    default:
      return out;
  }
}
