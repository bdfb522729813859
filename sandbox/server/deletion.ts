/**
 * Deletes: preconditions, grace, propagation and finalizers. An object with something left to do becomes
 * terminating and stays; one without is gone with the answer.
 */
import { toRfc3339 } from '../../src/base/clock.ts';
import { isObject } from '../../src/base/json.ts';
import { fromStorage } from './convert.ts';
import { cleanupFinalizer, crdStorage } from './custom/definition.ts';
import { type Engine, nowOf } from './engine.ts';
import type { Identity, Json, KubeObject } from './object.ts';
import { badRequest, conflict, invalidOption, notFound, type Refusal, type Status, successStatus } from './refusal.ts';
import type { Resource } from './resources.ts';

export interface DeleteOptions {
  gracePeriodSeconds: number | undefined;
  propagationPolicy: 'Background' | 'Foreground' | 'Orphan' | undefined;
  uid: string | undefined;
  resourceVersion: string | undefined;
  dryRun: string[];
}

export const foregroundFinalizer = 'foregroundDeletion';
export const orphanFinalizer = 'orphan';

/** Reads DeleteOptions from body and query; a body says it whole, so that the query is not looked at then. */
export function parseDeleteOptions(body: Json | undefined, query: URLSearchParams): DeleteOptions {
  const options: DeleteOptions = {
    gracePeriodSeconds: undefined,
    propagationPolicy: undefined,
    uid: undefined,
    resourceVersion: undefined,
    dryRun: [],
  };
  let policy: unknown;
  let orphan: unknown;
  if (body !== undefined) {
    if (!isObject(body)) throw badRequest('the object provided is unrecognized (must be of type DeleteOptions)');
    if (body.kind !== undefined && body.kind !== 'DeleteOptions') throw badRequest(`expected DeleteOptions, got ${String(body.kind)}`);
    policy = body.propagationPolicy;
    orphan = body.orphanDependents;
    if (typeof body.gracePeriodSeconds === 'number') options.gracePeriodSeconds = body.gracePeriodSeconds;
    if (isObject(body.preconditions)) {
      const { uid, resourceVersion } = body.preconditions;
      if (typeof uid === 'string') options.uid = uid;
      if (typeof resourceVersion === 'string') options.resourceVersion = resourceVersion;
    }
    if (Array.isArray(body.dryRun)) options.dryRun = body.dryRun.map(String);
  } else {
    policy = query.get('propagationPolicy') ?? undefined;
    orphan = query.has('orphanDependents') ? query.get('orphanDependents') === 'true' : undefined;
    const grace = query.get('gracePeriodSeconds');
    if (grace !== null && /^-?\d+$/.test(grace)) options.gracePeriodSeconds = Number(grace);
    options.dryRun = query.getAll('dryRun');
  }
  if (policy !== undefined && policy !== null && policy !== '') {
    if (policy !== 'Background' && policy !== 'Foreground' && policy !== 'Orphan') {
      throw invalidOption(
        'DeleteOptions',
        'propagationPolicy',
        `Unsupported value: ${JSON.stringify(policy)}: supported values: "Foreground", "Background", "Orphan", "nil"`,
      );
    }
    options.propagationPolicy = policy;
  } else if (orphan !== undefined) options.propagationPolicy = orphan ? 'Orphan' : 'Background';
  return options;
}

export interface DeleteInput {
  resource: Resource;
  namespace: string | undefined;
  name: string;
  options: DeleteOptions;
  user: Identity;
  dryRun: boolean;
}

/** A pod that goes at once is marked first: its last state carries the time of its end. */
function endedPod(engine: Engine, pod: KubeObject): KubeObject {
  const metadata = { ...pod.metadata, deletionGracePeriodSeconds: 0 };
  if (metadata.deletionTimestamp === undefined) {
    metadata.deletionTimestamp = nowOf(engine);
    if (metadata.generation !== undefined) metadata.generation += 1;
  }
  return { ...pod, metadata };
}

/** Kinds whose deletion answers with the object instead of a Status. */
const returnsObject = new Set([
  '/namespaces',
  '/persistentvolumes',
  '/persistentvolumeclaims',
  '/pods',
  '/podtemplates',
  '/resourcequotas',
  '/services',
  '/serviceaccounts',
  'storage.k8s.io/storageclasses',
]);

/** Deletes one object. Refuses: 404 missing, 409 precondition. */
export function deleteObject(engine: Engine, input: DeleteInput): KubeObject | Status {
  const { resource, namespace, name, options } = input;
  const stored = engine.store.get(resource.storage, namespace, name);
  if (!stored) throw notFound(resource, name);
  const live = stored.object;
  checkPreconditions(resource, live, options);
  const storageResource = engine.registry.ofStorage(resource.storage) ?? resource;
  for (const check of engine.admission) {
    check({ operation: 'delete', resource: storageResource, object: live, live, user: input.user, dryRun: input.dryRun });
  }
  const next = terminating(engine, resource, live, options);
  if (next === undefined) {
    // A foreground or background deletion of a pod with no grace left, or of anything without finalizers: gone now.
    if (!input.dryRun)
      engine.store.remove(resource.storage, namespace, name, resource.storage === '/pods' ? endedPod(engine, live) : undefined);
    if (resource.storage === '/pods') return fromStorage(resource, endedPod(engine, live));
    if (returnsObject.has(resource.storage)) return fromStorage(resource, live);
    return successStatus({
      name,
      ...(resource.group ? { group: resource.group } : {}),
      kind: resource.plural,
      ...(live.metadata.uid ? { uid: live.metadata.uid } : {}),
    });
  }
  if (next === live || input.dryRun) return fromStorage(resource, next);
  return fromStorage(resource, engine.store.put(resource.storage, next).object);
}

/** A failed precondition names the kind, where other conflicts name the resource. */
const refusePrecondition = (resource: Resource, name: string, why: string): Refusal =>
  conflict({ group: resource.group, plural: resource.kind }, name, why);

function checkPreconditions(resource: Resource, live: KubeObject, options: DeleteOptions): void {
  const name = live.metadata.name;
  if (options.uid !== undefined && options.uid !== live.metadata.uid) {
    throw refusePrecondition(
      resource,
      name,
      `the UID in the precondition (${options.uid}) does not match the UID in record (${live.metadata.uid ?? ''}). The object might have been deleted and then recreated`,
    );
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== live.metadata.resourceVersion) {
    throw refusePrecondition(
      resource,
      name,
      `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record (${live.metadata.resourceVersion ?? ''}). The object might have been modified`,
    );
  }
}

/** The terminating form of an object, the same object when nothing changes, or undefined when it can go at once. */
function terminating(engine: Engine, resource: Resource, live: KubeObject, options: DeleteOptions): KubeObject | undefined {
  if (resource.storage === crdStorage) return terminatingCrd(engine, live);
  const finalizers = finalizersFor(live, options);
  const grace = graceFor(resource, live, options);
  const specFinalizers = resource.storage === '/namespaces' && namespaceFinalizers(live).length > 0;
  if (finalizers.length === 0 && grace === 0 && !specFinalizers) return undefined;
  const already = live.metadata.deletionTimestamp !== undefined;
  const graceShortened = already && grace < (live.metadata.deletionGracePeriodSeconds ?? 0);
  const sameFinalizers =
    finalizers.length === (live.metadata.finalizers ?? []).length && finalizers.every((f) => live.metadata.finalizers?.includes(f));
  if (already && !graceShortened && sameFinalizers) return live;
  const metadata = { ...live.metadata };
  if (finalizers.length > 0) metadata.finalizers = finalizers;
  else delete metadata.finalizers;
  if (!already) {
    metadata.deletionTimestamp = toRfc3339(engine.clock.now() + grace * 1000);
    // Namespaces have an end of their own and no grace.
    if (resource.storage !== '/namespaces') metadata.deletionGracePeriodSeconds = grace;
    // A deletion request counts as a change of the wish: the generation goes up (rest.BeforeDelete).
    if (metadata.generation !== undefined) metadata.generation += 1;
  } else if (graceShortened) {
    metadata.deletionTimestamp = toRfc3339(engine.clock.now() + grace * 1000);
    metadata.deletionGracePeriodSeconds = grace;
    if (metadata.generation !== undefined) metadata.generation += 1;
  }
  const next = { ...live, metadata };
  if (resource.storage === '/namespaces')
    return { ...next, status: { ...(isObject(live.status) ? live.status : {}), phase: 'Terminating' } };
  return next;
}

/** A CRD keeps itself until its objects are gone, and says so. */
function terminatingCrd(engine: Engine, live: KubeObject): KubeObject {
  if (live.metadata.deletionTimestamp) return live;
  const now = nowOf(engine);
  const finalizers = live.metadata.finalizers ?? [];
  const status = isObject(live.status) ? live.status : {};
  const conditions = Array.isArray(status.conditions) ? status.conditions : [];
  return {
    ...live,
    metadata: {
      ...live.metadata,
      deletionTimestamp: now,
      finalizers: finalizers.includes(cleanupFinalizer) ? finalizers : [...finalizers, cleanupFinalizer],
    },
    status: {
      ...status,
      conditions: [
        ...conditions,
        {
          type: 'Terminating',
          status: 'True',
          lastTransitionTime: now,
          reason: 'InstanceDeletionPending',
          message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
        },
      ],
    },
  };
}

export function namespaceFinalizers(namespace: KubeObject): Json[] {
  return isObject(namespace.spec) && Array.isArray(namespace.spec.finalizers) ? namespace.spec.finalizers : [];
}

function finalizersFor(live: KubeObject, options: DeleteOptions): string[] {
  const current = live.metadata.finalizers ?? [];
  if (options.propagationPolicy === undefined) return current;
  const kept = current.filter((finalizer) => finalizer !== foregroundFinalizer && finalizer !== orphanFinalizer);
  if (options.propagationPolicy === 'Foreground') return [...kept, foregroundFinalizer];
  if (options.propagationPolicy === 'Orphan') return [...kept, orphanFinalizer];
  return kept;
}

/** Seconds of grace; only pods have any, and only while a node may still run them. */
function graceFor(resource: Resource, live: KubeObject, options: DeleteOptions): number {
  if (resource.storage !== '/pods') return 0;
  const spec = isObject(live.spec) ? live.spec : {};
  const status = isObject(live.status) ? live.status : {};
  if (!spec.nodeName || status.phase === 'Succeeded' || status.phase === 'Failed') return 0;
  const asked =
    options.gracePeriodSeconds ?? (typeof spec.terminationGracePeriodSeconds === 'number' ? spec.terminationGracePeriodSeconds : 30);
  return Math.max(0, asked);
}
