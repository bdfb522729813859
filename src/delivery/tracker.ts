/**
 * The record as it is stored: one ResourceTracker per application, in pages. It is written before anything is
 * applied, so that a crash at any point leaves no object that nobody remembers (F01, F02).
 */
import type { Application, AppliedResource } from '../api/application.ts';
import * as labels from '../api/labels.ts';
import { trackerName } from '../api/names.ts';
import type { KubeObject, ObjectRef } from '../api/object.ts';
import { compressJson, decompressJson } from '../base/compression.ts';
import { isObject, jsonEqual } from '../base/json.ts';
import type { Origin } from '../definitions/resource.ts';
import { contentHash } from '../plan/content-hash.ts';
import { type Answered, answersInStatus, entryKey, type RecordEntry, type TrackerRecord } from '../plan/record.ts';
import { paginate } from './pages.ts';

interface StoredEntry {
  cluster?: string;
  creator?: string;
  apiVersion: string;
  kind: string;
  name: string;
  namespace?: string;
  uid?: string;
  component?: string;
  trait?: string;
  raw?: KubeObject;
  previous?: KubeObject;
  origin?: Origin;
  step?: string;
  shared?: boolean;
  deleted?: boolean;
  /** Answers of large applications: hash of the accepted manifest, and its fingerprint; else they stand in the status. */
  accepted?: string;
  fingerprint?: string;
}

/**
 * Reads the tracker pages of one application together with what its status says was answered.
 * Pages of KubeVela read the same way: their entries have `raw` and no origin of ours.
 */
export function readRecord(pages: readonly KubeObject[], application: Application): TrackerRecord {
  const answered = new Map<string, AppliedResource>();
  for (const applied of application.status?.appliedResources ?? []) {
    answered.set(entryKey(applied.cluster ?? '', asRef(applied)), applied);
  }
  const entries = new Map<string, RecordEntry>();
  for (const page of pages) {
    for (const stored of storedEntries(page)) {
      if (!stored.raw) continue;
      const ref = asRef(stored);
      const key = entryKey(stored.cluster ?? '', ref);
      const entry: RecordEntry = {
        cluster: stored.cluster || 'local',
        ref,
        origin: stored.origin ?? {
          component: stored.component ?? '',
          type: stored.trait ?? '',
          role: stored.trait ? 'TRAIT' : 'WORKLOAD',
          output: '',
          traitIndex: -1,
        },
        creator: stored.creator === 'policy' ? 'policy' : 'workflow',
        intended: stored.raw,
      };
      if (stored.step) entry.step = stored.step;
      if (stored.shared) entry.shared = true;
      if (stored.previous) entry.previous = stored.previous;
      if (stored.deleted) entry.unwanted = true;
      const proof = answeredOf(answered.get(key)) ?? answeredOf({ ...stored, hash: stored.accepted });
      if (proof) entry.answered = proof;
      // Pages come in order; an entry that stands on two of them was moving to the later one when the writer died.
      entries.set(key, entry);
    }
  }
  return { entries, pages };
}

function answeredOf(proof: { uid?: string; hash?: string; fingerprint?: string } | undefined): Answered | undefined {
  if (!proof?.uid || !proof.hash || proof.fingerprint === undefined) return undefined;
  return { hash: proof.hash, uid: proof.uid, fingerprint: proof.fingerprint };
}

function asRef(stored: { apiVersion?: string; kind?: string; name?: string; namespace?: string }): ObjectRef {
  const ref: ObjectRef = { apiVersion: stored.apiVersion ?? '', kind: stored.kind ?? '', name: stored.name ?? '' };
  if (stored.namespace) ref.namespace = stored.namespace;
  return ref;
}

function storedEntries(page: KubeObject): StoredEntry[] {
  const spec = isObject(page.spec) ? page.spec : {};
  const compression = isObject(spec.compression) ? spec.compression : {};
  const stored =
    typeof compression.type === 'string' && compression.type
      ? decompressJson({ type: compression.type, data: String(compression.data ?? '') })
      : spec.managedResources;
  return Array.isArray(stored) ? (stored as StoredEntry[]) : [];
}

function toStored(entry: RecordEntry, withAnswer: boolean): StoredEntry {
  const stored: StoredEntry = { ...entry.ref, raw: entry.intended, origin: entry.origin };
  if (entry.cluster !== 'local') stored.cluster = entry.cluster;
  if (entry.creator === 'policy') stored.creator = 'policy';
  if (entry.origin.component) stored.component = entry.origin.component;
  if (entry.origin.role === 'TRAIT') stored.trait = entry.origin.type;
  if (entry.answered) stored.uid = entry.answered.uid;
  if (entry.step) stored.step = entry.step;
  if (entry.shared) stored.shared = true;
  if (entry.unwanted) stored.deleted = true;
  if (entry.answered && withAnswer) {
    stored.accepted = entry.answered.hash;
    stored.fingerprint = entry.answered.fingerprint;
  }
  // The earlier manifest is only needed while the newest one waits for its answer.
  if (entry.previous && entry.answered?.hash !== contentHash(entry.intended)) stored.previous = entry.previous;
  return stored;
}

/** What to write and to remove, in this order. */
export interface PageChanges {
  /** Changed pages, later ones first: an entry that moves stands on its new page before it leaves the old one. */
  write: KubeObject[];
  /** Pages that hold nothing any more. */
  remove: KubeObject[];
  /** Pages that stay as they are. */
  keep: KubeObject[];
}

/** The tracker objects that hold `entries`; pages that would say the same as now are not written. */
export function writePages(
  application: Application,
  entries: ReadonlyMap<string, RecordEntry>,
  current: readonly KubeObject[],
): PageChanges {
  const numbered = numberPages(application, current);
  const held = new Map(
    [...numbered].map(([page, object]) => [page, new Map(storedEntries(object).map((stored) => [keyOf(stored), stored]))]),
  );
  const pageOf = (stored: StoredEntry): number | undefined => {
    const key = keyOf(stored);
    // The last page that holds it is the one that is read.
    return [...held].reduce<number | undefined>((found, [page, keys]) => (keys.has(key) ? page : found), undefined);
  };
  const withAnswers = entries.size > answersInStatus;
  const stored = [...entries.values()].map((entry) => toStored(entry, withAnswers));
  const pages = paginate(stored, pageOf);
  // Not made by us, or left over: what they held stands on our pages now.
  const changes: PageChanges = { write: [], remove: current.filter((object) => ![...numbered.values()].includes(object)), keep: [] };
  for (const page of [...new Set([...pages.keys(), ...numbered.keys()])].sort((a, b) => b - a)) {
    const before = numbered.get(page);
    const wanted = pages.get(page) ?? [];
    // The first page stays while the application lives: it is the record, even when it is empty.
    if (wanted.length === 0 && page > 1 && before) changes.remove.push(before);
    else if (before && saysTheSame(held.get(page) ?? new Map(), wanted)) changes.keep.push(before);
    else changes.write.push(pageObject(application, page, wanted, before));
  }
  return changes;
}

function keyOf(stored: StoredEntry): string {
  return entryKey(stored.cluster ?? '', asRef(stored));
}

/** Our pages by number, told by their names. */
function numberPages(application: Application, current: readonly KubeObject[]): Map<number, KubeObject> {
  const { name, namespace = '', uid = '' } = application.metadata;
  const byName = new Map(current.map((object) => [object.metadata.name, object]));
  const numbered = new Map<number, KubeObject>();
  // A page may have been emptied and removed between others; names far beyond the number of pages are none of ours.
  for (let page = 1; page <= current.length + maxGaps && numbered.size < current.length; page++) {
    const object = byName.get(trackerName(name, namespace, uid, page));
    if (object) numbered.set(page, object);
  }
  return numbered;
}

/** Removed pages that may lie between others. */
const maxGaps = 100;

/** A uid that has become known, or an earlier manifest that is needed no more, is carried along by the next write. */
function saysTheSame(held: ReadonlyMap<string, StoredEntry>, wanted: readonly StoredEntry[]): boolean {
  if (held.size !== wanted.length) return false;
  return wanted.every((stored) => {
    const before = held.get(keyOf(stored));
    if (!before) return false;
    const { uid: _known, previous: _needed, ...rest } = before;
    const { uid: _uid, previous, ...wantedRest } = stored;
    return jsonEqual(rest, wantedRest) && (previous === undefined || jsonEqual(before.previous, previous));
  });
}

function pageObject(application: Application, page: number, stored: readonly StoredEntry[], before: KubeObject | undefined): KubeObject {
  const { name, namespace = '', uid = '' } = application.metadata;
  const base = {
    name: trackerName(name, namespace, uid, page),
    labels: { ...before?.metadata.labels, [labels.appName]: name, [labels.appNamespace]: namespace, [labels.appUid]: uid },
  };
  return {
    apiVersion: 'core.oam.dev/v1beta1',
    kind: 'ResourceTracker',
    metadata: before?.metadata.resourceVersion ? { ...base, resourceVersion: before.metadata.resourceVersion } : base,
    spec: { type: 'root', applicationGeneration: application.metadata.generation ?? 0, compression: compressJson(stored) },
  };
}
