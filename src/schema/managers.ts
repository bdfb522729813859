/**
 * `metadata.managedFields` as a map from manager to field set, and back. Source: apimachinery,
 * util/managedfields (identity of a manager, order of the entries, the cap of ten updaters).
 */
import type { KubeObject, ManagedFieldsEntry } from '../api/object.ts';
import { isObject } from '../base/json.ts';
import { FieldSet, formatFieldsV1, parseFieldsV1 } from './field-set.ts';

export interface Manager {
  name: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  subresource: string;
  set: FieldSet;
  time?: string;
}

/** Managers by identity. */
export type Managers = Map<string, Manager>;

/**
 * What tells managers apart: an applier is itself in every version, an updater is another one in each.
 * The text is that of the server, because conflicts are listed in its order.
 */
export function managerIdentity(name: string, operation: 'Apply' | 'Update', apiVersion: string, subresource: string): string {
  const identity: Record<string, string> = {};
  if (name !== '') identity.manager = name;
  identity.operation = operation;
  if (operation === 'Update') identity.apiVersion = apiVersion;
  if (subresource !== '') identity.subresource = subresource;
  return JSON.stringify(identity);
}

/** Reads managedFields. Gives an error text where an entry is malformed. */
export function decodeManagers(entries: readonly ManagedFieldsEntry[] | undefined): Managers | { error: string } {
  const out: Managers = new Map();
  for (const [index, entry] of (entries ?? []).entries()) {
    const { operation } = entry;
    if (operation !== 'Apply' && operation !== 'Update') return { error: 'operation must be `Apply` or `Update`' };
    if (!entry.apiVersion) return { error: 'apiVersion must not be empty' };
    if (!entry.fieldsType) return { error: `missing fieldsType in managed fields entry ${index}` };
    if (entry.fieldsType !== 'FieldsV1')
      return { error: `invalid fieldsType ${JSON.stringify(entry.fieldsType)} in managed fields entry ${index}` };
    let set: FieldSet;
    try {
      set = parseFieldsV1(isObject(entry.fieldsV1) ? entry.fieldsV1 : {});
    } catch (error) {
      return { error: `error decoding set: ${error instanceof Error ? error.message : String(error)}` };
    }
    const name = entry.manager ?? '';
    const subresource = entry.subresource ?? '';
    const manager: Manager = { name, operation, apiVersion: entry.apiVersion, subresource, set };
    if (entry.time !== undefined && entry.time !== null) manager.time = entry.time;
    out.set(managerIdentity(name, operation, entry.apiVersion, subresource), manager);
  }
  return out;
}

const seconds = (time: string | undefined): number => (time === undefined ? 0 : Math.floor(Date.parse(time) / 1000));
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Writes managedFields in the server's order: appliers first, then by time, name, version, subresource. */
export function encodeManagers(managers: Managers): ManagedFieldsEntry[] {
  const sorted = [...managers.values()].sort(
    (a, b) =>
      order(a.operation, b.operation) ||
      seconds(a.time) - seconds(b.time) ||
      order(a.name, b.name) ||
      order(a.apiVersion, b.apiVersion) ||
      order(a.subresource, b.subresource),
  );
  return sorted.map((manager) => {
    const entry: ManagedFieldsEntry = {
      apiVersion: manager.apiVersion,
      fieldsType: 'FieldsV1',
      fieldsV1: formatFieldsV1(manager.set),
      manager: manager.name,
      operation: manager.operation,
    };
    if (manager.time !== undefined) entry.time = manager.time;
    if (manager.subresource !== '') entry.subresource = manager.subresource;
    return entry;
  });
}

/** The object without managedFields: they are never fields that somebody owns. */
export function withoutManagers(object: KubeObject): KubeObject {
  if (object.metadata?.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

export function withManagers(object: KubeObject, managers: Managers): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata ?? {};
  return { ...object, metadata: managers.size === 0 ? metadata : { ...metadata, managedFields: encodeManagers(managers) } };
}

const maxUpdaters = 10;

/** Merges the oldest updaters of a version into `ancient-changes` until at most ten updaters are left. */
export function capUpdaters(managers: Managers): void {
  const updaters = [...managers].filter(([, manager]) => manager.operation === 'Update');
  let count = updaters.length;
  if (count <= maxUpdaters) return;
  updaters.sort(([idA, a], [idB, b]) => seconds(a.time) - seconds(b.time) || order(idA, idB));
  const first = new Map<string, string>();
  for (const [id, manager] of updaters) {
    if (count <= maxUpdaters) return;
    const version = manager.apiVersion;
    const firstId = first.get(version);
    if (firstId === undefined) {
      first.set(version, id);
      continue;
    }
    const bucketId = managerIdentity('ancient-changes', 'Update', version, '');
    let bucket = managers.get(bucketId);
    if (bucket === undefined) {
      const oldest = managers.get(firstId);
      managers.delete(firstId);
      bucket = { name: 'ancient-changes', operation: 'Update', apiVersion: version, subresource: '', set: oldest?.set ?? FieldSet.empty };
    }
    const merged: Manager = { ...bucket, set: manager.set.union(bucket.set) };
    if (manager.time !== undefined) merged.time = manager.time;
    managers.delete(id);
    managers.set(bucketId, merged);
    count--;
  }
}
