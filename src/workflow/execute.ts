/** Runs one step: asks its behaviour, then does what is the same for all types: tries, timeouts, outputs, the record. */
import { toRfc3339 } from '../base/clock.ts';
import type { Problem } from '../base/errors.ts';
import { type JsonObject, jsonEqual } from '../base/json.ts';
import { applyInputs } from './inputs.ts';
import { evaluateOutputs } from './outputs.ts';
import { inputValue, type Run, set, wake } from './run.ts';
import type { InputValue, StepOutcome } from './steps/behaviour.ts';
import { behaviourOf } from './steps/index.ts';
import { backoffMs, ceilSecond, deadlineOf, timeOf } from './timing.ts';
import type { Effect, ResolvedSubStep } from './types.ts';

/** Runs a step that may run. */
export function execute(run: Run, step: ResolvedSubStep) {
  const behaviour = behaviourOf(step.type);
  if (behaviour === undefined) {
    return set(run, step, { phase: 'failed', reason: 'Execute', message: `step type "${step.type}" cannot run` });
  }
  const inputs: InputValue[] = (step.inputs ?? []).map((input) => ({ ...input, value: inputValue(run, input.from).value }));
  const properties = applyInputs(step, inputs);
  if (!properties.ok) return set(run, step, { phase: 'failed', reason: 'Input', message: properties.problem.message });
  const recorded = run.statuses.get(step.name);
  const outcome = behaviour.run({
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
  if (outcome.kind !== 'failed' && outcome.kind !== 'suspended' && outcome.made !== undefined) offer(run, outcome.made);
  settle(run, step, outcome);
  limit(run, step);
}

function offer(run: Run, made: JsonObject): void {
  const changed = Object.entries(made).some(([name, value]) => !jsonEqual(run.variables[name], value));
  if (changed) run.variables = { ...run.variables, ...made };
}

function settle(run: Run, step: ResolvedSubStep, outcome: StepOutcome) {
  switch (outcome.kind) {
    case 'succeeded':
      return succeed(run, step, outcome.message, outcome.scope);
    case 'due':
      return begin(run, step, outcome.effect);
    case 'waiting':
      return set(run, step, { phase: 'running', reason: 'Wait', message: outcome.message });
    case 'refused':
      return refuse(run, step, outcome.problem, outcome.effect);
    case 'suspended': {
      if (outcome.resumeAt !== undefined) wake(run, outcome.resumeAt);
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
  set(run, step, { phase: 'succeeded', message: message ?? missing[0]?.message });
}

function isTaken(run: Run, variable: string): boolean {
  const takes = ({ from }: { from: string }): boolean => from === variable || from.startsWith(`${variable}.`);
  return (
    [...run.steps.values()].some((step) => (step.inputs ?? []).some(takes)) ||
    run.input.workflow.components.some((one) => one.inputs.some(takes))
  );
}

/** The effect is due now, unless a refused one has to wait for its next try. */
function begin(run: Run, step: ResolvedSubStep, effect: Effect) {
  const status = run.statuses.get(step.name);
  const nextTry = timeOf(status?.nextRetryTime);
  if (nextTry !== undefined && run.input.now < nextTry) return wake(run, nextTry);
  run.due.push({ step: step.name, effect });
  // What was said about the last try stands until this one has been answered: a status that flaps costs writes.
  if (status === undefined || status.phase === 'pending' || status.phase === 'suspending') set(run, step, { phase: 'running' });
}

/** Counts a refused try and sets the time of the next; what is waited for and what passes by itself never ends the step. */
function refuse(run: Run, step: ResolvedSubStep, problem: Problem, effect: Effect) {
  const status = run.statuses.get(step.name);
  const { message } = problem;
  if (problem.kind === 'Invalid') return set(run, step, { phase: 'failed', reason: 'Execute', message });
  if (problem.kind === 'Waiting') {
    run.due.push({ step: step.name, effect });
    if (problem.retryAfterMs !== undefined) wake(run, run.input.now + problem.retryAfterMs);
    return set(run, step, { phase: 'running', reason: 'Execute', message });
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
  set(run, step, { phase: transient ? 'running' : 'failed', reason: 'Execute', message, retries, nextRetryTime: toRfc3339(at) });
}

/** Fails a step that has run out of time; else asks to be called when it will have. */
function limit(run: Run, step: ResolvedSubStep) {
  const status = run.statuses.get(step.name);
  const deadline = deadlineOf(step, status);
  const open =
    status?.phase === 'running' || status?.phase === 'suspending' || (status?.phase === 'failed' && status.nextRetryTime !== undefined);
  if (deadline === undefined || !open) return;
  if (run.input.now < deadline) return wake(run, deadline);
  run.due = run.due.filter((due) => due.step !== step.name);
  failByTimeout(run, step);
}

/** The message says what was waited for last: KubeVela's is empty. */
export function failByTimeout(run: Run, step: ResolvedSubStep): void {
  const last = run.statuses.get(step.name)?.message;
  set(run, step, {
    phase: 'failed',
    reason: 'Timeout',
    message: `not done within ${step.timeout ?? 'the time of its group'}${last ? `: ${last}` : ''}`,
  });
}
