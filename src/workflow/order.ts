/** Which step may start, is skipped or has to wait: order, dependencies, conditions and inputs (behaviour.md §5.5). */
import type { WorkflowSubStepStatus } from '../api/application.ts';
import { evaluateCondition, mentionsInputs } from './conditions.ts';
import { execute, failByTimeout } from './execute.ts';
import { hasInputs, producersOf } from './recall.ts';
import { modeOf } from './resolve.ts';
import { hasFailed, inputValue, isDone, isSettled, type Run, set, wake } from './run.ts';
import { deadlineOf } from './timing.ts';
import type { ResolvedStep, ResolvedSubStep } from './types.ts';

/** One walk over all steps in their order. */
export function walkSteps(run: Run): void {
  const { steps, mode } = run.input.workflow;
  walkLevel(run, steps, mode.steps);
}

function walkLevel(run: Run, steps: readonly (ResolvedStep | ResolvedSubStep)[], mode: 'DAG' | 'StepByStep'): void {
  for (const [index, step] of steps.entries()) {
    const before = mode === 'StepByStep' ? steps.slice(0, index) : [];
    if (!isDone(run, step)) visit(run, step, before);
    if (mode === 'StepByStep' && !isDone(run, step)) break;
  }
}

function visit(run: Run, step: ResolvedStep | ResolvedSubStep, before: readonly ResolvedSubStep[]) {
  const status = run.statuses.get(step.name);
  if (run.heldByHand || (status?.phase === 'suspending' && status.reason !== 'Suspend' && !isGroup(step))) return;
  if (status === undefined || status.phase === 'pending') {
    const gate = gateOf(run, step, before);
    if (gate.kind === 'wait') return set(run, step, { phase: 'pending', message: gate.message });
    if (gate.kind === 'skip') return skip(run, step, gate.message);
  }
  if (isGroup(step)) runGroup(run, step);
  else execute(run, step);
}

function isGroup(step: ResolvedStep | ResolvedSubStep): step is ResolvedStep {
  return step.type === 'step-group';
}

function skip(run: Run, step: ResolvedStep | ResolvedSubStep, message?: string): void {
  set(run, step, { phase: 'skipped', reason: 'Skip', message });
  if (!isGroup(step)) return;
  for (const sub of step.subSteps ?? []) if (!isSettled(run.statuses.get(sub.name))) set(run, sub, { phase: 'skipped', reason: 'Skip' });
}

type Gate = { kind: 'run' } | { kind: 'wait'; message: string } | { kind: 'skip'; message?: string };

function gateOf(run: Run, step: ResolvedSubStep, before: readonly ResolvedSubStep[]): Gate {
  const pending = (step.dependsOn ?? []).filter((name) => {
    const other = run.steps.get(name);
    return other !== undefined && !isDone(run, other);
  });
  if (pending.length > 0) return { kind: 'wait', message: `Pending on DependsOn: ${pending.join(', ')}` };
  const condition = step.if ?? '';
  if (condition === '') {
    const lost = [...before, ...dependencies(run, step)].some((other) => isLost(run, other, before.includes(other)));
    if (lost || run.terminatedByHand) return { kind: 'skip' };
    return inputGate(run, step);
  }
  if (condition === 'always') return inputGate(run, step);
  if (mentionsInputs(condition)) {
    const gate = inputGate(run, step);
    if (gate.kind !== 'run') return gate;
  }
  const verdict = evaluateCondition(run, step, condition);
  if (!verdict.holds) return { kind: 'skip', message: verdict.message };
  return inputGate(run, step);
}

function dependencies(run: Run, step: ResolvedSubStep): ResolvedSubStep[] {
  return (step.dependsOn ?? []).flatMap((name) => run.steps.get(name) ?? []);
}

/** A step before this one is lost when it failed; one that was skipped only for those that depend on it by name. */
function isLost(run: Run, other: ResolvedSubStep, merelyBefore: boolean): boolean {
  const status = run.statuses.get(other.name);
  return hasFailed(status) || (!merelyBefore && status?.phase === 'skipped');
}

/** Inputs that are not there yet hold a step; one that will never be there because its step did not run skips it. */
function inputGate(run: Run, step: ResolvedSubStep): Gate {
  if (hasInputs(run, step)) return { kind: 'run' };
  const missing = (step.inputs ?? []).find(({ from }) => !inputValue(run, from).found);
  const from = missing?.from ?? '';
  const producers = producersOf(run, from);
  const lost = producers.length > 0 && producers.every((one) => isDone(run, one) && run.statuses.get(one.name)?.phase !== 'succeeded');
  if (!lost) return { kind: 'wait', message: `Pending on Input: ${from}` };
  const name = producers[0]?.name ?? '';
  return { kind: 'skip', message: `input "${from}" is not there: step "${name}" ${phaseWord(run.statuses.get(name))}` };
}

function phaseWord(status: WorkflowSubStepStatus | undefined): string {
  return status?.phase === 'failed' ? 'failed' : 'was skipped';
}

/** A group runs its sub-steps by its own mode and stands as they do. */
function runGroup(run: Run, step: ResolvedStep) {
  const subSteps = step.subSteps ?? [];
  // A group that a user ended stays ended, but sub-steps with `if: always` still run.
  const ended = isSettled(run.statuses.get(step.name));
  if (!ended && !run.statuses.has(step.name)) set(run, step, { phase: 'running' });
  if (!ended && run.statuses.get(step.name)?.phase === 'pending') set(run, step, { phase: 'running' });
  walkLevel(run, subSteps, modeOf(step.mode, run.input.workflow.mode.subSteps));
  if (ended) return;
  const deadline = deadlineOf(step, run.statuses.get(step.name));
  if (deadline !== undefined && !subSteps.every((sub) => isSettled(run.statuses.get(sub.name)))) {
    if (run.input.now >= deadline) return failGroup(run, step, subSteps);
    wake(run, deadline);
  }
  set(run, step, groupStanding(run, subSteps));
}

function failGroup(run: Run, step: ResolvedStep, subSteps: readonly ResolvedSubStep[]): void {
  for (const sub of subSteps) {
    const status = run.statuses.get(sub.name);
    if (isSettled(status)) continue;
    if (status === undefined || status.phase === 'pending') set(run, sub, { phase: 'skipped', reason: 'Skip' });
    else failByTimeout(run, sub);
  }
  const names = new Set(subSteps.map((sub) => sub.name));
  run.due = run.due.filter((due) => !names.has(due.step));
  failByTimeout(run, step);
}

const groupReasons = ['FailedAfterRetries', 'Timeout', 'Action', 'Terminate'];

function groupStanding(run: Run, subSteps: readonly ResolvedSubStep[]) {
  const statuses = subSteps.map((sub) => run.statuses.get(sub.name));
  if (statuses.every(isSettled)) {
    const failed = statuses.filter(hasFailed).map((status) => status?.reason);
    if (failed.length > 0) return { phase: 'failed', reason: groupReasons.find((reason) => failed.includes(reason)) ?? failed[0] };
    const skipped = statuses.length > 0 && statuses.every((status) => status?.phase === 'skipped');
    return skipped ? { phase: 'skipped', reason: 'Skip' } : { phase: 'succeeded' };
  }
  const moving = statuses.some((status) => status?.phase === 'running' || (status?.phase === 'failed' && !isSettled(status)));
  return { phase: !moving && statuses.some((status) => status?.phase === 'suspending') ? 'suspending' : 'running' };
}
