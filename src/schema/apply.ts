/**
 * Server-side apply, and the bookkeeping of owners for every other write. Source: apimachinery,
 * util/managedfields (fieldmanager and the managers it is layered of), of Kubernetes 1.33.
 */
import type { KubeObject, ManagedFieldsEntry } from '../api/object.ts';
import { isObject, type JsonObject, jsonEqual } from '../base/json.ts';
import { compareObjects } from './compare.ts';
import { FieldSet } from './field-set.ts';
import { fieldsOf } from './fields-of.ts';
import {
  capUpdaters,
  decodeManagers,
  encodeManagers,
  type Manager,
  type Managers,
  managerIdentity,
  withManagers,
  withoutManagers,
} from './managers.ts';
import { materialize } from './materialize.ts';
import { mergeValues } from './merge.ts';
import { type Convert, forgetLostVersions, pruneAbandoned, recordUpdate, takeOver, type Version } from './ownership.ts';
import { describeKeys, fieldKey } from './path-element.ts';
import type { StructuralSchema } from './structural.ts';
import { typeErrors } from './type-check.ts';

/** One field somebody else owns. `message` and `field` are those of the cause in the server's Status. */
export interface ApplyConflict {
  manager: string;
  apiVersion: string;
  subresource?: string;
  field: string;
  message: string;
}

export interface ApplyInput {
  /** The stored object; undefined where the apply creates it. */
  live: KubeObject | undefined;
  applied: JsonObject;
  manager: string;
  force?: boolean;
  schema: StructuralSchema;
  apiVersion: string;
  /** RFC 3339. */
  now: string;
  subresource?: string;
  resetFields?: FieldSet;
  /** Defaulting of the merged object. */
  complete?: (merged: KubeObject) => KubeObject;
  convert?: Convert;
}

export type ApplyResult =
  | { ok: true; object: KubeObject; changed: boolean }
  | { ok: false; code: 400 | 409 | 422 | 500; message: string; conflicts: ApplyConflict[] };

export interface UpdateInput {
  live: KubeObject | undefined;
  next: KubeObject;
  manager: string;
  schema: StructuralSchema;
  apiVersion: string;
  now: string;
  subresource?: string;
  resetFields?: FieldSet;
  convert?: Convert;
}

/** Identity and bookkeeping of an object are nobody's fields. */
const neverOwned = FieldSet.ofKeys(
  [fieldKey('apiVersion')],
  [fieldKey('kind')],
  [fieldKey('metadata')],
  ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields', 'resourceVersion'].map(
    (name) => [fieldKey('metadata'), fieldKey(name)],
  ),
);

function stripIdentity(managers: Managers, id: string): void {
  const manager = managers.get(id);
  if (manager === undefined) return;
  const set = manager.set.difference(neverOwned);
  if (set.isEmpty) managers.delete(id);
  else managers.set(id, { ...manager, set });
}

const failed = (code: 400 | 409 | 422 | 500, message: string, conflicts: ApplyConflict[] = []): ApplyResult => ({
  ok: false,
  code,
  message,
  conflicts,
});

/** `apps/v1, Kind=Deployment`; the core group has an empty name before the slash. */
function describeKind(apiVersion: unknown, kind: unknown): string {
  const version = String(apiVersion ?? '');
  return `${version.includes('/') ? version : `/${version}`}, Kind=${String(kind ?? '')}`;
}

function describeObject(object: JsonObject): string {
  const metadata = isObject(object.metadata) ? object.metadata : {};
  return `${String(metadata.namespace ?? '')}/${String(metadata.name ?? '')}; ${describeKind(object.apiVersion, object.kind)}`;
}

function describeManager(manager: Manager): string {
  const name = `${JSON.stringify(manager.name)}${manager.subresource === '' ? '' : ` with subresource ${JSON.stringify(manager.subresource)}`}`;
  return manager.operation === 'Update' ? `${name} using ${manager.apiVersion}` : name;
}

function conflictAnswer(conflicts: Map<string, FieldSet>, managers: Managers): ApplyResult {
  const found: ApplyConflict[] = [];
  const lines: string[] = [];
  for (const id of [...conflicts.keys()].sort()) {
    const manager = managers.get(id);
    const set = conflicts.get(id);
    if (manager === undefined || set === undefined) continue;
    const described = describeManager(manager);
    lines.push(`conflicts with ${described}:`);
    for (const keys of set.keyPaths()) {
      const conflict: ApplyConflict = {
        manager: manager.name,
        apiVersion: manager.apiVersion,
        field: describeKeys(keys),
        message: `conflict with ${described}`,
      };
      if (manager.subresource !== '') conflict.subresource = manager.subresource;
      found.push(conflict);
      lines.push(`- ${conflict.field}`);
    }
  }
  const [only] = found;
  const text = found.length === 1 && only !== undefined ? `conflict: ${only.message}: ${only.field}` : `conflicts: ${lines.join('\n')}`;
  return failed(409, `Apply failed with ${found.length} ${text}`, found);
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Client-side `kubectl apply` leaves what it applied in an annotation; its server-side successor may take those
 * fields without force where the live object still has these very values.
 */
function allowedByLastApplied(live: KubeObject, at: Version): FieldSet {
  const text = live.metadata.annotations?.[lastApplied];
  if (text === undefined || text === '') return FieldSet.empty;
  try {
    const before: unknown = JSON.parse(text);
    if (!isObject(before) || before.apiVersion !== at.apiVersion || typeErrors(before, at.schema, false) !== undefined)
      return FieldSet.empty;
    const { modified, added, removed } = compareObjects(before, live, at.schema);
    return fieldsOf(before, at.schema).difference(modified).difference(added).difference(removed);
  } catch {
    return FieldSet.empty; // somebody's annotation is no reason to refuse an apply
  }
}

function withoutAllowed(conflicts: Map<string, FieldSet>, allowed: FieldSet): Map<string, FieldSet> {
  const out = new Map<string, FieldSet>();
  for (const [id, set] of conflicts) {
    const left = set.keyPaths().filter((keys) => !allowed.hasKeys(keys));
    if (left.length > 0) out.set(id, FieldSet.ofKeys(...left));
  }
  return out;
}

function renewLastApplied(object: KubeObject, applied: JsonObject): KubeObject {
  if (!object.metadata.annotations?.[lastApplied]) return object;
  const metadata = isObject(applied.metadata) ? { ...applied.metadata } : {};
  if (isObject(metadata.annotations)) {
    const { [lastApplied]: _, ...annotations } = metadata.annotations;
    metadata.annotations = annotations;
  }
  const annotations = { ...object.metadata.annotations, [lastApplied]: `${JSON.stringify({ ...applied, metadata })}\n` };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function versionOf(input: ApplyInput | UpdateInput): Version {
  const at: Version = { apiVersion: input.apiVersion, schema: input.schema, resetFields: input.resetFields ?? FieldSet.empty };
  if (input.convert !== undefined) at.convert = input.convert;
  return at;
}

function freshManager(name: string, operation: 'Apply' | 'Update', apiVersion: string, subresource: string): Manager {
  return { name, operation, apiVersion, subresource, set: FieldSet.empty };
}

/**
 * Applies a configuration as a field manager. Answers the object to store (with managedFields, before admission
 * and before the endpoint's own rules), or the conflicts and errors as the API server words them. `changed` is
 * false where nothing but times in managedFields would be written: then `object` is `live` itself.
 */
export function applyServerSide(input: ApplyInput): ApplyResult {
  const { applied, schema } = input;
  if (applied.apiVersion !== input.apiVersion || (input.live !== undefined && applied.kind !== input.live.kind)) {
    return failed(400, `invalid object type: ${describeKind(applied.apiVersion, applied.kind)}`);
  }
  const metadata = isObject(applied.metadata) ? applied.metadata : {};
  if (metadata.managedFields !== undefined && metadata.managedFields !== null) return failed(400, 'metadata.managedFields must be nil');
  const wrong = typeErrors(applied, schema, false);
  if (wrong !== undefined) return failed(500, `failed to create typed patch object (${describeObject(applied)}): ${wrong}`);

  const decoded = decodeManagers(input.live?.metadata.managedFields);
  if ('error' in decoded) return failed(500, `failed to decode managed fields: ${decoded.error}`);
  const at = versionOf(input);
  const empty: KubeObject = { apiVersion: input.apiVersion, kind: String(applied.kind), metadata: { name: '' } };
  const live = input.live === undefined ? blank(empty, schema) : withoutManagers(input.live);
  let managers = decoded;
  if (managers.size === 0 && input.live !== undefined) managers = beforeFirstApply(empty, live, input.now, at);

  const outcome = applyOnce(input, live, new Map(managers), at, input.force === true);
  if ('conflicts' in outcome) {
    if (input.manager !== 'kubectl') return conflictAnswer(outcome.conflicts, managers);
    const left = withoutAllowed(outcome.conflicts, allowedByLastApplied(live, at));
    if (left.size > 0) return conflictAnswer(left, managers);
    return answer(input, applyOnce(input, live, new Map(managers), at, true));
  }
  return answer(input, outcome);
}

/** The object before it exists: for built-ins not nothing, but what Go writes of an empty one (`spec: {}`). */
function blank(like: KubeObject, schema: StructuralSchema): KubeObject {
  return materialize({ apiVersion: like.apiVersion, kind: like.kind, metadata: {} }, schema) as KubeObject;
}

/** Objects without managers get one for all they have: what stood there is not the applier's. */
function beforeFirstApply(empty: KubeObject, live: KubeObject, now: string, at: Version): Managers {
  const managers: Managers = new Map();
  const id = managerIdentity('before-first-apply', 'Update', at.apiVersion, '');
  const fresh = { ...freshManager('before-first-apply', 'Update', at.apiVersion, ''), time: now };
  recordUpdate(blank(empty, at.schema), live, managers, id, fresh, at);
  stripIdentity(managers, id);
  return managers;
}

type Outcome = { object: KubeObject; changed: boolean } | { conflicts: Map<string, FieldSet> };

function applyOnce(input: ApplyInput, live: KubeObject, managers: Managers, at: Version, force: boolean): Outcome {
  const id = managerIdentity(input.manager, 'Apply', at.apiVersion, input.subresource ?? '');
  forgetLostVersions(managers, live, at);
  const last = managers.get(id);
  const merged = mergeValues(live, input.applied, at.schema) as KubeObject;
  const set = fieldsOf(input.applied, at.schema).recursiveDifference(at.resetFields);
  const own: Manager = { ...freshManager(input.manager, 'Apply', at.apiVersion, input.subresource ?? ''), set };
  if (last?.time !== undefined) own.time = last.time;
  managers.set(id, own);
  const pruned = pruneAbandoned(merged, managers, id, last, at);
  const taken = takeOver(live, pruned, managers, id, force, at);
  if ('conflicts' in taken) return { conflicts: taken.conflicts };
  const changed = !jsonEqual(live, pruned);
  const mine = managers.get(id);
  if (changed && mine !== undefined) managers.set(id, { ...mine, time: input.now });
  stripIdentity(managers, id);
  let object = changed && input.complete !== undefined ? input.complete(pruned) : pruned;
  if (input.manager === 'kubectl') object = renewLastApplied(object, input.applied);
  return { object: withManagers(object, managers), changed };
}

function answer(input: ApplyInput, outcome: Outcome): ApplyResult {
  if ('conflicts' in outcome) return failed(500, 'a forced apply has no conflicts');
  const { live } = input;
  if (live !== undefined && isNoop(live, outcome.object)) return { ok: true, object: live, changed: false };
  return { ok: true, object: outcome.object, changed: true };
}

const timeless = (entries: readonly ManagedFieldsEntry[] | undefined): unknown => entries?.map(({ time: _, ...entry }) => entry);

/** Equal but for the times in managedFields: the server answers the stored object and writes nothing. */
export function isNoop(live: KubeObject, next: KubeObject): boolean {
  return (
    jsonEqual(withoutManagers(live), withoutManagers(next)) &&
    jsonEqual(timeless(live.metadata.managedFields), timeless(next.metadata.managedFields))
  );
}

const isReset = (entries: readonly ManagedFieldsEntry[] | undefined): boolean =>
  Array.isArray(entries) && (entries.length === 0 || (entries.length === 1 && Object.keys(entries[0] ?? {}).length === 0));

/** managedFields as the writer sent them, those of the live object, or none where the writer resets them. */
function managersBefore(input: UpdateInput): Managers {
  const readable = (entries: readonly ManagedFieldsEntry[] | undefined): Managers => {
    const decoded = decodeManagers(entries);
    return 'error' in decoded ? new Map() : decoded;
  };
  const stored = input.live?.metadata.managedFields;
  if (input.subresource) return readable(stored);
  const sent = input.next.metadata.managedFields;
  if (isReset(sent)) return new Map();
  const own = readable(sent);
  return own.size > 0 ? own : readable(stored);
}

/**
 * The object of a create, update or patch with its managedFields brought up to date. `next` is decoded and
 * defaulted, but not yet touched by admission or by the endpoint's rules.
 */
export function updateManagedFields(input: UpdateInput): KubeObject {
  const { live } = input;
  const next = withoutManagers(input.next);
  const managers = managersBefore(input);
  // An object without managers that exists is not tracked: it was reset, or is older than tracking.
  if (managers.size === 0 && live !== undefined) return next;
  const at = versionOf(input);
  const before = live === undefined ? blank({ ...next, apiVersion: input.apiVersion }, at.schema) : withoutManagers(live);
  const self = 'current operation';
  const subresource = input.subresource ?? '';
  const name = input.manager === '' ? 'unknown' : input.manager;
  recordUpdate(before, next, managers, self, freshManager(name, 'Update', at.apiVersion, subresource), at);
  stripIdentity(managers, self);
  const change = managers.get(self);
  if (change !== undefined) {
    managers.delete(self);
    const id = managerIdentity(name, 'Update', at.apiVersion, subresource);
    const previous = managers.get(id);
    managers.set(id, { ...change, set: previous === undefined ? change.set : change.set.union(previous.set), time: input.now });
  }
  capUpdaters(managers);
  return withManagers(next, managers);
}

export { encodeManagers };
