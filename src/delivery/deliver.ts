/**
 * Carries a plan out: writes the record first, then the objects. The only writer of objects that applications want.
 * It can be stopped or killed between any two requests: the record already names everything that may exist.
 */

import PQueue from 'p-queue';
import type { Application } from '../api/application.ts';
import { describeRef, type KubeObject, refOf } from '../api/object.ts';
import { failure, type Problem, type Result, success } from '../base/errors.ts';
import { contentHash } from '../plan/content-hash.ts';
import { fingerprint } from '../plan/fingerprint.ts';
import type { Plan, PlannedObject } from '../plan/plan.ts';
import { acceptedManifest, answersInStatus, type RecordEntry, type TrackerRecord } from '../plan/record.ts';
import { type Accepted, type ApplyContext, applyNew, applyOwned, awaitsDeletion, tryOwned } from './apply.ts';
import { classifyFailure } from './classify.ts';
import { endHandOver, handOver } from './hand-over.ts';
import { notLeader } from './not-leader.ts';
import { joinSharers, listOwner } from './sharing.ts';
import { storeRecord } from './store-record.ts';
import { inWaves } from './waves.ts';

export interface DeliverContext extends ApplyContext {
  /** False once the lease is lost or the process stops: nothing is written after that (F23, F24). */
  mayWrite(): boolean;
  /** Told of every object as the API server answered it, so that later passes wait for their caches. */
  wrote(object: KubeObject): void;
  /** Objects written at the same time. */
  concurrency: number;
}

/** What became of one planned object. */
export type Outcome =
  /** Nothing was to be done. */
  | { state: 'unchanged' }
  | { state: 'written'; accepted: Accepted }
  /** Never written, and there. */
  | { state: 'looked'; object: KubeObject }
  /** A dry run showed that the difference is none of ours (F35): not written. */
  | { state: 'cleared'; uid: string; fingerprint: string | undefined }
  | {
      state: 'refused';
      problem: Problem;
      /** What was accepted before the refusal: the last state, where it had to be restored first. */
      accepted?: Accepted;
    };

export interface Delivered {
  outcomes: ReadonlyMap<string, Outcome>;
  /** The record as it stands now, answers included. */
  record: TrackerRecord;
  /** Set when the record could not be written: then nothing else was. */
  problem?: Problem;
}

/** Executes `plan` for `application`. Never throws for what an API server can answer. */
export async function deliver(plan: Plan, application: Application, record: TrackerRecord, context: DeliverContext): Promise<Delivered> {
  if (plan.entries && !context.mayWrite()) return { outcomes: new Map(), record, problem: notLeader };
  const recorded = plan.entries ? await storeRecord(application, plan.entries, record.pages, context) : success(record);
  if (!recorded.ok) return { outcomes: new Map(), record, problem: recorded.problem };
  const outcomes = new Map<string, Outcome>();
  const entries = new Map<string, RecordEntry>(recorded.value.entries);
  for (const wave of inWaves(plan.deliver)) {
    const queue = new PQueue({ concurrency: context.concurrency });
    await queue.addAll(
      wave.map((planned) => async () => {
        const outcome = placed(await deliverOne(planned, context), planned);
        outcomes.set(planned.key, outcome);
        const accepted = outcome.state === 'written' || outcome.state === 'refused' ? outcome.accepted : undefined;
        if (!accepted) return;
        context.wrote(accepted.object);
        const entry = entries.get(planned.key) ?? planned.entry;
        const hash = planned.standsFor ? contentHash(planned.standsFor) : accepted.answered.hash;
        entries.set(planned.key, { ...entry, answered: { ...accepted.answered, hash } });
      }),
    );
  }
  return keepAnswers(application, { entries, pages: recorded.value.pages }, outcomes, context);
}

/** The answers of a large application do not fit its status: they are kept in the tracker's pages (F41). */
async function keepAnswers(
  application: Application,
  record: TrackerRecord,
  outcomes: ReadonlyMap<string, Outcome>,
  context: DeliverContext,
): Promise<Delivered> {
  const isAnswered = [...outcomes.values()].some((outcome) => 'accepted' in outcome);
  if (!isAnswered || record.entries.size <= answersInStatus) return { outcomes, record };
  const stored = await storeRecord(application, record.entries, record.pages, context);
  // The objects are written, and their answers are known to this pass: the next one finds them unanswered and asks again.
  return stored.ok ? { outcomes, record: stored.value } : { outcomes, record, problem: stored.problem };
}

async function deliverOne(planned: PlannedObject, context: DeliverContext): Promise<Outcome> {
  if (planned.action === 'none') return { state: 'unchanged' };
  if (planned.action === 'await-deletion') return { state: 'refused', problem: awaitsDeletion(planned.live ?? planned.manifest) };
  if (!context.mayWrite()) return { state: 'refused', problem: notLeader };
  const written = await write(planned, context);
  if (!written.ok) return { state: 'refused', problem: written.problem };
  const outcome = written.value;
  const afterwards = outcome.state === 'written' ? missingAfter(planned, outcome.accepted) : undefined;
  if (outcome.state !== 'written' || !afterwards) return outcome;
  // The last accepted state is back. Whether the newest is accepted decides over the step, else it would count as
  // delivered and never be tried again.
  const { accepted } = outcome;
  const newest = await applyOwned(afterwards, accepted.answered.uid, context);
  return newest.ok ? { state: 'written', accepted: newest.value } : { state: 'refused', problem: newest.problem, accepted };
}

/** What is still to be applied when an object was gone and its last accepted state has been restored. */
function missingAfter({ action, manifest, afterwards }: PlannedObject, { answered }: Accepted): KubeObject | undefined {
  if (action === 'update' && answered.hash !== contentHash(manifest)) return manifest;
  return afterwards;
}

/** What was refused says whose it is: in one step many components may be delivered. */
function placed(outcome: Outcome, { entry }: PlannedObject): Outcome {
  const { component } = entry.origin;
  if (outcome.state !== 'refused' || component === '') return outcome;
  return { ...outcome, problem: { ...outcome.problem, message: `component "${component}": ${outcome.problem.message}` } };
}

async function write(planned: PlannedObject, context: DeliverContext): Promise<Result<Outcome>> {
  const { manifest, entry, live } = planned;
  const recordedUid = entry.answered?.uid;
  switch (planned.action) {
    case 'create':
    case 'restore':
      return asWritten(await (entry.shared ? applyShared(manifest, context) : applyNew(manifest, recordedUid, context)));
    case 'share':
      return asWritten(await applyShared(manifest, context));
    case 'update': {
      const { handOver: count } = planned.scale ?? {};
      const handed = count !== undefined && live ? await handOver(live, count, context.kube) : success(undefined);
      if (!handed.ok) return handed;
      // Gone since it was seen: then what was accepted last returns first, as for one that was seen to be gone.
      const written = await applyOwned(manifest, recordedUid ?? '', context, acceptedManifest(entry));
      return asWritten(written.ok && planned.scale?.takeBack ? await endHandOver(written.value, context.kube) : written);
    }
    case 'repair':
      return live && live.metadata.uid === recordedUid
        ? repair(manifest, live, context)
        : asWritten(await applyNew(manifest, recordedUid, context));
    case 'look':
      return look(manifest, context);
    case 'none':
    case 'await-deletion':
      return success({ state: 'unchanged' });
  }
}

/** Creates a shared object and is its owner, or joins those that share it already. */
async function applyShared(manifest: KubeObject, context: DeliverContext): Promise<Result<Accepted>> {
  const created = await applyNew(manifest, undefined, context);
  if (created.ok) {
    const listed = await listOwner(created.value.object, context);
    return listed.ok ? success({ ...created.value, object: listed.value }) : listed;
  }
  if (created.problem.code !== 'OwnedByAnother') return created;
  return (await joinSharers(manifest, context)) ?? created;
}

/** Writes only when a dry run says that writing would change something where the object is ours. */
async function repair(manifest: KubeObject, live: KubeObject, context: DeliverContext): Promise<Result<Outcome>> {
  const uid = live.metadata.uid ?? '';
  const tried = await tryOwned(manifest, uid, context);
  if (!tried.ok) return failure(tried.problem);
  const seen = fingerprint(live);
  if (seen !== undefined && tried.value && fingerprint(tried.value) === seen) return success({ state: 'cleared', uid, fingerprint: seen });
  return asWritten(await applyOwned(manifest, uid, context));
}

/** An object that is never written has to be there. */
async function look(manifest: KubeObject, { kube }: DeliverContext): Promise<Result<Outcome>> {
  const ref = refOf(manifest);
  const found = await kube.get(ref);
  if (found.ok) return success({ state: 'looked', object: found.value });
  if (found.failure.httpStatus !== 404) return failure(classifyFailure(found.failure, ref));
  const message = `${describeRef(ref)} does not exist, and a read-only policy keeps it from being made`;
  return failure({ kind: 'Waiting', code: 'ReadOnlyMissing', message, on: ref });
}

function asWritten(result: Result<Accepted>): Result<Outcome> {
  return result.ok ? success({ state: 'written', accepted: result.value }) : result;
}
