/**
 * The record of what was dispatched, as data: an entry holds the newest intended manifest and, until that one is
 * answered, the last accepted one. Which of the two was accepted is told by the hash in the application's
 * `status.appliedResources` (design.md §4 "The record"). How it is stored is the business of src/delivery/tracker.ts.
 */
import { identityOf, type KubeObject, type ObjectRef, refOf } from '../api/object.ts';
import type { Origin } from '../definitions/resource.ts';
import { contentHash } from './content-hash.ts';

/** What the API server answered for an object: the proof that it is ours. */
export interface Answered {
  /** Content hash of the manifest that was accepted. */
  hash: string;
  uid: string;
  /** Fingerprint of the apply's own response. */
  fingerprint: string;
}

export interface RecordEntry {
  cluster: string;
  ref: ObjectRef;
  origin: Origin;
  creator: 'workflow' | 'policy';
  /** Step that delivered the object, for objects made by steps. */
  step?: string;
  /** Policy shared-resource: other applications may share the object, and one of them may own it. */
  shared?: boolean;
  /** The newest intended manifest. */
  intended: KubeObject;
  /** The manifest accepted before it, until `intended` is answered. */
  previous?: KubeObject;
  answered?: Answered;
  /**
   * Written before the object is deleted because no delivery wants it any more: from then on it is not put back when
   * it is seen to be gone. A delivery that wants it again takes the mark away.
   */
  unwanted?: true;
}

export interface TrackerRecord {
  entries: ReadonlyMap<string, RecordEntry>;
  /** The tracker objects behind it, page 1 first; empty before the first delivery. */
  pages: readonly KubeObject[];
}

/** Answers of so many objects stand in the application's status; where there are more, all stand in the tracker's pages. */
export const answersInStatus = 500;

/** Names one entry: the cluster and the object's identity across API versions. */
export function entryKey(cluster: string, ref: ObjectRef): string {
  return `${cluster || 'local'}|${identityOf(ref)}`;
}

/** The manifest to repair to: the newest one if it was accepted, else the one accepted before it, else none. */
export function acceptedManifest(entry: RecordEntry): KubeObject | undefined {
  if (!entry.answered) return undefined;
  if (contentHash(entry.intended) === entry.answered.hash) return entry.intended;
  if (entry.previous && contentHash(entry.previous) === entry.answered.hash) return entry.previous;
  return undefined;
}

/** The entry for a manifest that is about to be applied; what was accepted before is remembered beside it. */
export function intend(
  manifest: KubeObject,
  made: Pick<RecordEntry, 'cluster' | 'origin' | 'creator' | 'step' | 'shared'>,
  before?: RecordEntry,
): RecordEntry {
  const entry: RecordEntry = { ...made, ref: refOf(manifest), intended: manifest };
  const accepted = before && acceptedManifest(before);
  if (before?.answered) entry.answered = before.answered;
  if (accepted) entry.previous = accepted;
  return entry;
}
