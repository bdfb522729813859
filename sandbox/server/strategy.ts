/**
 * What each kind keeps to itself at a write: a create starts without status, an update of the object cannot
 * touch its status and an update of the status nothing else, and `generation` counts changes of the wish.
 */
import { jsonEqual } from '../../src/base/json.ts';
import type { KubeObject } from './object.ts';
import type { Resource } from './resources.ts';

/** Built-in resources that count generations (storage keys). */
const counted = new Set([
  'apps/daemonsets',
  'apps/deployments',
  'apps/replicasets',
  'apps/statefulsets',
  'batch/cronjobs',
  'batch/jobs',
  'networking.k8s.io/ingresses',
  'networking.k8s.io/ingressclasses',
  'networking.k8s.io/networkpolicies',
  'policy/poddisruptionbudgets',
  'discovery.k8s.io/endpointslices',
  'apiextensions.k8s.io/customresourcedefinitions',
  '/pods',
  '/podtemplates',
]);

/** Status of a new object where the kind has one of its own from the start. */
const initialStatus: Record<string, () => unknown> = {
  '/pods': () => ({ phase: 'Pending' }),
  '/namespaces': () => ({ phase: 'Active' }),
  '/persistentvolumeclaims': () => ({ phase: 'Pending' }),
  '/persistentvolumes': () => ({ phase: 'Pending' }),
  '/services': () => ({ loadBalancer: {} }),
  'networking.k8s.io/ingresses': () => ({ loadBalancer: {} }),
  'apps/deployments': () => ({}),
  'apps/statefulsets': () => ({ replicas: 0, availableReplicas: 0 }),
  'apps/replicasets': () => ({ replicas: 0 }),
  'apps/daemonsets': () => ({ currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 }),
  'batch/jobs': () => ({}),
  'batch/cronjobs': () => ({}),
  'autoscaling/horizontalpodautoscalers': () => ({ desiredReplicas: 0, currentMetrics: null }),
  'policy/poddisruptionbudgets': () => ({ disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }),
  '/resourcequotas': () => ({}),
};

const hasStatus = (resource: Resource): boolean => (resource.custom ? resource.custom.status : resource.subresources.has('status'));

/** Kinds whose status is taken as it comes at create: a kubelet registers its node with one. */
const statusAtCreate = new Set(['/nodes', 'apiextensions.k8s.io/customresourcedefinitions']);

function without(object: KubeObject, field: string): KubeObject {
  if (!(field in object)) return object;
  const { [field]: _dropped, ...rest } = object;
  return { ...rest, apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata };
}

/** The object as a create stores it. */
export function prepareCreate(resource: Resource, object: KubeObject): KubeObject {
  let next = object;
  if (hasStatus(resource) && !statusAtCreate.has(resource.storage)) {
    next = without(next, 'status');
    const status = initialStatus[resource.storage]?.();
    if (status !== undefined) next = { ...next, status };
  }
  if (resource.custom || counted.has(resource.storage)) next = { ...next, metadata: { ...next.metadata, generation: 1 } };
  else if (next.metadata.generation !== undefined) {
    const { generation: _dropped, ...metadata } = next.metadata;
    next = { ...next, metadata };
  }
  if (resource.storage === '/namespaces' && !isRecord(next.spec)) next = { ...next, spec: { finalizers: ['kubernetes'] } };
  return next;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** The object as an update of it (no subresource) stores it. */
export function prepareUpdate(resource: Resource, object: KubeObject, live: KubeObject): KubeObject {
  let next = object;
  if (hasStatus(resource)) {
    next = without(next, 'status');
    if (live.status !== undefined) next = { ...next, status: live.status };
  }
  // A namespace's spec is its list of finalizers, which only /finalize changes.
  if (resource.storage === '/namespaces' && live.spec !== undefined) next = { ...next, spec: live.spec };
  return withGeneration(next, live, wishChanged(resource, next, live));
}

/** The object as an update of its status stores it. */
export function prepareStatusUpdate(resource: Resource, object: KubeObject, live: KubeObject): KubeObject {
  // Pods and nodes may change their metadata along with the status; a custom resource nothing but the status.
  const ownMetadata = resource.storage === '/pods' || resource.storage === '/nodes';
  const metadata = ownMetadata
    ? { ...object.metadata, ownerReferences: live.metadata.ownerReferences }
    : { ...live.metadata, managedFields: object.metadata.managedFields, resourceVersion: object.metadata.resourceVersion };
  const base = without({ ...live, metadata: stripUndefined(metadata) }, 'status');
  const next = object.status === undefined ? base : { ...base, status: object.status };
  return withGeneration(next, live, false);
}

function stripUndefined<T extends object>(value: T): T {
  const copy = { ...value };
  for (const key of Object.keys(copy) as (keyof T)[]) if (copy[key] === undefined) delete copy[key];
  return copy;
}

function withGeneration(next: KubeObject, live: KubeObject, changed: boolean): KubeObject {
  const before = live.metadata.generation;
  const generation = before === undefined ? undefined : before + (changed ? 1 : 0);
  if (next.metadata.generation === generation) return next;
  const { generation: _dropped, ...metadata } = next.metadata;
  return { ...next, metadata: generation === undefined ? metadata : { ...metadata, generation } };
}

/** Whether the part of the object that says what is wanted differs. */
function wishChanged(resource: Resource, next: KubeObject, live: KubeObject): boolean {
  if (resource.custom) {
    // Everything but metadata counts, and but the status where it is a subresource.
    const ignored = new Set(['metadata', 'apiVersion', 'kind', ...(resource.custom.status ? ['status'] : [])]);
    const keys = new Set([...Object.keys(next), ...Object.keys(live)]);
    for (const key of keys) if (!ignored.has(key) && !jsonEqual(next[key], live[key])) return true;
    return false;
  }
  if (!counted.has(resource.storage)) return false;
  if (resource.storage === 'discovery.k8s.io/endpointslices') {
    return !jsonEqual({ ...next, metadata: null }, { ...live, metadata: null }) || !jsonEqual(next.metadata.labels, live.metadata.labels);
  }
  // Deployments count a change of their annotations too (the rollout history lives there).
  if (resource.storage === 'apps/deployments' && !jsonEqual(next.metadata.annotations ?? {}, live.metadata.annotations ?? {})) return true;
  return !jsonEqual(next.spec, live.spec);
}
