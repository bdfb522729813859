/**
 * What is seen of one application: from caches only, and only once they show what we wrote ourselves (F14).
 */

import type { Application } from '../../api/application.ts';
import { applicationFinalizer } from '../../api/finalizers.ts';
import { appName, appNamespace, pause } from '../../api/labels.ts';
import type { KubeObject, ObjectRef } from '../../api/object.ts';
import { isRecordLost, rebuildRecord } from '../../delivery/rebuild-record.ts';
import { readRecord } from '../../delivery/tracker.ts';
import type { TrackerRecord } from '../../plan/record.ts';
import type { Memory } from './memory.ts';
import { readRevisions, type StoredRevision } from './revisions.ts';
import { sortTrackers } from './trackers.ts';
import type { World } from './world.ts';

/** `namespace/name`. */
export type Key = string;

/** When the key is to be looked at again: on the next event, after a time, or at once. */
export type Next = { when: 'event' } | { when: 'after'; ms: number } | { when: 'now' };

export interface Observed {
  state: 'current';
  key: Key;
  application: Application;
  deleting: boolean;
  paused: boolean;
  /** Our finalizer stands on the application. */
  isHeld: boolean;
  record: TrackerRecord;
  /** Somebody deleted the tracker: the record is what the status proves, and is to be written again. */
  isRecordLost: boolean;
  /** Trackers that an application of the same name and another uid left behind. */
  predecessors: readonly { tracker: KubeObject; record: TrackerRecord }[];
  /** KubeVela has delivered it and nobody has handed it over: it is left alone (design.md §4, coexistence). */
  isKubeVelas: boolean;
  /** Oldest first. */
  revisions: readonly StoredRevision[];
  memory: Memory;
}

export type Observation = Observed | { state: 'absent' } | { state: 'behind'; next: Next };

/** How long a cache may lag behind our own write before it is asked directly. */
const lagLimitMs = 10_000;

/** Indexes of the informers that `observe` reads. */
export const indexes = {
  trackers: {
    application: (tracker: KubeObject): string[] => {
      const labels = tracker.metadata.labels ?? {};
      return [`${labels[appNamespace] ?? ''}/${labels[appName] ?? ''}`];
    },
  },
  revisions: {
    application: (revision: KubeObject): string[] => [`${revision.metadata.namespace ?? ''}/${revision.metadata.labels?.[appName] ?? ''}`],
  },
};

export function observe(key: Key, world: World): Observation {
  const slash = key.indexOf('/');
  const found = world.applications.get(key.slice(0, slash), key.slice(slash + 1));
  if (!found) return { state: 'absent' };
  // The API server validated it against our schema; what users can still get wrong is checked where it is read.
  const application = found as Application;
  const trackers = world.trackers.byIndex('application', key);
  const { own, predecessors, kubevela } = sortTrackers(trackers, application);
  const revisions = world.revisions.byIndex('application', key);
  const lag = world.expectations.lag(key);
  if (lag !== undefined) return { state: 'behind', next: { when: 'after', ms: Math.max(0, lagLimitMs - lag) } };
  const lost = isRecordLost(application, own);
  const live = (ref: ObjectRef) => world.kinds.view(ref)?.get(ref.namespace, ref.name);
  const record = lost ? rebuildRecord({ application, rendered: new Map(), live }) : readRecord(own, application);
  const recorded = [...record.entries.values()].filter(({ answered }) => answered);
  // Every view is asked: each of them has to know who waits for it.
  const unseen = recorded.filter(({ ref }) => world.kinds.awaits(ref, key));
  if (unseen.length > 0) return { state: 'behind', next: { when: 'event' } };
  const { metadata } = application;
  return {
    state: 'current',
    key,
    application,
    deleting: metadata.deletionTimestamp !== undefined,
    paused: metadata.labels?.[pause] === 'true',
    isHeld: metadata.finalizers?.includes(applicationFinalizer) ?? false,
    record,
    isRecordLost: lost,
    predecessors: predecessors.map((tracker) => ({ tracker, record: readRecord([tracker], application) })),
    isKubeVelas: kubevela.length > 0 && own.length === 0,
    revisions: readRevisions(revisions.filter((revision) => isOwnedBy(revision, metadata.uid))),
    memory: world.memory.of(metadata.uid ?? key),
  };
}

function isOwnedBy(revision: KubeObject, uid: string | undefined): boolean {
  return revision.metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false;
}
