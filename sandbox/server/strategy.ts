/**
 * What each kind keeps to itself at a write: a create starts without status, an update of the object cannot
 * touch its status and an update of the status nothing else, and `generation` counts changes of the wish.
 */
import { isObject, jsonEqual } from '../../src/base/json.ts';
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

/** Guaranteed when every container limits CPU and memory and requests just that; BestEffort when none asks for anything. */
function qosClassOf(pod: KubeObject): string {
  const spec = isObject(pod.spec) ? pod.spec : {};
  const containers = [spec.containers, spec.initContainers].flatMap((list) => (Array.isArray(list) ? list : []));
  let asked = false;
  let guaranteed = true;
  for (const container of containers) {
    const resources = isObject(container) && isObject(container.resources) ? container.resources : {};
    const requests = isObject(resources.requests) ? resources.requests : {};
    const limits = isObject(resources.limits) ? resources.limits : {};
    for (const name of ['cpu', 'memory']) {
      if (requests[name] !== undefined || limits[name] !== undefined) asked = true;
      if (limits[name] === undefined || (requests[name] ?? limits[name]) !== limits[name]) guaranteed = false;
    }
  }
  return asked ? (guaranteed ? 'Guaranteed' : 'Burstable') : 'BestEffort';
}

/** Status of a new object where the kind has one of its own from the start. */
const initialStatus: Record<string, (object: KubeObject) => unknown> = {
  '/pods': (pod) => ({ phase: 'Pending', qosClass: qosClassOf(pod) }),
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
    const status = initialStatus[resource.storage]?.(next);
    if (status !== undefined) next = { ...next, status };
  }
  if (resource.custom || counted.has(resource.storage)) next = { ...next, metadata: { ...next.metadata, generation: 1 } };
  else if (next.metadata.generation !== undefined) {
    const { generation: _dropped, ...metadata } = next.metadata;
    next = { ...next, metadata };
  }
  if (resource.storage === '/namespaces') next = withKubernetesFinalizer(next);
  if (resource.storage === 'batch/jobs') next = withJobSelector(next);
  if (resource.storage === 'apps/daemonsets') next = withTemplateGeneration(next, undefined);
  next = withProtection(resource, next);
  return next;
}

function withKubernetesFinalizer(namespace: KubeObject): KubeObject {
  const spec = isObject(namespace.spec) ? namespace.spec : {};
  const finalizers = Array.isArray(spec.finalizers) ? spec.finalizers : [];
  return finalizers.includes('kubernetes') ? namespace : { ...namespace, spec: { ...spec, finalizers: [...finalizers, 'kubernetes'] } };
}

/** Pods of a job are told from others by the job's uid, unless the user takes that on himself. */
function withJobSelector(job: KubeObject): KubeObject {
  const spec = isObject(job.spec) ? job.spec : {};
  if (spec.manualSelector === true) return job;
  const template = isObject(spec.template) ? spec.template : {};
  const metadata = isObject(template.metadata) ? template.metadata : {};
  const uid = job.metadata.uid ?? '';
  const labels = {
    ...(isObject(metadata.labels) ? metadata.labels : {}),
    'controller-uid': uid,
    'batch.kubernetes.io/controller-uid': uid,
    'job-name': job.metadata.name,
    'batch.kubernetes.io/job-name': job.metadata.name,
  };
  const selector = isObject(spec.selector) ? spec.selector : {};
  const matchLabels = { ...(isObject(selector.matchLabels) ? selector.matchLabels : {}), 'batch.kubernetes.io/controller-uid': uid };
  return {
    ...job,
    spec: { ...spec, selector: { ...selector, matchLabels }, template: { ...template, metadata: { ...metadata, labels } } },
  };
}

/** Claims and volumes are held while they are in use (admission plugin StorageObjectInUseProtection). */
const protection: Record<string, string> = {
  '/persistentvolumeclaims': 'kubernetes.io/pvc-protection',
  '/persistentvolumes': 'kubernetes.io/pv-protection',
};

function withProtection(resource: Resource, object: KubeObject): KubeObject {
  const finalizer = protection[resource.storage];
  const finalizers = object.metadata.finalizers ?? [];
  if (finalizer === undefined || finalizers.includes(finalizer)) return object;
  return { ...object, metadata: { ...object.metadata, finalizers: [...finalizers, finalizer] } };
}

/** A field of an older version of DaemonSet that lives on as an annotation: how often its template was changed. */
const templateGeneration = 'deprecated.daemonset.template.generation';

function withTemplateGeneration(daemonSet: KubeObject, live: KubeObject | undefined): KubeObject {
  const templateOf = ({ spec }: KubeObject): unknown => (isObject(spec) ? spec.template : undefined);
  const before = Number(live?.metadata.annotations?.[templateGeneration] ?? 0);
  const isChanged = live === undefined || !jsonEqual(templateOf(daemonSet), templateOf(live));
  const annotations = { ...daemonSet.metadata.annotations, [templateGeneration]: String(before + (isChanged ? 1 : 0)) };
  return { ...daemonSet, metadata: { ...daemonSet.metadata, annotations } };
}

/** The object as an update of it (no subresource) stores it. */
export function prepareUpdate(resource: Resource, object: KubeObject, live: KubeObject): KubeObject {
  let next = object;
  if (hasStatus(resource)) {
    next = without(next, 'status');
    if (live.status !== undefined) next = { ...next, status: live.status };
  }
  if (resource.storage === 'apps/daemonsets') next = withTemplateGeneration(next, live);
  // A namespace's spec is its list of finalizers, which only /finalize changes.
  if (resource.storage === '/namespaces' && live.spec !== undefined) next = { ...next, spec: live.spec };
  return withGeneration(next, live, wishChanged(resource, next, live));
}

/** The object as an update of its status stores it. */
export function prepareStatusUpdate(resource: Resource, object: KubeObject, live: KubeObject): KubeObject {
  const metadata = statusOnly(resource)
    ? { ...live.metadata, managedFields: object.metadata.managedFields, resourceVersion: object.metadata.resourceVersion }
    : { ...object.metadata, ...keptByStatus(resource, live) };
  const base = without({ ...live, metadata: stripUndefined(metadata) }, 'status');
  const next = object.status === undefined ? base : { ...base, status: object.status };
  return withGeneration(next, live, false);
}

/** Kinds whose status update changes nothing but the status. The others take the metadata that comes with it. */
const statusOnly = (resource: Resource): boolean => resource.custom !== undefined || resource.group === 'apiextensions.k8s.io';

/** Metadata that a status update of a built-in kind leaves as it is (each kind's statusStrategy). */
function keptByStatus(resource: Resource, live: KubeObject): Partial<KubeObject['metadata']> {
  switch (resource.storage) {
    case '/pods':
      return { ownerReferences: live.metadata.ownerReferences };
    case 'apps/deployments':
      return { labels: live.metadata.labels };
    default:
      return {};
  }
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
