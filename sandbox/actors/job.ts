/**
 * Plays the Job controller for NonIndexed jobs. A 1.33 API server checks the order of conditions (SuccessCriteriaMet
 * before Complete, FailureTarget before Failed) and that counts never fall, whoever writes them. Pods are counted from
 * what is there, without the tracking finalizer; counts already reported are never lowered.
 */
import { toRfc3339 } from '../../src/base/clock.ts';
import { jsonEqual } from '../../src/base/json.ts';
import { type Actor, controllerKeys, type Decision, nothingToDo, ownKey, source, splitKey, type Write } from './actor.ts';
import { isActive, isReady, isTrue, soonest, untilSeconds, withCondition } from './conditions.ts';
import { type Condition, type Job, type JobStatus, jobs, type Pod, pods } from './kinds.ts';
import { controlledBy } from './ownership.ts';
import { expendableFirst } from './replicaset.ts';
import type { Stage } from './stage.ts';

export interface JobObserved {
  job: Job;
  owned: Pod[];
  /** The wait after the first failure; doubled with each further one. */
  backOffMs: number;
  now: number;
}

type Verdict = { type: 'FailureTarget' | 'SuccessCriteriaMet'; reason: string; message: string };

export function isFinishedJob(job: Job): boolean {
  return isTrue(job.status?.conditions, 'Complete') || isTrue(job.status?.conditions, 'Failed');
}

/** When a finished job ended, as text of the API. */
export function finishedAt(job: Job): string | undefined {
  const ended = job.status?.conditions?.find(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True');
  return job.status?.completionTime ?? ended?.lastTransitionTime ?? undefined;
}

/** From what is seen of a Job to pods to start or stop, and its status. */
export function decideJob({ job, owned, backOffMs, now }: JobObserved): Decision {
  const { spec } = job;
  if (spec.managedBy !== undefined && spec.managedBy !== 'kubernetes.io/job-controller') return nothingToDo;
  if (isFinishedJob(job)) return expire(job, now);
  const before = job.status ?? {};
  const isSuspended = spec.suspend ?? false;
  const active = owned.filter(isActive);
  const succeeded = Math.max(before.succeeded ?? 0, owned.filter(({ status }) => status?.phase === 'Succeeded').length);
  const failed = Math.max(before.failed ?? 0, owned.filter(({ status }) => status?.phase === 'Failed').length);
  const status: JobStatus = { ...before };
  let conditions: Condition[] = before.conditions ?? [];
  const wasSuspended = isTrue(conditions, 'Suspended');
  if (isSuspended && !wasSuspended) {
    conditions = withProbe(conditions, { type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' }, now);
    status.startTime = undefined;
  }
  if (!isSuspended) {
    if (wasSuspended)
      conditions = withProbe(conditions, { type: 'Suspended', status: 'False', reason: 'JobResumed', message: 'Job resumed' }, now);
    if (wasSuspended || status.startTime === undefined) status.startTime = toRfc3339(now);
  }
  const started = status.startTime;
  const wanted = wantedPods(job, succeeded);
  const verdict = isSuspended
    ? undefined
    : judge(job, { succeeded, failed, active: active.length, restarts: restartsOf(owned), started, now });

  const changes: Write[] = [];
  let alive = active;
  const waitMs = untilRetry(owned, backOffMs, now);
  if (job.metadata.deletionTimestamp === undefined) {
    const surplus = isSuspended || verdict ? active.length : Math.max(0, active.length - wanted);
    const leaving = [...active].sort(expendableFirst).slice(0, surplus);
    alive = active.filter((pod) => !leaving.includes(pod));
    for (const object of leaving) changes.push({ verb: 'delete', resource: pods, object, propagation: 'Background' });
    const missing = isSuspended || verdict || waitMs > 0 ? 0 : wanted - active.length;
    for (let i = 0; i < missing; i++) changes.push({ verb: 'create', resource: pods, object: podFrom(job) });
  }
  const leaving = owned.filter((pod) => !isFinished(pod) && !alive.includes(pod)).length;
  Object.assign(status, {
    active: alive.length || undefined,
    ready: alive.filter(isReady).length,
    succeeded: succeeded || undefined,
    failed: failed || undefined,
    terminating: leaving,
    uncountedTerminatedPods: status.startTime === undefined ? before.uncountedTerminatedPods : {},
  });
  if (verdict) {
    // The interim condition first; the final one once nothing runs any more.
    conditions = withProbe(conditions, { type: verdict.type, status: 'True', reason: verdict.reason, message: verdict.message }, now);
    if (alive.length === 0 && leaving === 0) {
      const type = verdict.type === 'FailureTarget' ? 'Failed' : 'Complete';
      conditions = withProbe(conditions, { type, status: 'True', reason: verdict.reason, message: verdict.message }, now);
      if (type === 'Complete') status.completionTime = toRfc3339(now);
    }
  }
  status.conditions = conditions.length > 0 ? conditions : undefined;
  const writes: Write[] = jsonEqual(status, before) ? [] : [{ verb: 'status', resource: jobs, object: { ...job, status } as Job }];
  const deadline = spec.activeDeadlineSeconds;
  const untilDeadline =
    deadline !== undefined && started !== undefined && !verdict ? Math.max(100, untilSeconds(started, deadline, now)) : undefined;
  const againInMs = soonest(untilDeadline, waitMs > 0 ? waitMs : undefined);
  // Start times must stand before pods do, or the first pod could finish a job that never started.
  return { writes: [...writes, ...changes], againInMs };
}

const isFinished = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/** Milliseconds until a failed pod may be followed by another: 10 s (the setting) doubled per failure, at most 10 min. */
function untilRetry(owned: Pod[], backOffMs: number, now: number): number {
  const failed = owned.filter(({ status }) => status?.phase === 'Failed');
  if (failed.length === 0) return 0;
  const ends = failed.map((pod) => {
    const times = pod.status?.containerStatuses?.map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? '')) ?? [];
    return Math.max(0, ...times.filter(Number.isFinite));
  });
  return Math.max(0, Math.max(...ends) + Math.min(600_000, backOffMs * 2 ** Math.min(failed.length - 1, 10)) - now);
}

/** Restarts in place, which count against backoffLimit where the pod's restartPolicy is OnFailure. */
function restartsOf(owned: Pod[]): number {
  return owned
    .filter((pod) => pod.spec.restartPolicy === 'OnFailure' && isActive(pod))
    .flatMap((pod) => [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])])
    .reduce((sum, { restartCount }) => sum + restartCount, 0);
}

function wantedPods({ spec }: Job, succeeded: number): number {
  const parallelism = spec.parallelism ?? 1;
  // Without completions the first success means that the work is done and nobody new is started.
  if (spec.completions === undefined) return succeeded > 0 ? 0 : parallelism;
  return Math.min(parallelism, Math.max(0, spec.completions - succeeded));
}

function judge(
  { spec, status }: Job,
  seen: { succeeded: number; failed: number; active: number; restarts: number; started: string | undefined; now: number },
): Verdict | undefined {
  const decided = status?.conditions?.find(
    ({ type, status: on }) => on === 'True' && (type === 'FailureTarget' || type === 'SuccessCriteriaMet'),
  );
  if (decided && (decided.type === 'FailureTarget' || decided.type === 'SuccessCriteriaMet')) {
    return { type: decided.type, reason: decided.reason ?? '', message: decided.message ?? '' };
  }
  const limit = spec.backoffLimit ?? 6;
  if (seen.failed > limit || (seen.restarts > 0 && seen.restarts > limit)) {
    return { type: 'FailureTarget', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  }
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined && seen.started !== undefined && untilSeconds(seen.started, deadline, seen.now) <= 0) {
    return { type: 'FailureTarget', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
  }
  const isDone = spec.completions === undefined ? seen.succeeded > 0 && seen.active === 0 : seen.succeeded >= spec.completions;
  return isDone
    ? { type: 'SuccessCriteriaMet', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' }
    : undefined;
}

function withProbe(conditions: Condition[], next: Condition, now: number): Condition[] {
  return withCondition(conditions, { lastProbeTime: toRfc3339(now), ...next }, now);
}

function podFrom(job: Job) {
  const { template } = job.spec;
  return {
    metadata: {
      generateName: `${job.metadata.name}-`,
      namespace: job.metadata.namespace,
      labels: { ...template.metadata?.labels, ...job.spec.selector?.matchLabels },
      annotations: template.metadata?.annotations,
      ownerReferences: [controlledBy(job, jobs)],
    },
    spec: template.spec,
  };
}

/** Deletes a finished job when its time to live has passed. */
function expire(job: Job, now: number): Decision {
  const { ttlSecondsAfterFinished } = job.spec;
  if (ttlSecondsAfterFinished === undefined || job.metadata.deletionTimestamp !== undefined) return nothingToDo;
  const left = untilSeconds(finishedAt(job), ttlSecondsAfterFinished, now);
  if (left > 0) return { writes: [], againInMs: soonest(left) };
  return { writes: [{ verb: 'delete', resource: jobs, object: job, propagation: 'Foreground' }] };
}

export function jobActor({ views, clock, settings }: Stage): Actor {
  const ofJobs = views(jobs);
  const ofPods = views(pods);
  return {
    name: 'job',
    fieldManager: 'kube-controller-manager',
    sources: [source(ofJobs, ownKey), source(ofPods, controllerKeys(jobs))],
    decide(key) {
      const { namespace, name } = splitKey(key);
      const job = ofJobs.get(namespace, name);
      return job
        ? decideJob({ job, owned: ofPods.ownedBy(job.metadata.uid), backOffMs: settings.delays.jobBackOffMs, now: clock.now() })
        : nothingToDo;
    },
  };
}
