/**
 * The status of an application as a pure function of what a pass found. The only place where phases and conditions
 * are made; report.ts is the only place that writes them.
 */
import { progressDeadline } from '../../api/annotations.ts';
import type { Application, ApplicationStatus, AppliedResource } from '../../api/application.ts';
import type { Condition, KubeObject } from '../../api/object.ts';
import type { ApplicationPhase } from '../../api/phases.ts';
import { toRfc3339 } from '../../base/clock.ts';
import type { Problem } from '../../base/errors.ts';
import type { Delivered } from '../../delivery/deliver.ts';
import { answersInStatus, type TrackerRecord } from '../../plan/record.ts';
import type { Assessment } from './assess.ts';
import type { Concluded } from './conclude.ts';
import type { Decision } from './decide.ts';
import { fightsOf } from './fights.ts';
import type { Memory } from './memory.ts';
import type { Observed } from './observe.ts';
import { contextBackend } from './variables.ts';
import type { World } from './world.ts';

export interface StatusInput {
  application: Application;
  decision: Decision;
  /** Absent when the spec could not be worked with. */
  concluded: Concluded | undefined;
  assessment: Assessment;
  record: TrackerRecord;
  /** Objects that somebody fights over, as sentences. */
  fights: readonly string[];
  /** Repairs that were refused, as sentences. */
  unrepaired: readonly string[];
  /** A problem that ought to pass by itself and has not for a while. */
  lasting: Problem | undefined;
  /** Wall time, ms. */
  now: number;
  progressDeadlineMs: number;
}

/** Gathers the input of `statusOf` after a pass. */
export function statusInput(
  { application, memory }: Observed,
  decision: Decision,
  concluded: Concluded | undefined,
  assessment: Assessment,
  delivered: Delivered,
  world: World,
): StatusInput {
  const lives = decision.plan.deliver.map(({ key, live }): [string, KubeObject | undefined] => [key, live]);
  for (const [key, entry] of delivered.record.entries) {
    const seen = world.kinds.seen(entry.ref);
    if (entry.answered && seen.state === 'present') lives.push([key, seen.object]);
  }
  return {
    application,
    decision,
    concluded,
    assessment,
    record: delivered.record,
    fights: fightsOf(memory, new Map(lives), world),
    unrepaired: unrepaired(decision, delivered),
    lasting: lastingProblem(concluded?.transient ?? delivered.problem, memory, world),
    now: world.clock.now(),
    progressDeadlineMs: progressDeadlineOf(application, world.settings),
  };
}

/** What passes within a few seconds is nobody's concern; what stays is told, so that nobody waits without knowing for what. */
function lastingProblem(transient: Problem | undefined, memory: Memory, { clock, settings }: World): Problem | undefined {
  if (!transient) memory.transientSince = undefined;
  else memory.transientSince ??= clock.monotonic();
  return memory.transientSince !== undefined && clock.monotonic() - memory.transientSince >= settings.lastingMs ? transient : undefined;
}

/** Repairs that were refused for good, as sentences. */
function unrepaired({ plan }: Decision, delivered: Delivered): string[] {
  return plan.deliver.flatMap(({ key, step, action }) => {
    const outcome = delivered.outcomes.get(key);
    if (step !== undefined || action === 'await-deletion' || outcome?.state !== 'refused' || outcome.problem.kind === 'Transient')
      return [];
    return [outcome.problem.message];
  });
}

/** What the application is, in the three words that kstatus, Argo CD and people read. */
interface Summary {
  phase: ApplicationPhase;
  ready: Pick<Condition, 'status' | 'reason' | 'message'>;
  reconciling: boolean;
  stalled: { reason: string; message: string } | undefined;
}

export function statusOf(input: StatusInput): ApplicationStatus {
  const { application, decision, concluded, assessment, record } = input;
  const before = application.status ?? {};
  const summary = summarize(input);
  const status: ApplicationStatus = {
    ...before,
    observedGeneration: application.metadata.generation ?? 0,
    status: summary.phase,
    conditions: conditionsOf(input, summary),
    appliedResources: appliedResources(record),
  };
  if (concluded) {
    const backend = contextBackend(application, concluded);
    status.workflow = { ...concluded.machine.status, ...(backend ? { contextBackend: backend } : {}) };
    status.services = assessment.services;
  } else if (assessment.services.length > 0) status.services = assessment.services;
  const { revision, stopped } = decision;
  if (stopped?.condition !== 'Parsed')
    status.latestRevision = { name: revision.name, revision: revision.number, revisionHash: revision.hash };
  return status;
}

function summarize(input: StatusInput): Summary {
  const { decision, concluded } = input;
  if (!concluded) {
    const problem = decision.stopped?.problem ?? { kind: 'Transient', code: 'Unknown', message: 'nothing was decided' };
    return stoppedSummary(problem);
  }
  const { status } = concluded.machine;
  switch (status.status) {
    case 'succeeded':
      return succeededSummary(input);
    case 'failed':
      return endedSummary('workflowFailed', 'WorkflowFailed', failureOf(concluded));
    case 'terminated':
      return endedSummary('workflowTerminated', 'WorkflowTerminated', 'the workflow was terminated');
    case 'suspending':
      return {
        phase: 'workflowSuspending',
        ready: {
          status: 'Unknown',
          reason: 'Suspended',
          message: waitingText(concluded) || 'the workflow is suspended; resume it to go on',
        },
        reconciling: false,
        stalled: undefined,
      };
    default:
      return executingSummary(input, concluded);
  }
}

function stoppedSummary(problem: Problem): Summary {
  const waits = problem.kind === 'Waiting' || problem.kind === 'Transient';
  return {
    phase: 'rendering',
    ready: { status: 'False', reason: problem.code, message: problem.message },
    reconciling: waits,
    stalled: waits ? undefined : { reason: problem.code, message: problem.message },
  };
}

function succeededSummary({ assessment, unrepaired }: StatusInput): Summary {
  const { worst } = assessment;
  if (worst) {
    const stalled = worst.verdict.final ? { reason: worst.verdict.reason, message: worst.verdict.message } : undefined;
    return {
      phase: 'unhealthy',
      ready: { status: 'False', reason: 'Unhealthy', message: worst.verdict.message },
      reconciling: worst.verdict.state === 'progressing' && !stalled,
      stalled,
    };
  }
  if (unrepaired.length > 0) {
    return {
      phase: 'running',
      ready: { status: 'False', reason: 'StateKeepFailed', message: unrepaired.join('; ') },
      reconciling: true,
      stalled: undefined,
    };
  }
  return { phase: 'running', ready: { status: 'True', reason: 'ReconcileSuccess', message: '' }, reconciling: false, stalled: undefined };
}

function endedSummary(phase: ApplicationPhase, reason: string, message: string): Summary {
  return { phase, ready: { status: 'False', reason, message }, reconciling: false, stalled: { reason, message } };
}

function executingSummary(input: StatusInput, concluded: Concluded): Summary {
  const message = waitingText(concluded) || 'the workflow is running';
  const problem = concluded.refused ?? input.lasting;
  const overdueMs = input.now - lastProgress(input) - input.progressDeadlineMs;
  if (overdueMs >= 0) {
    const reason = problem?.code ?? 'ProgressDeadlineExceeded';
    const text = `no progress for ${Math.round(input.progressDeadlineMs / 1000)} s: ${message}`;
    return {
      phase: 'runningWorkflow',
      ready: { status: 'False', reason, message: text },
      reconciling: false,
      stalled: { reason, message: text },
    };
  }
  const told = problem ? undefined : toldBefore(input, concluded);
  if (told) return told;
  // Somebody else's object does not go away by itself.
  const stalled =
    problem && (problem.kind === 'Conflict' || problem.kind === 'Denied') ? { reason: problem.code, message: problem.message } : undefined;
  return {
    phase: 'runningWorkflow',
    ready: { status: 'False', reason: problem?.code ?? 'Progressing', message: problem?.message ?? message },
    reconciling: stalled === undefined,
    stalled,
  };
}

/** While a refused step waits for its next try, what was said of the last one stands: a status that flaps tells nothing. */
function toldBefore({ application }: StatusInput, concluded: Concluded): Summary | undefined {
  const { observedGeneration, status: phase, conditions = [] } = application.status ?? {};
  const steps = (concluded.machine.status.steps ?? []).flatMap((step) => [step, ...(step.subSteps ?? [])]);
  const isRefused = steps.some((step) => step.nextRetryTime !== undefined);
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (!isRefused || !ready || phase !== 'runningWorkflow' || observedGeneration !== application.metadata.generation) return undefined;
  const { status, reason = '', message = '' } = ready;
  const isStalled = conditions.some((condition) => condition.type === 'Stalled' && condition.status === 'True');
  return { phase, ready: { status, reason, message }, reconciling: !isStalled, stalled: isStalled ? { reason, message } : undefined };
}

/** The application's own deadline where it names one that can be read, else the operator's (decisions.md 12), in ms. */
export function progressDeadlineOf(
  { metadata }: Application,
  { progressDeadlineMs }: Pick<World['settings'], 'progressDeadlineMs'>,
): number {
  const seconds = Number(metadata.annotations?.[progressDeadline] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : progressDeadlineMs;
}

function waitingText(concluded: Concluded): string {
  return concluded.machine.waitingFor.map(({ step, message }) => `step "${step}": ${message}`).join('; ');
}

function failureOf(concluded: Concluded): string {
  const steps = (concluded.machine.status.steps ?? []).flatMap((step) => [step, ...(step.subSteps ?? [])]);
  const failed = steps.filter(({ phase }) => phase === 'failed');
  return (
    failed
      .map(({ name, message, reason }) => `step "${name}" failed${message ? `: ${message}` : reason ? ` (${reason})` : ''}`)
      .join('; ') || 'the workflow failed'
  );
}

/** When something last moved: the newest start of a step (durable, so that a restart neither forgets nor forgives). */
export function lastProgress({ concluded, now }: Pick<StatusInput, 'concluded' | 'now'>): number {
  const status = concluded?.machine.status;
  const times = [
    status?.startTime,
    ...(status?.steps ?? []).flatMap((step) => [step, ...(step.subSteps ?? [])]).map(({ firstExecuteTime }) => firstExecuteTime),
  ];
  const known = times.flatMap((time) => (time ? [Date.parse(time)] : []));
  return known.length > 0 ? Math.max(...known) : now;
}

function conditionsOf(input: StatusInput, summary: Summary): Condition[] {
  const { decision, concluded, fights, unrepaired } = input;
  const { stopped } = decision;
  const conditions: Condition[] = [];
  const available = (type: string): void => void conditions.push({ type, status: 'True', reason: 'Available' });
  for (const type of ['Parsed', 'Revision', 'Policy', 'Render'] as const) {
    if (stopped?.condition === type) {
      conditions.push({ type, status: 'False', reason: stopped.problem.code, message: stopped.problem.message });
      break;
    }
    available(type);
  }
  const workflow = concluded?.machine.status.status;
  if (workflow === 'succeeded') available('Workflow');
  else if (workflow === 'failed' || workflow === 'terminated') {
    conditions.push({ type: 'Workflow', status: 'False', reason: summary.ready.reason ?? 'Failed', message: summary.ready.message ?? '' });
  }
  if (unrepaired.length > 0)
    conditions.push({ type: 'StateKeep', status: 'False', reason: 'ReconcileError', message: unrepaired.join('; ') });
  if (fights.length > 0) conditions.push({ type: 'FieldFight', status: 'True', reason: 'Yielded', message: fights.join('; ') });
  conditions.push({ type: 'Ready', ...summary.ready });
  conditions.push(
    summary.reconciling
      ? { type: 'Reconciling', status: 'True', reason: 'Progressing', message: summary.ready.message ?? '' }
      : { type: 'Reconciling', status: 'False', reason: summary.ready.reason === 'Suspended' ? 'Suspended' : 'Settled' },
  );
  conditions.push(
    summary.stalled ? { type: 'Stalled', status: 'True', ...summary.stalled } : { type: 'Stalled', status: 'False', reason: 'NotStalled' },
  );
  return conditions.map((condition) => dated(condition, input));
}

/** Keeps the transition time while the status stays. An empty message is left out, as KubeVela does. */
function dated({ message, ...condition }: Condition, { application, now }: StatusInput): Condition {
  const before = application.status?.conditions?.find(({ type }) => type === condition.type);
  const since = before?.status === condition.status ? before.lastTransitionTime : undefined;
  return { ...condition, ...(message ? { message } : {}), lastTransitionTime: since ?? toRfc3339(now) };
}

/**
 * What was answered: the proof, after a restart, of which objects are ours and which manifest was accepted. Where there
 * are too many for a status, the tracker's pages hold the proof, and the first of them are listed by name (F40).
 */
function appliedResources({ entries }: TrackerRecord): AppliedResource[] {
  const hasRoom = entries.size <= answersInStatus;
  const answered = [...entries.values()].flatMap(({ ref, cluster, creator, answered: proof }) =>
    proof ? [{ named: { ...(cluster === 'local' ? {} : { cluster }), creator, ...ref }, proof }] : [],
  );
  if (!hasRoom) return answered.slice(0, answersInStatus).map(({ named }) => named);
  return answered.map(({ named, proof: { uid, hash, fingerprint } }) => ({ ...named, uid, hash, fingerprint }));
}
