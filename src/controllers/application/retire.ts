/**
 * The end of an application: its objects first, then the record, then the finalizer. It works from the record alone
 * and never needs a definition, so an application that cannot be rendered can still be deleted (F03).
 */

import PQueue from 'p-queue';
import type { Application, ApplicationStatus } from '../../api/application.ts';
import { applicationFinalizer, orphanFinalizer } from '../../api/finalizers.ts';
import { describeRef, refOf } from '../../api/object.ts';
import { toRfc3339 } from '../../base/clock.ts';
import { failure, type Problem, type Result, success } from '../../base/errors.ts';
import { classifyFailure } from '../../delivery/classify.ts';
import { notLeader } from '../../delivery/not-leader.ts';
import { orphanObject, type Removal, removeObject } from '../../delivery/remove.ts';
import { fieldManager } from '../../plan/fingerprint.ts';
import type { RecordEntry } from '../../plan/record.ts';
import type { Next, Observed } from './observe.ts';
import type { Fate } from './prune-wave.ts';
import { report } from './report.ts';
import type { World } from './world.ts';

/** Waiting shorter than this is not worth a status write. */
const quietMs = 1000;
/** When nothing is heard of a deletion for so long, it is asked again. */
const askAgainMs = 10_000;

export interface RetireHooks {
  /** What the garbage-collect rules say of an entry when its application goes. */
  fateOf(entry: RecordEntry): Fate;
  wrote(application: Application): void;
}

export async function retire(observed: Observed, world: World, hooks: RetireHooks): Promise<Result<Next>> {
  const { record, memory } = observed;
  if (!observed.isHeld) return success({ when: 'event' });
  memory.retiringSince ??= world.clock.monotonic();
  const open: string[] = [];
  let problem: Problem | undefined;
  const leftBehind = observed.predecessors.flatMap((predecessor) => [...predecessor.record.entries.values()]).map(unproved);
  const queue = new PQueue({ concurrency: world.settings.applyConcurrency });
  const entries = [...record.entries.values(), ...leftBehind];
  const removals = await queue.addAll(entries.map((entry) => () => remove(entry, observed, world, hooks)));
  for (const [index, removal] of removals.entries()) {
    const entry = entries[index];
    if (!removal.ok) problem ??= removal.problem;
    else if (removal.value === 'deleting' && entry) open.push(describeRef(entry.ref));
  }
  if (problem || open.length > 0) return await waitFor(open, problem, observed, world, hooks);
  for (const page of [...record.pages, ...observed.predecessors.map(({ tracker }) => tracker)]) {
    const { uid } = page.metadata;
    const answer = await world.kube.delete(refOf(page), uid === undefined ? {} : { uid });
    if (!answer.ok && answer.failure.httpStatus !== 404) return failure(classifyFailure(answer.failure, refOf(page)));
  }
  return letGo(observed, world);
}

/** What a predecessor recorded is ours only if the object itself says so. */
export function unproved({ answered: _theirs, ...entry }: RecordEntry): RecordEntry {
  return entry;
}

async function remove(entry: RecordEntry, observed: Observed, world: World, hooks: RetireHooks): Promise<Result<Removal>> {
  const { application, memory } = observed;
  const uid = entry.answered?.uid;
  if (uid !== undefined && memory.gone.has(uid)) return success('gone');
  if (!world.mayWrite()) return failure(notLeader);
  const { name, namespace = 'default' } = application.metadata;
  const context = { kube: world.kube, owner: { name, namespace } };
  const isOrphaned = application.metadata.finalizers?.includes(orphanFinalizer) || hooks.fateOf(entry) !== 'delete';
  // Asked once already: its finalizers work, and the event of its end wakes us.
  if (!isOrphaned && isTerminating(entry, world)) return success('deleting');
  const removal = isOrphaned ? await orphanObject(entry, context) : await removeObject(entry, context);
  if (removal.ok && removal.value !== 'deleting' && uid !== undefined) memory.gone.add(uid);
  return removal;
}

function isTerminating(entry: RecordEntry, world: World): boolean {
  const seen = world.kinds.seen(entry.ref);
  return (
    seen.state === 'present' && seen.object.metadata.uid === entry.answered?.uid && seen.object.metadata.deletionTimestamp !== undefined
  );
}

/** Says what the deletion waits for, since when, and how to let go (decisions.md 34), once it takes noticeable time. */
async function waitFor(
  open: readonly string[],
  problem: Problem | undefined,
  observed: Observed,
  world: World,
  hooks: RetireHooks,
): Promise<Result<Next>> {
  const { application, memory } = observed;
  const waitedMs = world.clock.monotonic() - (memory.retiringSince ?? 0);
  if (problem?.kind === 'Transient') return failure(problem);
  if (waitedMs < quietMs && !problem) return success({ when: 'after', ms: quietMs - waitedMs });
  const since = application.metadata.deletionTimestamp ?? '';
  const sentences = [
    open.length > 0
      ? `Waiting for ${open.slice(0, 3).join(', ')} to delete since ${since}. (At least ${open.length} resources are deleting.) To keep them and let the application go, add the finalizer ${orphanFinalizer}.`
      : '',
    problem?.message ?? '',
  ];
  const reported = await report(
    application,
    deletingStatus(application, sentences.filter(Boolean).join(' '), world.clock.now()),
    memory,
    world,
    hooks.wrote,
  );
  if (!reported.ok) return reported;
  return success({ when: 'after', ms: askAgainMs });
}

function deletingStatus(application: Application, message: string, now: number): ApplicationStatus {
  const before = application.status ?? {};
  const ready = before.conditions?.find(({ type }) => type === 'Ready');
  const since = ready?.status === 'False' ? ready.lastTransitionTime : undefined;
  const others = (before.conditions ?? []).filter(({ type }) => type !== 'Ready');
  return {
    ...before,
    observedGeneration: application.metadata.generation ?? 0,
    status: 'deleting',
    conditions: [...others, { type: 'Ready', status: 'False', reason: 'Deleting', message, lastTransitionTime: since ?? toRfc3339(now) }],
  };
}

/** Takes our finalizers off; the resourceVersion guards those that somebody else put on. */
async function letGo({ application, key }: Observed, world: World): Promise<Result<Next>> {
  const finalizers = (application.metadata.finalizers ?? []).filter((name) => name !== applicationFinalizer && name !== orphanFinalizer);
  const body = { metadata: { resourceVersion: application.metadata.resourceVersion, finalizers } };
  const answer = await world.kube.patch(refOf(application), { type: 'merge', body }, { fieldManager });
  if (!answer.ok && answer.failure.httpStatus !== 404) return failure(classifyFailure(answer.failure, refOf(application)));
  const { uid = '' } = application.metadata;
  if (finalizers.length === 0) world.expectations.deleted(key, refOf(application), uid);
  world.memory.forget(uid);
  return success({ when: 'event' });
}
