/**
 * A record that somebody deleted is made again (decisions.md 47: KubeVela deletes the live objects then). What was
 * accepted stands in the application's status; what it was stands in the render, or at least in the object's labels.
 */
import type { Application } from '../api/application.ts';
import * as labels from '../api/labels.ts';
import type { KubeObject, ObjectRef } from '../api/object.ts';
import type { Origin, Resource } from '../definitions/resource.ts';
import { entryKey, type RecordEntry, type TrackerRecord } from '../plan/record.ts';

export interface RebuildInput {
  application: Application;
  /** What the application renders now, by entry key; empty where it cannot be rendered. */
  rendered: ReadonlyMap<string, Resource>;
  live(ref: ObjectRef): KubeObject | undefined;
}

/** True when the status speaks of objects that no tracker records. */
export function isRecordLost(application: Application, pages: readonly KubeObject[]): boolean {
  return (
    pages.length === 0 && (application.status?.appliedResources ?? []).some(({ uid, hash }) => uid !== undefined && hash !== undefined)
  );
}

/** Entries for everything the status proves to be ours. One that no longer renders has no manifest: it can be deleted, not repaired. */
export function rebuildRecord({ application, rendered, live }: RebuildInput): TrackerRecord {
  const entries = new Map<string, RecordEntry>();
  for (const { cluster = 'local', creator, apiVersion, kind, name, namespace, uid, hash, fingerprint } of application.status
    ?.appliedResources ?? []) {
    if (uid === undefined || hash === undefined) continue;
    const ref: ObjectRef = { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
    const key = entryKey(cluster, ref);
    const resource = rendered.get(key);
    const object = live(ref);
    entries.set(key, {
      cluster,
      ref,
      origin: resource?.origin ?? originOf(object),
      creator: creator === 'policy' ? 'policy' : 'workflow',
      intended: resource?.manifest ?? { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } },
      answered: { uid, hash, fingerprint: fingerprint ?? '' },
    });
  }
  return { entries, pages: [] };
}

function originOf(object: KubeObject | undefined): Origin {
  const own = object?.metadata.labels ?? {};
  const component = own[labels.appComponent] ?? '';
  const isTrait = own[labels.resourceType] === 'TRAIT';
  return {
    component,
    type: own[labels.traitType] ?? own[labels.workloadType] ?? '',
    role: component === '' ? 'STEP' : isTrait ? 'TRAIT' : 'WORKLOAD',
    output: own[labels.traitResource] ?? '',
    traitIndex: -1,
  };
}
