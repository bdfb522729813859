/**
 * Carries a plan out: writes the record first, then the objects. The only writer of objects that applications want.
 * It can be stopped or killed between any two requests: the record already names everything that may exist.
 */
import PQueue from 'p-queue';
import type { Application } from '../api/application.ts';
import type { KubeObject } from '../api/object.ts';
import { failure, type Problem, type Result, success } from '../base/errors.ts';
import { fingerprint } from '../plan/fingerprint.ts';
import type { Plan, PlannedObject } from '../plan/plan.ts';
import type { RecordEntry, TrackerRecord } from '../plan/record.ts';
import { type Accepted, type ApplyContext, applyNew, applyOwned, awaitsDeletion } from './apply.ts';
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
  /** A dry run showed that the difference is none of ours (F35): not written. */
  | { state: 'cleared'; uid: string; fingerprint: string | undefined }
  | { state: 'refused'; problem: Problem };

export interface Delivered {
  outcomes: ReadonlyMap<string, Outcome>;
  /** The record as it stands now, answers included. */
  record: TrackerRecord;
  /** Set when the record could not be written: then nothing else was. */
  problem?: Problem;
}

/** Executes `plan` for `application`. Never throws for what an API server can answer. */
export async function deliver(plan: Plan, application: Application, record: TrackerRecord, context: DeliverContext): Promise<Delivered> {
  const recorded = plan.entries ? await storeRecord(application, plan.entries, record.pages, context) : success(record);
  if (!recorded.ok) return { outcomes: new Map(), record, problem: recorded.problem };
  const outcomes = new Map<string, Outcome>();
  const entries = new Map<string, RecordEntry>(recorded.value.entries);
  for (const wave of inWaves(plan.deliver)) {
    const queue = new PQueue({ concurrency: context.concurrency });
    await queue.addAll(
      wave.map((planned) => async () => {
        const outcome = await deliverOne(planned, context);
        outcomes.set(planned.key, outcome);
        if (outcome.state !== 'written') return;
        context.wrote(outcome.accepted.object);
        const entry = entries.get(planned.key) ?? planned.entry;
        entries.set(planned.key, { ...entry, answered: outcome.accepted.answered });
      }),
    );
  }
  return { outcomes, record: { entries, pages: recorded.value.pages } };
}

async function deliverOne(planned: PlannedObject, context: DeliverContext): Promise<Outcome> {
  if (planned.action === 'none') return { state: 'unchanged' };
  if (planned.action === 'await-deletion') return { state: 'refused', problem: awaitsDeletion(planned.live ?? planned.manifest) };
  if (!context.mayWrite()) {
    return { state: 'refused', problem: { kind: 'Transient', code: 'NotLeader', message: 'this replica no longer holds the lease' } };
  }
  const written = await write(planned, context);
  if (!written.ok) return { state: 'refused', problem: written.problem };
  return written.value;
}

async function write(planned: PlannedObject, context: DeliverContext): Promise<Result<Outcome>> {
  const { manifest, entry, live } = planned;
  const recordedUid = entry.answered?.uid;
  switch (planned.action) {
    case 'create':
    case 'restore':
      return asWritten(await applyNew(manifest, recordedUid, context));
    case 'update':
      return asWritten(await applyOwned(manifest, recordedUid ?? '', context));
    case 'repair':
      return live && live.metadata.uid === recordedUid
        ? repair(manifest, live, context)
        : asWritten(await applyNew(manifest, recordedUid, context));
    case 'none':
    case 'await-deletion':
      return success({ state: 'unchanged' });
  }
}

/** Writes only when a dry run says that writing would change something where the object is ours. */
async function repair(manifest: KubeObject, live: KubeObject, context: DeliverContext): Promise<Result<Outcome>> {
  const uid = live.metadata.uid ?? '';
  const tried = await applyOwned(manifest, uid, context, true);
  if (!tried.ok) return failure(tried.problem);
  const seen = fingerprint(live);
  if (seen !== undefined && fingerprint(tried.value.object) === seen) return success({ state: 'cleared', uid, fingerprint: seen });
  return asWritten(await applyOwned(manifest, uid, context));
}

function asWritten(result: Result<Accepted>): Result<Outcome> {
  return result.ok ? success({ state: 'written', accepted: result.value }) : result;
}

/** `namespace/name` pairs of what a delivery refused, for messages. */
export function refusedObjects(plan: Plan, delivered: Delivered): { planned: PlannedObject; problem: Problem }[] {
  return plan.deliver.flatMap((planned) => {
    const outcome = delivered.outcomes.get(planned.key);
    return outcome?.state === 'refused' ? [{ planned, problem: outcome.problem }] : [];
  });
}
