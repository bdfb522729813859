/** Plays the CronJob controller: a Job per due time, within concurrencyPolicy, deadline and history limits. */
import { toRfc3339 } from '../../src/base/clock.ts';
import { jsonEqual } from '../../src/base/json.ts';
import { type Actor, controllerKeys, type Decision, nothingToDo, ownKey, source, splitKey, type Write } from './actor.ts';
import { isTrue } from './conditions.ts';
import { nextTime, parseSchedule, type Schedule } from './cron.ts';
import { finishedAt, isFinishedJob } from './job.ts';
import { type CronJob, type CronJobStatus, cronJobs, type Job, jobs } from './kinds.ts';
import { controlledBy } from './ownership.ts';
import type { Stage } from './stage.ts';

const scheduledAnnotation = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

export interface CronJobObserved {
  cronJob: CronJob;
  owned: Job[];
  now: number;
}

/** The latest due time not yet served, and when the next one comes. */
function dueTimes({ cronJob, now }: CronJobObserved, schedule: Schedule): { due?: number; next?: number } {
  const { spec, status, metadata } = cronJob;
  let from = Date.parse(status?.lastScheduleTime ?? metadata.creationTimestamp ?? '');
  if (spec.startingDeadlineSeconds !== undefined) from = Math.max(from, now - spec.startingDeadlineSeconds * 1_000);
  let due: number | undefined;
  let next = nextTime(schedule, from, spec.timeZone);
  // Of many missed times only the last one counts; a hundred steps at a time keep a long sleep cheap.
  for (let missed = 0; next !== undefined && next <= now; missed++) {
    due = next;
    next = nextTime(schedule, missed > 100 ? Math.max(next, now - 86_400_000) : next, spec.timeZone);
  }
  return { due, next };
}

/** From what is seen of a CronJob to Jobs to start, replace or forget, and its status. */
export function decideCronJob(observed: CronJobObserved): Decision {
  const { cronJob, owned, now } = observed;
  const { spec, metadata } = cronJob;
  if (metadata.deletionTimestamp !== undefined) return nothingToDo;
  const before = cronJob.status ?? {};
  const running = owned.filter((job) => !isFinishedJob(job)).sort(byName);
  const writes: Write[] = [];
  const status: CronJobStatus = { ...before };
  const successes = owned.filter((job) => isTrue(job.status?.conditions, 'Complete'));
  const failures = owned.filter((job) => isTrue(job.status?.conditions, 'Failed'));
  const last = successes
    .map((job) => job.status?.completionTime ?? '')
    .sort()
    .at(-1);
  if (last && last > (before.lastSuccessfulTime ?? '')) status.lastSuccessfulTime = last;
  writes.push(...trim(successes, spec.successfulJobsHistoryLimit ?? 3), ...trim(failures, spec.failedJobsHistoryLimit ?? 1));

  const schedule = parseSchedule(spec.schedule);
  let againInMs: number | undefined;
  let active = running;
  if (schedule && !spec.suspend) {
    const { due, next } = dueTimes(observed, schedule);
    if (next !== undefined) againInMs = Math.max(0, next - now);
    const isBlocked = spec.concurrencyPolicy === 'Forbid' && running.length > 0;
    if (due !== undefined && !isBlocked) {
      if (spec.concurrencyPolicy === 'Replace') {
        for (const object of running)
          if (object.metadata.deletionTimestamp === undefined)
            writes.push({ verb: 'delete', resource: jobs, object, propagation: 'Background' });
        active = [];
      }
      const name = `${metadata.name}-${Math.floor(due / 60_000)}`;
      // The name tells the time: a second start for the same time is refused by the server.
      if (!owned.some((job) => job.metadata.name === name))
        writes.push({ verb: 'create', resource: jobs, object: jobFrom(cronJob, name, due) });
      status.lastScheduleTime = toRfc3339(due);
    }
  }
  const references = active.map(({ metadata: { name, namespace, uid } }) => ({
    kind: 'Job',
    apiVersion: 'batch/v1',
    namespace,
    name,
    uid,
  }));
  const known = before.active ?? [];
  const isSame = known.length === references.length && references.every(({ uid }) => known.some((each) => each.uid === uid));
  status.active = isSame ? before.active : references.length > 0 ? references : undefined;
  if (!jsonEqual(status, before)) writes.push({ verb: 'status', resource: cronJobs, object: { ...cronJob, status } as CronJob });
  return { writes, againInMs };
}

const byName = (a: Job, b: Job): number => a.metadata.name.localeCompare(b.metadata.name);

function trim(finished: Job[], limit: number): Write[] {
  const staying = finished.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const oldestFirst = staying.sort((a, b) => (finishedAt(a) ?? '').localeCompare(finishedAt(b) ?? '') || byName(a, b));
  return oldestFirst
    .slice(0, Math.max(0, oldestFirst.length - limit))
    .map((object) => ({ verb: 'delete', resource: jobs, object, propagation: 'Background' }));
}

function jobFrom(cronJob: CronJob, name: string, due: number) {
  const { metadata, spec } = cronJob.spec.jobTemplate;
  return {
    metadata: {
      name,
      namespace: cronJob.metadata.namespace,
      labels: metadata?.labels,
      annotations: { ...metadata?.annotations, [scheduledAnnotation]: toRfc3339(due) },
      ownerReferences: [controlledBy(cronJob, cronJobs)],
    },
    spec,
  };
}

export function cronJobActor({ views, clock }: Stage): Actor {
  const ofCronJobs = views(cronJobs);
  const ofJobs = views(jobs);
  return {
    name: 'cronjob',
    fieldManager: 'kube-controller-manager',
    sources: [source(ofCronJobs, ownKey), source(ofJobs, controllerKeys(cronJobs))],
    decide(key) {
      const { namespace, name } = splitKey(key);
      const cronJob = ofCronJobs.get(namespace, name);
      return cronJob ? decideCronJob({ cronJob, owned: ofJobs.ownedBy(cronJob.metadata.uid), now: clock.now() }) : nothingToDo;
    },
  };
}
