/** Small objects for the tests of plan and delivery. */
import type { Application } from '../../../src/api/application.ts';
import type { KubeObject } from '../../../src/api/object.ts';
import type { JsonObject } from '../../../src/base/json.ts';
import type { Resource } from '../../../src/definitions/resource.ts';
import { contentHash } from '../../../src/plan/content-hash.ts';
import { fieldManager, fingerprint } from '../../../src/plan/fingerprint.ts';
import type { PlanInput, Seen } from '../../../src/plan/plan.ts';
import { entryKey, type RecordEntry, type TrackerRecord } from '../../../src/plan/record.ts';

export function map(name: string, data: Record<string, string> = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'shop', labels: { 'app.oam.dev/name': 'shop', 'app.oam.dev/namespace': 'shop' } },
    data,
  };
}

export function resource(manifest: KubeObject, component = 'settings', traitIndex = -1): Resource {
  return {
    cluster: 'local',
    manifest,
    origin: { component, type: 'k8s-objects', role: 'WORKLOAD', output: '', traitIndex },
    creator: 'workflow',
  };
}

/** The field set of a manifest, as an apply by one manager gives it; lists are owned whole. */
export function fieldsOf(value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [`f:${key}`, fieldsOf(inner)]));
}

/** What the API server answers for an apply of `manifest`. */
export function applied(manifest: KubeObject, uid = `uid-${manifest.metadata.name}`): KubeObject {
  const { apiVersion: _a, kind: _k, metadata, ...rest } = manifest;
  const fields = fieldsOf({ metadata: { labels: metadata.labels ?? {} }, ...rest });
  return {
    ...manifest,
    metadata: { ...metadata, uid, resourceVersion: '7', managedFields: [{ manager: fieldManager, operation: 'Apply', fieldsV1: fields }] },
  };
}

export function entryOf({ cluster, manifest, origin, creator }: Resource, live?: KubeObject): RecordEntry {
  const entry: RecordEntry = {
    cluster,
    ref: {
      apiVersion: manifest.apiVersion,
      kind: manifest.kind,
      namespace: manifest.metadata.namespace ?? '',
      name: manifest.metadata.name,
    },
    origin,
    creator,
    intended: manifest,
  };
  if (live) entry.answered = { hash: contentHash(manifest), uid: live.metadata.uid ?? '', fingerprint: fingerprint(live) ?? '' };
  return entry;
}

export function recordOf(entries: readonly RecordEntry[]): TrackerRecord {
  return { entries: new Map(entries.map((entry) => [entryKey(entry.cluster, entry.ref), entry])), pages: [] };
}

/** An input in which nothing is due, recorded or seen, but what is given. */
export function inputOf(given: Partial<Omit<PlanInput, 'due'>> & { due?: readonly Resource[]; live?: readonly KubeObject[] }): PlanInput {
  const { due = [], live = [], ...rest } = given;
  const seen = (_cluster: string, ref: { kind: string; name: string }): Seen => {
    const object = live.find(({ kind, metadata }) => kind === ref.kind && metadata.name === ref.name);
    return object ? { state: 'present', object } : { state: 'absent' };
  };
  return {
    due: due.map((one) => ({ step: 'deliver', resource: one })),
    record: recordOf([]),
    seen,
    isCleared: () => false,
    isReadOnly: () => false,
    isShared: () => false,
    unenforced: () => [],
    autoscalersOf: () => [],
    isYielded: () => false,
    ...rest,
  };
}

export const application: Application = {
  apiVersion: 'core.oam.dev/v1beta1',
  kind: 'Application',
  metadata: { name: 'shop', namespace: 'shop', uid: '1b4e28ba-2fa1-11d2-883f-0016d3cca427', generation: 1 },
  spec: { components: [] },
};
