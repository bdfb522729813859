/**
 * The record as it is stored: one ResourceTracker per application, in pages. It is written before anything is
 * applied, so that a crash at any point leaves no object that nobody remembers (F01, F02).
 */
import type { Application, AppliedResource } from '../api/application.ts';
import * as labels from '../api/labels.ts';
import { trackerName } from '../api/names.ts';
import type { KubeObject, ObjectRef } from '../api/object.ts';
import { compressJson, decompressJson } from '../base/compression.ts';
import { isObject } from '../base/json.ts';
import type { Origin } from '../definitions/resource.ts';
import { contentHash } from '../plan/content-hash.ts';
import { entryKey, type RecordEntry, type TrackerRecord } from '../plan/record.ts';

/** Entries a page may hold, and bytes its data may have (base64 included), so that no tracker nears etcd's limit (F40). */
const maxEntriesPerPage = 500;
const maxPageBytes = 256 * 1024;

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
      if (stored.previous) entry.previous = stored.previous;
      const applied = answered.get(key);
      if (applied?.uid && applied.hash && applied.fingerprint !== undefined) {
        entry.answered = { hash: applied.hash, uid: applied.uid, fingerprint: applied.fingerprint };
      }
      entries.set(key, entry);
    }
  }
  return { entries, pages };
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

function toStored(entry: RecordEntry): StoredEntry {
  const stored: StoredEntry = { ...entry.ref, raw: entry.intended, origin: entry.origin };
  if (entry.cluster !== 'local') stored.cluster = entry.cluster;
  if (entry.creator === 'policy') stored.creator = 'policy';
  if (entry.origin.component) stored.component = entry.origin.component;
  if (entry.origin.role === 'TRAIT') stored.trait = entry.origin.type;
  if (entry.answered) stored.uid = entry.answered.uid;
  if (entry.step) stored.step = entry.step;
  // The earlier manifest is only needed while the newest one waits for its answer.
  if (entry.previous && entry.answered?.hash !== contentHash(entry.intended)) stored.previous = entry.previous;
  return stored;
}

/** The tracker objects that hold `entries`: what to create or replace, and which pages are no longer needed. */
export function writePages(
  application: Application,
  entries: Iterable<RecordEntry>,
  current: readonly KubeObject[],
): { write: KubeObject[]; remove: KubeObject[] } {
  const pages = paginate([...entries].map(toStored));
  const { name, namespace = '', uid = '' } = application.metadata;
  const write = pages.map((stored, index): KubeObject => {
    const before = current[index];
    const base = {
      name: trackerName(name, namespace, uid, index + 1),
      labels: { ...before?.metadata.labels, [labels.appName]: name, [labels.appNamespace]: namespace, [labels.appUid]: uid },
    };
    return {
      apiVersion: 'core.oam.dev/v1beta1',
      kind: 'ResourceTracker',
      metadata: before?.metadata.resourceVersion ? { ...base, resourceVersion: before.metadata.resourceVersion } : base,
      spec: { type: 'root', applicationGeneration: application.metadata.generation ?? 0, compression: compressJson(stored) },
    };
  });
  // The first page stays while the application lives: it is the record, even when it is empty.
  return { write, remove: current.slice(Math.max(1, pages.length)) };
}

function paginate(stored: StoredEntry[]): StoredEntry[][] {
  const pages: StoredEntry[][] = [[]];
  let bytes = 0;
  for (const entry of stored) {
    // Manifests compress to about an eighth; base64 adds a third. A page that is measured too large is only smaller than it could be.
    const size = JSON.stringify(entry).length / 4;
    const page = pages[pages.length - 1] ?? [];
    if (page.length > 0 && (page.length >= maxEntriesPerPage || bytes + size > maxPageBytes)) {
      pages.push([entry]);
      bytes = size;
    } else {
      page.push(entry);
      bytes += size;
    }
  }
  return pages;
}
