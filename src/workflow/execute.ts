/** Runs one step: asks its behaviour, then does what is the same for all types: tries, timeouts, outputs, the record. */
import { toRfc3339 } from '../base/clock.ts';
import type { Problem } from '../base/errors.ts';
import type { JsonObject } from '../base/json.ts';
import { applyInputs } from './inputs.ts';
import { evaluateOutputs } from './outputs.ts';
import { hasInputs, isTaken, offer } from './recall.ts';
import { inputValue, type Run, set, wake } from './run.ts';
import type { InputValue, StepOutcome, StepProgress } from './steps/behaviour.ts';
import { behaviourOf } from './steps/index.ts';
import { backoffMs, ceilSecond, deadlineOf, timeOf } from './timing.ts';
import type { Effect, ResolvedSubStep } from './types.ts';

/** Runs a step that may run. */
export function execute(run: Run, step: ResolvedSubStep) {
  const outcome = outcomeOf(run, step);
  if (outcome !== undefined) {
    if ('made' in outcome && outcome.made !== undefined) offer(run, outcome.made);
    settle(run, step, outcome);
  }
  limit(run, step);
}

/** What the step's type makes of it; undefined while a value that it took before is looked up again. */
function outcomeOf(run: Run, step: ResolvedSubStep): StepOutcome | undefined {
  const behaviour = behaviourOf(step.type);
  if (behaviour === undefined) return { kind: 'failed', reason: 'Execute', message: `step type "${step.type}" cannot run` };
  if (!hasInputs(run, step)) return undefined;
  const inputs: InputValue[] = (step.inputs ?? []).map((input) => ({ ...input, value: inputValue(run, input.from).value }));
  const properties = applyInputs(step, inputs);
  if (!properties.ok) return { kind: 'failed', reason: 'Input', message: properties.problem.message };
  const recorded = run.statuses.get(step.name);
  return behaviour.run({
    step,
    properties: properties.value,
    inputs,
    record: recorded?.phase === 'pending' ? undefined : recorded,
    result: run.input.results.get(step.name),
    workflow: run.input.workflow,
    variables: run.variables,
    context: run.input.context,
    now: run.input.now,
  });
}

function settle(run: Run, step: ResolvedSubStep, outcome: StepOutcome) {
  switch (outcome.kind) {
    case 'succeeded':
      return succeed(run, step, outcome.message, outcome.scope);
    case 'due':
      return begin(run, step, outcome.effect, outcome);
    case 'waiting':
      return set(run, step, { phase: 'running', reason: 'Wait', message: outcome.message, healthyComponents: outcome.healthyComponents });
    case 'refused':
      return refuse(run, step, outcome.problem, outcome.effect, outcome);
    case 'suspended': {
      if (outcome.resumeAt !== undefined) wake(run, ceilSecond(outcome.resumeAt));
      const resumeTime = outcome.resumeAt === undefined ? undefined : toRfc3339(ceilSecond(outcome.resumeAt));
      return set(run, step, { phase: 'suspending', reason: 'Suspend', message: outcome.message, resumeTime });
    }
    case 'failed':
      return set(run, step, { phase: 'failed', reason: outcome.reason, message: outcome.message });
    default:
      return outcome satisfies never;
  }
}

/** An output that somebody takes is waited for; one that nobody takes only leaves a message, as in KubeVela. */
function succeed(run: Run, step: ResolvedSubStep, message: string | undefined, scope: JsonObject) {
  const { made, missing } = evaluateOutputs(run, step, scope);
  offer(run, made);
  const wanted = missing.find(({ name }) => isTaken(run, name));
  if (wanted !== undefined) return set(run, step, { phase: 'running', reason: 'Wait', message: wanted.message });
  return set(run, step, { phase: 'succeeded', message: message ?? missing[0]?.message });
}

/** The effect is due now, unless a refused one has to wait for its next try. */
function begin(run: Run, step: ResolvedSubStep, effect: Effect, progress: StepProgress) {
  const status = run.statuses.get(step.name);
  const nextTry = timeOf(status?.nextRetryTime);
  if (nextTry !== undefined && run.input.now < nextTry) return wake(run, nextTry);
  run.due.push({ step: step.name, effect });
  const { healthyComponents } = progress;
  const isNew = status === undefined || status.phase === 'pending' || status.phase === 'suspending' || status.reason === 'Suspend';
  if (isNew) return set(run, step, { phase: 'running', healthyComponents });
  // What was said about the last try stands until this one has been answered: a status that flaps costs writes.
  if (healthyComponents !== undefined) set(run, step, { ...standingOf(status), healthyComponents });
}

function standingOf({ phase, reason, message, retries, nextRetryTime }: NonNullable<ReturnType<Run['statuses']['get']>>) {
  return { phase, reason, message, retries, nextRetryTime };
}

/** Counts a refused try and sets the time of the next; what is waited for and what passes by itself never ends the step. */
function refuse(run: Run, step: ResolvedSubStep, problem: Problem, effect: Effect, { healthyComponents }: StepProgress) {
  const status = run.statuses.get(step.name);
  const { message } = problem;
  if (problem.kind === 'Invalid') return set(run, step, { phase: 'failed', reason: 'Execute', message });
  if (problem.kind === 'Waiting') {
    run.due.push({ step: step.name, effect });
    if (problem.retryAfterMs !== undefined) wake(run, run.input.now + problem.retryAfterMs);
    return set(run, step, { phase: 'running', reason: 'Execute', message, healthyComponents });
  }
  const nextTry = timeOf(status?.nextRetryTime);
  if (nextTry !== undefined && run.input.now < nextTry) return wake(run, nextTry);
  const retries = (status?.retries ?? 0) + 1;
  const transient = problem.kind === 'Transient';
  if (!transient && retries >= run.input.maxRetries) {
    return set(run, step, { phase: 'failed', reason: 'FailedAfterRetries', message, retries });
  }
  const pause = Math.max(backoffMs(retries), transient ? (problem.retryAfterMs ?? 0) : 0);
  const at = ceilSecond(run.input.now + pause);
  wake(run, at);
  const phase = transient ? 'running' : 'failed';
  return set(run, step, { phase, reason: 'Execute', message, retries, nextRetryTime: toRfc3339(at), healthyComponents });
}

/** Fails a step that has run out of time; else asks to be called when it will have. */
function limit(run: Run, step: ResolvedSubStep) {
  const status = run.statuses.get(step.name);
  const deadline = deadlineOf(step, status);
  const retrying = status?.phase === 'failed' && status.nextRetryTime !== undefined;
  const open = status?.phase === 'running' || status?.phase === 'suspending' || retrying;
  if (deadline === undefined || !open) return;
  if (run.input.now < deadline) return wake(run, deadline);
  run.due = run.due.filter((due) => due.step !== step.name);
  failByTimeout(run, step);
}

/** The message says what was waited for last: KubeVela's is empty. */
export function failByTimeout(run: Run, step: ResolvedSubStep): void {
  const last = run.statuses.get(step.name)?.message;
  const limit = step.timeout ?? 'the time of its group';
  set(run, step, { phase: 'failed', reason: 'Timeout', message: `not done within ${limit}${last ? `: ${last}` : ''}` });
}
