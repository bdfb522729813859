/**
 * The way of a write from a decoded object into the store: defaults, managed fields, what the kind keeps to
 * itself, validation, admission, optimistic concurrency. Creates and updates of every form end here.
 */
import { valueAt } from '../../src/base/json.ts';
import { type FieldIssue, immutableChange, isNoop, updateManagedFields, validate, validateBuiltin } from '../../src/schema/index.ts';
import { withServiceAddresses } from './addresses.ts';
import { admitClaim } from './claim-admission.ts';
import { fromStorage, toStorage } from './convert.ts';
import { crdIssues, crdStorage, defaultCrd, withInitialStatus } from './custom/definition.ts';
import { complete, maxObjectBytes, refuseIssues } from './decode.ts';
import { type Engine, nowOf } from './engine.ts';
import { generatedSuffix, validateMetadata, validateMetadataUpdate } from './metadata.ts';
import type { Identity, KubeObject } from './object.ts';
import { admitPod } from './pod-admission.ts';
import { alreadyExists, badRequest, conflict, forbidden, invalidObject, notFound, Refusal, staleWrite } from './refusal.ts';
import type { CustomVersion, Resource } from './resources.ts';
import { keyOf, type Stored } from './store.ts';
import { prepareCreate, prepareStatusUpdate, prepareUpdate } from './strategy.ts';

export interface WriteContext {
  resource: Resource;
  namespace: string | undefined;
  manager: string;
  user: Identity;
  dryRun: boolean;
  subresource?: string | undefined;
}

/** What a write gives back: the object in the version it was asked in. */
export interface Written {
  object: KubeObject;
  stored: Stored | undefined;
}

/** Refuses creates in namespaces that are missing or terminating (admission plugin NamespaceLifecycle). */
export function checkNamespace(engine: Engine, resource: Resource, namespace: string | undefined, name: string): void {
  if (!resource.namespaced || namespace === undefined) return;
  const found = engine.store.get('/namespaces', undefined, namespace);
  if (!found) throw notFound({ group: '', plural: 'namespaces' }, namespace);
  if (found.object.metadata.deletionTimestamp) {
    throw forbidden(resource, name, `unable to create new content in namespace ${namespace} because it is being terminated`, [
      { reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' },
    ]);
  }
}

/** Resolves name and namespace of a new object. */
export function addressNew(engine: Engine, resource: Resource, namespace: string | undefined, object: KubeObject): KubeObject {
  const metadata = { ...object.metadata };
  if (resource.namespaced) {
    if (namespace === undefined) throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
    if (metadata.namespace !== undefined && metadata.namespace !== '' && metadata.namespace !== namespace) {
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
    }
    metadata.namespace = namespace;
  } else if (metadata.namespace) {
    throw badRequest('namespace may not be set on a cluster-scoped object');
  } else delete metadata.namespace;
  if (!metadata.name && metadata.generateName) {
    // 58 leaves room for the five letters within the 63 of a label.
    const base = metadata.generateName.slice(0, 58);
    metadata.name = `${base}${generatedSuffix(() => engine.random.fraction())}`;
  }
  return { ...object, metadata };
}

const completeKind = (resource: Resource, object: KubeObject): KubeObject =>
  resource.storage === crdStorage ? defaultCrd(complete(resource, object)) : complete(resource, object);

export interface CreateInput extends WriteContext {
  /** Decoded, not yet defaulted. */
  object: KubeObject;
  /** Managed fields are already right (server-side apply). */
  managed?: boolean;
}

/** Creates an object. Refuses: 404 namespace, 409 exists, 403 admission, 422 content. */
export function createObject(engine: Engine, input: CreateInput): Written {
  const { resource } = input;
  let object = addressNew(engine, resource, input.namespace, input.object);
  if (!input.managed && object.metadata.resourceVersion) {
    throw new Refusal(500, '', 'resourceVersion should not be set on objects to be created');
  }
  const now = nowOf(engine);
  checkNamespace(engine, resource, object.metadata.namespace, object.metadata.name ?? '');
  object = completeKind(resource, object);
  if (!input.managed) {
    object = updateManagedFields({
      live: undefined,
      next: object,
      manager: input.manager,
      schema: resource.schema,
      apiVersion: resource.apiVersion,
      now,
      resetFields: resource.resetFields(),
    });
  }
  const {
    deletionTimestamp: _at,
    deletionGracePeriodSeconds: _grace,
    resourceVersion: _rv,
    selfLink: _link,
    ...metadata
  } = {
    selfLink: undefined,
    ...object.metadata,
  };
  object = { ...object, metadata: { ...metadata, uid: engine.random.uuid(), creationTimestamp: now } };
  object = prepareCreate(resource, object);
  if (resource.storage === '/pods') object = admitPod(engine, object);
  if (resource.storage === '/persistentvolumeclaims') object = admitClaim(engine, object);
  // A job's labels are defaulted from those its selector has just been given.
  if (resource.storage === 'batch/jobs') object = complete(resource, object);
  if (resource.storage === crdStorage) object = withInitialStatus(object);
  // A create has no status; the defaults of one return when the real server reads what it has stored.
  if (resource.custom) object = complete(resource, object);
  const kept = toStorage(resource, withServiceAddresses(engine, resource, object, undefined));
  const storageResource = engine.registry.ofStorage(resource.storage) ?? resource;
  const issues = issuesOf(engine, resource, fromStorage(resource, kept), undefined);
  if (issues.length > 0) throw refuseIssues(resource, object.metadata.name ?? '', issues);
  for (const check of engine.admission)
    check({ operation: 'create', resource: storageResource, object: kept, user: input.user, dryRun: input.dryRun });
  if (engine.store.get(resource.storage, kept.metadata.namespace, kept.metadata.name)) {
    throw alreadyExists(resource, kept.metadata.name);
  }
  checkSize(kept);
  if (input.dryRun) return { object: fromStorage(resource, kept), stored: undefined };
  const stored = engine.store.put(resource.storage, kept);
  return { object: fromStorage(resource, stored.object), stored };
}

function checkSize(object: KubeObject): void {
  // A rough count first: stringifying every small object a second time would double the cost of a write.
  if (!isLarge(object, maxObjectBytes / 4)) return;
  const bytes = Buffer.byteLength(JSON.stringify(object));
  if (bytes > maxObjectBytes) throw new Refusal(500, '', 'etcdserver: request is too large');
}

/** Whether the texts in a value may sum up to more than `limit` characters. */
function isLarge(value: unknown, limit: number): boolean {
  let rest = limit;
  const walk = (part: unknown): void => {
    if (rest <= 0) return;
    if (typeof part === 'string') rest -= part.length + 2;
    else if (Array.isArray(part)) for (const item of part) walk(item);
    else if (typeof part === 'object' && part !== null) {
      for (const [key, item] of Object.entries(part)) {
        rest -= key.length + 3;
        walk(item);
      }
    } else rest -= 5;
  };
  walk(value);
  return rest <= 0;
}

/** Everything wrong with an object: its metadata, its content, and against `live` what may not change. */
export function issuesOf(engine: Engine, resource: Resource, object: KubeObject, live: KubeObject | undefined): FieldIssue[] {
  const issues = validateMetadata(resource, object);
  // Twice, as the strategy and the generic registry of the real server both look: Status.details shows it.
  const changes = live ? validateMetadataUpdate(object, live) : [];
  if (resource.custom) issues.push(...customIssues(resource, resource.custom, object, live));
  else if (resource.storage === crdStorage) issues.push(...crdIssues(object, engine.evaluator, live));
  else issues.push(...builtinIssues(object, live));
  const seen = new Set(changes.map(({ path, message }) => `${path} ${message}`));
  const others = issues.filter(({ path, message }) => !seen.has(`${path} ${message}`) && seen.add(`${path} ${message}`) !== undefined);
  return [...changes, ...changes, ...others];
}

const podChanges =
  'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** Content and, for an update, what may not change: named by the validation of the kind, else by the table of immutable fields. */
function builtinIssues(object: KubeObject, live: KubeObject | undefined): FieldIssue[] {
  const issues = validateBuiltin(object, live);
  if (!live || issues.length > 0) return issues;
  const changed = immutableChange({ apiVersion: object.apiVersion, kind: object.kind }, live, object);
  if (changed.length === 0) return [];
  if (object.kind === 'Pod') return [{ path: 'spec', type: 'FieldValueForbidden', message: podChanges }];
  return changed.map((path) => {
    const got = valueAt(object, path.split('.'));
    if (path === 'spec.clusterIP') {
      return {
        path: 'spec.clusterIPs[0]',
        type: 'FieldValueInvalid',
        message: `Invalid value: []string{${JSON.stringify(got)}}: may not change once set`,
        got,
      };
    }
    return { path, type: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(got ?? null)}: field is immutable`, got };
  });
}

/** Issues after which the real server does not look at rules, and says so. */
const blocking = new Set([
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
  'FieldValueNotSupported',
]);

function customIssues(resource: Resource, custom: CustomVersion, object: KubeObject, live: KubeObject | undefined): FieldIssue[] {
  const issues = validate(object, resource.schema, { ...(live ? { old: live } : {}), ...(custom.rules ? { cel: custom.rules } : {}) });
  if (!custom.hasRules || !issues.some(({ type }) => blocking.has(type))) return issues;
  return [
    ...issues,
    {
      path: '<nil>',
      type: 'FieldValueInvalid',
      message:
        'Invalid value: "null": some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
    },
  ];
}

export interface UpdateInput extends WriteContext {
  name: string;
  /** The live object in the version of the request. */
  live: KubeObject;
  /** Decoded, not yet defaulted. */
  object: KubeObject;
  managed?: boolean;
  /** A wrong uid is a failed precondition for PUT (409) and a change of an immutable field for patches (422). */
  uidIsPrecondition?: boolean;
  /** Kinds that demand a resourceVersion do so for PUT only. */
  demandsRevision?: boolean;
}

/** Built-in resources that may not be updated without saying which state was seen. */
const conditional = new Set(['policy/poddisruptionbudgets', 'coordination.k8s.io/leases']);

/** Updates an object or its status. Refuses: 409 stale, 403 admission, 422 content. */
export function updateObject(engine: Engine, input: UpdateInput): Written {
  const { resource, live, name, subresource } = input;
  let object = input.object;
  checkRevision(input);
  const now = nowOf(engine);
  object = completeKind(resource, object);
  if (!input.managed) {
    object = updateManagedFields({
      live,
      next: object,
      manager: input.manager,
      schema: resource.schema,
      apiVersion: resource.apiVersion,
      now,
      ...(subresource ? { subresource } : {}),
      resetFields: resource.resetFields(subresource === 'scale' ? undefined : subresource),
      convert: (other, apiVersion) => convertTo(engine, resource, other, apiVersion),
    });
  }
  object = withSystemFields(resource, object, live);
  object = subresource === 'status' ? prepareStatusUpdate(resource, object, live) : prepareUpdate(resource, object, live);
  if (resource.storage === '/pods' && !subresource) object = admitPod(engine, object, live);
  object = withServiceAddresses(engine, resource, object, live);
  const issues = issuesOf(engine, resource, object, live);
  if (issues.length > 0) throw refuseIssues(resource, name, issues);
  const kept = toStorage(resource, object);
  const storageResource = engine.registry.ofStorage(resource.storage) ?? resource;
  for (const check of engine.admission) {
    check({
      operation: 'update',
      resource: storageResource,
      object: kept,
      live: toStorage(resource, live),
      user: input.user,
      dryRun: input.dryRun,
    });
  }
  const current = engine.store.get(resource.storage, kept.metadata.namespace, kept.metadata.name);
  if (!current) throw notFound(resource, name);
  const releases = Boolean(kept.metadata.deletionTimestamp) && isReleased(kept);
  if (!releases && isNoop(current.object, kept)) return { object: fromStorage(resource, current.object), stored: current };
  checkSize(kept);
  if (input.dryRun) return { object: fromStorage(resource, kept), stored: undefined };
  if (releases) {
    const gone = engine.store.remove(resource.storage, kept.metadata.namespace, kept.metadata.name, kept);
    return { object: fromStorage(resource, gone?.object ?? kept), stored: gone };
  }
  const stored = engine.store.put(resource.storage, kept);
  return { object: fromStorage(resource, stored.object), stored };
}

/** A terminating object goes when its last finalizer goes (a pod also waits for its grace period, a namespace for its content). */
export function isReleased(object: KubeObject): boolean {
  if ((object.metadata.finalizers ?? []).length > 0) return false;
  if ((object.metadata.deletionGracePeriodSeconds ?? 0) > 0) return false;
  if (object.kind === 'Namespace' && object.apiVersion === 'v1') {
    const spec = object.spec;
    return !(
      typeof spec === 'object' &&
      spec !== null &&
      'finalizers' in spec &&
      Array.isArray(spec.finalizers) &&
      spec.finalizers.length > 0
    );
  }
  return true;
}

function checkRevision(input: UpdateInput): void {
  const { resource, live, name, object } = input;
  const { uid, resourceVersion } = object.metadata;
  if (input.uidIsPrecondition && uid && uid !== live.metadata.uid) {
    throw conflict(
      resource,
      name,
      `StorageError: invalid object, Code: 4, Key: /registry/${resource.group ? `${resource.group}/` : ''}${resource.plural}/${keyOf(live.metadata.namespace, name)}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid ?? ''}`,
    );
  }
  if (resourceVersion) {
    if (!/^\d+$/.test(resourceVersion)) {
      throw invalidObject(
        resource.group,
        resource.kind,
        name,
        `${resource.kind}${resource.group ? `.${resource.group}` : ''} "${name}" is invalid: metadata.resourceVersion: Invalid value: "${resourceVersion}": strconv.ParseUint: parsing "${resourceVersion}": invalid syntax`,
        [
          {
            reason: 'FieldValueInvalid',
            message: `Invalid value: "${resourceVersion}": strconv.ParseUint: parsing "${resourceVersion}": invalid syntax`,
            field: 'metadata.resourceVersion',
          },
        ],
      );
    }
    if (resourceVersion !== live.metadata.resourceVersion) throw staleWrite(resource, name);
  } else if (input.demandsRevision && (resource.custom || conditional.has(resource.storage))) {
    // Named by the resource: the generic registry has no kind at hand.
    throw refuseIssues({ group: resource.group, kind: resource.plural }, name, [
      { path: 'metadata.resourceVersion', type: 'FieldValueInvalid', message: 'Invalid value: 0x0: must be specified for an update' },
    ]);
  }
}

/** Fills in what only the server decides; what a client sent for it is dropped without a word, as the real server does. */
function withSystemFields(resource: Resource, object: KubeObject, live: KubeObject): KubeObject {
  const metadata = { ...object.metadata };
  metadata.uid ||= live.metadata.uid;
  metadata.resourceVersion = live.metadata.resourceVersion;
  metadata.creationTimestamp = live.metadata.creationTimestamp;
  metadata.deletionTimestamp = live.metadata.deletionTimestamp;
  metadata.deletionGracePeriodSeconds = live.metadata.deletionGracePeriodSeconds;
  if (resource.namespaced) metadata.namespace ||= live.metadata.namespace;
  const entries = Object.entries(metadata).filter(([, value]) => value !== undefined);
  return { ...object, metadata: { ...Object.fromEntries(entries), name: metadata.name } };
}

/** For managed fields entries of other versions: the object and schema of that version, or undefined when it is not served. */
export function convertTo(
  engine: Engine,
  resource: Resource,
  object: KubeObject,
  apiVersion: string,
): { object: KubeObject; schema: Resource['schema'] } | undefined {
  const kind = resource.kind;
  const other = engine.registry.ofKind(apiVersion, kind);
  if (!other || other.storage !== resource.storage) return undefined;
  const from = engine.registry.ofKind(object.apiVersion, kind) ?? resource;
  return { object: fromStorage(other, toStorage(from, object)), schema: other.schema };
}
