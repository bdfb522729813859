/**
 * The plan: what is to be done to which object, and why, before anything is done. A pure function of what is due,
 * what is recorded and what is seen; the controller, `lateen diff` and admission call the same one.
 *
 * - `deliver` holds what this pass writes: objects that are due, and repairs of recorded objects.
 * - everything recorded that stands in neither list is kept.
 * - `prune` is decided apart (prune.ts), because it needs the whole revision delivered.
 */
import { appName, appNamespace } from '../api/labels.ts';
import type { KubeObject, ObjectRef } from '../api/object.ts';
import { refOf } from '../api/object.ts';
import { hashJson } from '../base/hash.ts';
import type { Resource } from '../definitions/resource.ts';
import { contentHash } from './content-hash.ts';
import { fingerprint } from './fingerprint.ts';
import { acceptedManifest, entryKey, intend, type RecordEntry, type TrackerRecord } from './record.ts';
import { leaving, repairManifest } from './repair.ts';
import { autoscaledBy, decideScale, type Scale } from './scale.ts';

/** One resource that a step wants delivered now. */
export interface DueResource {
  step: string;
  resource: Resource;
}

/** What the caches know of an object. `unknown`: no synced view covers it, so nothing can be concluded. */
export type Seen = { state: 'unknown' } | { state: 'absent' } | { state: 'present'; object: KubeObject };

/** What is done to one object. */
export type Action =
  /** First write: create-only, never onto somebody else's object. */
  | 'create'
  /** The content changed: applied with force, onto the recorded uid only. */
  | 'update'
  /** A recorded object is gone: the accepted manifest is created again. */
  | 'restore'
  /** A recorded object looks different where it is ours: repaired if a dry run says that this changes something. */
  | 'repair'
  /** Nothing to write. */
  | 'none'
  /** The object is being deleted; it is created when it is gone. */
  | 'await-deletion'
  /** Never written (policy read-only): it must exist, and is looked at. */
  | 'look'
  /** Another application owns the object and shares it (policy shared-resource): we are listed, nothing else is written. */
  | 'share';

export interface PlannedObject {
  key: string;
  action: Action;
  /** What is sent. */
  manifest: KubeObject;
  /** What an acceptance stands for in the record, where less than that is sent (fields left to others). */
  standsFor?: KubeObject;
  /** What is sent after it: the newest manifest, once the last accepted one has been restored. */
  afterwards?: KubeObject;
  /** What becomes of the replicas around the write. */
  scale?: Pick<Scale, 'handOver' | 'takeBack'>;
  /** The entry as it stands in the record before the write. */
  entry: RecordEntry;
  /** Step that asked; absent for repairs. */
  step?: string;
  /** The live object the decision was made on, where one was seen. */
  live?: KubeObject;
}

export interface Plan {
  deliver: PlannedObject[];
  /** The record after this plan's entries are written down; undefined when it does not change. */
  entries: ReadonlyMap<string, RecordEntry> | undefined;
  /** Over verbs, keys and contents: two plans with one hash do the same. */
  hash: string;
}

export interface PlanInput {
  due: readonly DueResource[];
  record: TrackerRecord;
  seen(cluster: string, ref: ObjectRef): Seen;
  /** True when a dry run has shown that this fingerprint of this object is no drift. */
  isCleared(uid: string, fingerprint: string | undefined): boolean;
  /** Policy read-only: the object is never written. */
  isReadOnly(resource: Resource): boolean;
  /** Policy shared-resource: other applications may share the object. */
  isShared(resource: Resource): boolean;
  /** Policy apply-once: paths that are left as they are live; `*` is the whole object. */
  unenforced(resource: Resource, moment: 'onUpdate' | 'onStateKeep'): readonly string[];
  /** Autoscalers on a cluster that target an object, whoever's they are. */
  autoscalersOf(cluster: string, target: ObjectRef): readonly ObjectRef[];
  /** Entries that are left alone for now, because somebody fights over them. */
  isYielded(key: string): boolean;
}

/** Plans the deliveries that are due and the repairs of everything else that is recorded. */
export function planDelivery(input: PlanInput): Plan {
  const entries = new Map(input.record.entries);
  const deliver: PlannedObject[] = [];
  const planned = new Set<string>();
  const isAutoscaled = autoscaledBy({ due: input.due, entries: input.record.entries, autoscalersOf: input.autoscalersOf });
  let changed = false;
  for (const { step, resource } of input.due) {
    const key = entryKey(resource.cluster, refOf(resource.manifest));
    const before = input.record.entries.get(key);
    const due = scaled(planDue(key, resource, step, before, input), isAutoscaled(resource));
    planned.add(key);
    deliver.push(due);
    if (due.entry !== before && due.action !== 'look') {
      entries.set(key, due.entry);
      changed = true;
    }
  }
  for (const [key, entry] of input.record.entries) {
    if (planned.has(key)) continue;
    const repair = planRepair(key, entry, input);
    if (repair) deliver.push(repair);
  }
  const hash = hashJson(
    deliver.filter((object) => object.action !== 'none').map(({ key, action, manifest }) => [key, action, contentHash(manifest)]),
  );
  return { deliver, entries: changed ? entries : undefined, hash };
}

/** Leaves replicas to autoscalers where something is to be written for the application itself; repairs yield by themselves. */
function scaled(planned: PlannedObject, isAutoscaled: boolean): PlannedObject {
  if (planned.action !== 'create' && planned.action !== 'update') return planned;
  const { manifest, handOver, takeBack } = decideScale(planned.manifest, planned.live, isAutoscaled);
  if (manifest === planned.manifest && handOver === undefined && !takeBack) return planned;
  const scale = { ...(handOver === undefined ? {} : { handOver }), ...(takeBack ? { takeBack } : {}) };
  return { ...planned, manifest, standsFor: planned.standsFor ?? planned.manifest, scale };
}

function planDue(key: string, resource: Resource, step: string, before: RecordEntry | undefined, input: PlanInput): PlannedObject {
  const { manifest, cluster, origin } = resource;
  const seen = input.seen(cluster, refOf(manifest));
  const live = seen.state === 'present' ? seen.object : undefined;
  const hash = contentHash(manifest);
  // An entry whose newest manifest says the same is kept as it is, its revision label included (decisions.md 40).
  const sameIntent =
    before !== undefined &&
    !before.unwanted &&
    contentHash(before.intended) === hash &&
    (before.shared ?? false) === input.isShared(resource) &&
    before.step === (origin.component ? undefined : step);
  const entry = sameIntent ? before : intend(manifest, madeBy(resource, step, input.isShared(resource)), before);
  const planned = (action: Action, send: KubeObject): PlannedObject => {
    const object: PlannedObject = { key, action, manifest: send, entry, step };
    if (live) object.live = live;
    return object;
  };
  if (input.isReadOnly(resource)) return planned('look', manifest);
  if (entry.shared && live && isOwnedByAnother(live, manifest)) {
    return planned(entry.answered?.hash === hash && entry.answered.uid === live.metadata.uid ? 'none' : 'share', manifest);
  }
  if (live?.metadata.deletionTimestamp) return planned('await-deletion', manifest);
  if (!entry.answered) return planned('create', manifest);
  if (seen.state === 'absent') {
    // What was accepted returns first; whether the newest is accepted shows after that (design.md §4: a refused
    // update leaves the last accepted state to repair to).
    const accepted = acceptedManifest(entry) ?? manifest;
    const restored = planned('restore', accepted);
    if (contentHash(accepted) !== hash) restored.afterwards = manifest;
    return restored;
  }
  if (entry.answered.hash !== hash) {
    const left = leaving(manifest, live, input.unenforced(resource, 'onUpdate'));
    if (left === undefined) return planned('none', manifest);
    return left === manifest ? planned('update', manifest) : { ...planned('update', left), standsFor: manifest };
  }
  return planRepair(key, entry, input, step) ?? planned('none', manifest);
}

function planRepair(key: string, entry: RecordEntry, input: PlanInput, step?: string): PlannedObject | undefined {
  const accepted = acceptedManifest(entry);
  if (!accepted || !entry.answered || entry.unwanted || input.isYielded(key)) return undefined;
  const resource: Resource = { cluster: entry.cluster, manifest: accepted, origin: entry.origin, creator: entry.creator };
  const unenforced = input.unenforced(resource, 'onStateKeep');
  if (input.isReadOnly(resource) || unenforced.includes('*')) return undefined;
  const asked = step === undefined ? {} : { step };
  const seen = input.seen(entry.cluster, entry.ref);
  switch (seen.state) {
    case 'unknown':
      return undefined;
    case 'absent':
      return { key, action: 'restore', manifest: accepted, entry, ...asked };
    case 'present': {
      const live = seen.object;
      if (live.metadata.deletionTimestamp) return { key, action: 'await-deletion', manifest: accepted, entry, live, ...asked };
      if (!looksForeign(live, entry, input) || (entry.shared && isOwnedByAnother(live, accepted))) return undefined;
      const sent = leaving(repairManifest(accepted, live), live, unenforced) ?? accepted;
      return { key, action: 'repair', manifest: sent, standsFor: accepted, entry, live, ...asked };
    }
  }
}

function madeBy({ cluster, origin, creator }: Resource, step: string, shared: boolean): Parameters<typeof intend>[1] {
  return { cluster, origin, creator, ...(origin.component ? {} : { step }), ...(shared ? { shared } : {}) };
}

/** A sharer writes nothing while another application owns the object. */
function isOwnedByAnother(live: KubeObject, manifest: KubeObject): boolean {
  const labelOf = (object: KubeObject, label: string): string | undefined => object.metadata.labels?.[label];
  return [appName, appNamespace].some((label) => labelOf(live, label) !== undefined && labelOf(live, label) !== labelOf(manifest, label));
}

/** Whether the live object is another one, or differs where it is ours, and no dry run has cleared that yet. */
function looksForeign(live: KubeObject, entry: RecordEntry, input: PlanInput): boolean {
  const { uid = '' } = live.metadata;
  if (uid !== entry.answered?.uid) return true;
  const seen = fingerprint(live);
  return seen !== entry.answered.fingerprint && !input.isCleared(uid, seen);
}
