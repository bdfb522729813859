/**
 * What a template leaves behind and an API server would trip over: undefined fields, `creationTimestamp: null`,
 * lists as one object, and entries of a keyed list that share their key. KubeVela applies client-side, where the
 * last such entry wins; server-side apply refuses them, so it is settled here, with a warning (decisions.md 37).
 */
import { groupOf, type Manifest } from '../api/object.ts';
import { isObject } from '../base/json.ts';

/** Keys of the lists of a pod template, by the field that holds the list. */
const listKeys: Record<string, string> = {
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  containers: 'name',
  initContainers: 'name',
  imagePullSecrets: 'name',
  hostAliases: 'ip',
};

/** Kinds whose lists the table speaks of; in others a field of the same name may mean something else. */
const keyedKinds = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Pod', 'Service']);
const keyedGroups = new Set(['', 'apps', 'batch']);

export interface Tidied {
  manifest: Manifest;
  warnings: string[];
}

/** The manifest without undefined fields, null creation times and doubled entries. */
export function tidied(manifest: Manifest): Tidied {
  const warnings: string[] = [];
  const keyed = keyedKinds.has(manifest.kind) && keyedGroups.has(groupOf(manifest.apiVersion));
  const { metadata, ...rest } = manifest;
  const { creationTimestamp, ...kept } = metadata ?? {};
  const body = defined(rest, '', keyed ? warnings : undefined);
  const head = defined({ ...kept, creationTimestamp: creationTimestamp ?? undefined }, '', undefined);
  return { manifest: { apiVersion: manifest.apiVersion, kind: manifest.kind, ...asObject(body), metadata: asObject(head) }, warnings };
}

const asObject = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {});

/** A copy without undefined fields; with `warnings`, without doubled entries too. */
function defined(value: unknown, field: string, warnings: string[] | undefined): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => defined(item, field, warnings));
    return warnings ? lastOfEach(items, field, warnings) : items;
  }
  if (!isObject(value)) return value;
  const kept: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) if (item !== undefined) kept[key] = defined(item, key, warnings);
  return kept;
}

function lastOfEach(items: unknown[], field: string, warnings: string[]): unknown[] {
  if (items.length < 2) return items;
  const identities = items.map((item) => identityIn(field, item));
  const last = new Map<string, number>();
  identities.forEach((identity, index) => {
    if (identity !== undefined) last.set(identity, index);
  });
  return items.filter((_, index) => {
    const identity = identities[index];
    if (identity === undefined || last.get(identity) === index) return true;
    warnings.push(`${field} has more than one entry ${identity}: the last one counts`);
    return false;
  });
}

/** What tells an item of a keyed list apart, as messages name it. Ports of containers and Services: number and protocol. */
function identityIn(field: string, item: unknown): string | undefined {
  if (!isObject(item)) return undefined;
  if (field === 'ports') {
    const port = item.containerPort ?? item.port;
    return port === undefined ? undefined : `${port}/${item.protocol ?? 'TCP'}`;
  }
  const key = Object.hasOwn(listKeys, field) ? listKeys[field] : undefined;
  const value = key === undefined ? undefined : item[key];
  return value === undefined ? undefined : `"${value}"`;
}

/** The items of a `kind: List`, or the manifest itself (decisions.md 81). */
export function flattened(manifest: Manifest): Manifest[] {
  const { kind, items } = manifest;
  if (!kind.endsWith('List') || !Array.isArray(items)) return [manifest];
  return items.filter(isManifest).flatMap(flattened);
}

export function isManifest(value: unknown): value is Manifest {
  return isObject(value) && typeof value.apiVersion === 'string' && typeof value.kind === 'string';
}
