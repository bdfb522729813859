/**
 * One wave of deletes after a revision has succeeded. Three things stand before it (design.md §4 "The record"): the
 * success is on record, the spec has rested for a moment, and one uncached GET shows the application as the plan
 * saw it. A→B→A within a pass then costs nothing and loses nothing (KubeVela lost 114 of 120 objects).
 */

import { publishVersion } from '../../api/annotations.ts';
import type { Application } from '../../api/application.ts';
import { orphanFinalizer } from '../../api/finalizers.ts';
import { pause } from '../../api/labels.ts';
import { refOf } from '../../api/object.ts';
import { failure, type Problem, type Result, success } from '../../base/errors.ts';
import { classifyFailure } from '../../delivery/classify.ts';
import { notLeader } from '../../delivery/not-leader.ts';
import { orphanObject, type Removal, removeObject } from '../../delivery/remove.ts';
import { storeRecord } from '../../delivery/store-record.ts';
import type { RecordEntry, TrackerRecord } from '../../plan/record.ts';
import type { World } from './world.ts';

/** What happens to an object that is no longer wanted. */
export type Fate = 'delete' | 'orphan' | 'keep';

export interface PruneWave {
  application: Application;
  record: TrackerRecord;
  prune: readonly { key: string; entry: RecordEntry }[];
  fateOf(entry: RecordEntry): Fate;
  /** Told when an object is proved to be gone. */
  removed(entry: RecordEntry): void;
  wrote: Parameters<typeof storeRecord>[3]['wrote'];
}

export type PruneResult =
  /** The application is not as the plan saw it any more: nothing was deleted, the next pass decides anew. */
  | { state: 'dropped' }
  /** `open`: entries whose finalizers still work. */
  | { state: 'done'; record: TrackerRecord; open: number };

export async function pruneWave(wave: PruneWave, world: Pick<World, 'kube' | 'mayWrite'>): Promise<Result<PruneResult>> {
  const doomed = wave.prune.filter(({ entry }) => wave.fateOf(entry) !== 'keep');
  if (doomed.length === 0) return success({ state: 'done', record: wave.record, open: 0 });
  const store = { kube: world.kube, wrote: wave.wrote };
  const marked = await markUnwanted(wave, doomed, store, world);
  if (!marked.ok) return marked;
  const unchanged = await isUnchanged(wave.application, world.kube);
  if (!unchanged.ok) return unchanged;
  if (!unchanged.value) {
    const unmarked = await storeRecord(wave.application, wave.record.entries, marked.value.pages, store);
    return unmarked.ok ? success({ state: 'dropped' }) : unmarked;
  }
  const { name, namespace = 'default' } = wave.application.metadata;
  const context = { kube: world.kube, owner: { name, namespace } };
  const entries = new Map(marked.value.entries);
  let open = 0;
  let problem: Problem | undefined;
  for (const { key, entry } of doomed) {
    if (!world.mayWrite()) return failure(notLeader);
    const removal: Result<Removal> =
      wave.fateOf(entry) === 'orphan' ? await orphanObject(entry, context) : await removeObject(entry, context);
    if (!removal.ok) problem ??= removal.problem;
    else if (removal.value === 'deleting') open++;
    else {
      entries.delete(key);
      wave.removed(entry);
    }
  }
  // An entry leaves the record only after its object is gone: a crash in between repeats the delete, which is harmless.
  const stored =
    entries.size === marked.value.entries.size
      ? success(marked.value)
      : await storeRecord(wave.application, entries, marked.value.pages, store);
  if (!stored.ok) return stored;
  if (problem) return failure(problem);
  return success({ state: 'done', record: stored.value, open });
}

/**
 * Says in the record, before the first delete, what is about to go. Without that, whoever comes after a crash (or
 * sees a finalizer finish) finds a recorded object missing and puts it back.
 */
async function markUnwanted(
  { application, record }: PruneWave,
  doomed: PruneWave['prune'],
  store: Parameters<typeof storeRecord>[3],
  world: Pick<World, 'mayWrite'>,
): Promise<Result<TrackerRecord>> {
  if (doomed.every(({ entry }) => entry.unwanted)) return success(record);
  if (!world.mayWrite()) return failure(notLeader);
  const entries = new Map(record.entries);
  for (const { key, entry } of doomed) entries.set(key, { ...entry, unwanted: true });
  return storeRecord(application, entries, record.pages, store);
}

/** One GET past all caches: the last look before something is deleted. */
async function isUnchanged(application: Application, kube: World['kube']): Promise<Result<boolean>> {
  const ref = refOf(application);
  const answer = await kube.get(ref);
  if (!answer.ok) return answer.failure.httpStatus === 404 ? success(false) : failure(classifyFailure(answer.failure, ref));
  return success(markOf(answer.value as Application) === markOf(application));
}

/** Everything by which a plan to delete stands or falls. */
export function markOf({ metadata }: Application): string {
  const { uid, generation, annotations, labels, finalizers, deletionTimestamp } = metadata;
  return [uid, generation, annotations?.[publishVersion], labels?.[pause], finalizers?.includes(orphanFinalizer), deletionTimestamp].join(
    '|',
  );
}
