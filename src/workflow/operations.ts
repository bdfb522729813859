/**
 * suspend, resume, terminate and restart as edits of `status.workflow`, exactly those KubeVela's CLI makes, so that
 * `lateen workflow …`, `vela workflow …` and a plain status patch mean the same. The machine reads the intent from
 * the edited status; nothing else is recorded.
 */
import type { WorkflowStatus, WorkflowStepStatus, WorkflowSubStepStatus } from '../api/application.ts';
import { failure, invalid, type Result, success } from '../base/errors.ts';
import { didYouMean } from '../base/spelling.ts';
import { modeOf } from './resolve.ts';
import type { ResolvedStep, ResolvedSubStep, ResolvedWorkflow } from './types.ts';

export type Operation = 'suspend' | 'resume' | 'terminate' | 'restart';

export interface Edited {
  /** The new `status.workflow`; undefined: the field is removed and the run begins anew. */
  workflow: WorkflowStatus | undefined;
}

/**
 * Edits the record of a run.
 * @param step name of one step or sub-step; without it the whole run is meant.
 * @param workflow the resolved steps; only a restart from one step needs it (to know what follows).
 * Errors: Invalid when there is no run, it has ended (or is not suspended, for resume), or the step is not in it.
 */
export function operate(
  status: WorkflowStatus | undefined,
  operation: Operation,
  step?: string,
  workflow?: ResolvedWorkflow,
): Result<Edited> {
  if (operation === 'restart' && step === undefined) return success({ workflow: undefined });
  if (status === undefined) return refuse('the workflow has not begun');
  const names = (status.steps ?? []).flatMap((one) => [one.name, ...(one.subSteps ?? []).map((sub) => sub.name)]);
  if (step !== undefined && !names.includes(step)) return refuse(`step "${step}" has not run${didYouMean(step, names)}`);
  if (operation === 'restart') return restartFrom(status, step ?? '', workflow);
  if (status.finished) return refuse(`the workflow has ended (${status.status ?? 'finished'}): restart it to run it again`);
  switch (operation) {
    case 'suspend':
      return edited({ ...status, suspend: true, steps: turn(status, step, ['running'], { phase: 'suspending' }) });
    case 'resume': {
      const held = status.suspend || (status.steps ?? []).some((one) => one.phase === 'suspending');
      if (!held) return refuse('the workflow is not suspended');
      return edited({ ...status, suspend: false, steps: turn(status, step, ['suspending'], { phase: 'running' }) });
    }
    case 'terminate': {
      if (step !== undefined) return refuse('only a whole workflow can be terminated');
      const steps = turn(status, undefined, ['running', 'suspending'], { phase: 'failed', reason: 'Terminate' });
      return edited({ ...status, terminated: true, suspend: false, steps });
    }
    default:
      return operation satisfies never;
  }
}

function refuse(message: string) {
  return failure(invalid('WorkflowOperation', message));
}

function edited(workflow: WorkflowStatus): Result<Edited> {
  return success({ workflow });
}

type Change = { phase: string; reason?: string };

/** Turns the steps of some phases; a named sub-step takes its group along, a named group its sub-steps. */
function turn(status: WorkflowStatus, name: string | undefined, phases: readonly string[], change: Change): WorkflowStepStatus[] {
  return (status.steps ?? []).map((step) => {
    const named = name === undefined || step.name === name;
    const { subSteps } = step;
    if (subSteps === undefined) return named ? turned(step, phases, change) : step;
    const turnedSubs = subSteps.map((sub) => (named || sub.name === name ? turned(sub, phases, change) : sub));
    const touched = named || subSteps.some((sub) => sub.name === name);
    return { ...(touched ? turned(step, phases, change) : step), subSteps: turnedSubs };
  });
}

function turned<T extends WorkflowSubStepStatus>(step: T, phases: readonly string[], change: Change): T {
  return phases.includes(step.phase) ? { ...step, ...change } : step;
}

/** Takes a step and everything that follows from it out of the record; the rest stays as it ended. */
function restartFrom(status: WorkflowStatus, name: string, workflow: ResolvedWorkflow | undefined): Result<Edited> {
  if (workflow === undefined) return refuse('the steps of the workflow are not known');
  const again = followers(workflow, name);
  const steps = (status.steps ?? []).flatMap((step): WorkflowStepStatus[] => {
    if (again.has(step.name)) return [];
    if (step.subSteps === undefined) return [step];
    const subSteps = step.subSteps.filter((sub) => !again.has(sub.name));
    // A group of which a part runs again is under way again.
    if (subSteps.length === step.subSteps.length) return [step];
    const { reason: _reason, message: _message, ...rest } = step;
    return [{ ...rest, phase: 'running', subSteps }];
  });
  const { endTime: _endTime, message: _message, ...rest } = status;
  return success({ workflow: { ...rest, status: 'executing', suspend: false, terminated: false, finished: false, steps } });
}

function allSteps(workflow: ResolvedWorkflow): ResolvedSubStep[] {
  return workflow.steps.flatMap((step) => [step, ...(step.subSteps ?? [])]);
}

/** A step, its sub-steps, those that come after it in order, depend on it, or take its outputs. */
function followers(workflow: ResolvedWorkflow, name: string): Set<string> {
  const found = new Set([name]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    follow(workflow.steps, workflow.mode.steps, found);
    for (const step of workflow.steps) followGroup(workflow, step, found);
    const outputs = allSteps(workflow).flatMap((step) => (found.has(step.name) ? (step.outputs ?? []).map((output) => output.name) : []));
    for (const step of allSteps(workflow)) {
      const depends =
        (step.dependsOn ?? []).some((other) => found.has(other)) || (step.inputs ?? []).some(({ from }) => outputs.includes(from));
      if (depends) found.add(step.name);
    }
  }
  return found;
}

function followGroup(workflow: ResolvedWorkflow, step: ResolvedStep, found: Set<string>): void {
  const subSteps = step.subSteps ?? [];
  if (found.has(step.name)) for (const sub of subSteps) found.add(sub.name);
  else follow(subSteps, modeOf(step.mode, workflow.mode.subSteps), found);
  // What comes after a group comes after each of its sub-steps.
  if (subSteps.some((sub) => found.has(sub.name)) && workflow.mode.steps === 'StepByStep') {
    for (const later of workflow.steps.slice(workflow.steps.indexOf(step) + 1)) found.add(later.name);
  }
}

function follow(steps: readonly ResolvedSubStep[], mode: 'DAG' | 'StepByStep', found: Set<string>): void {
  const first = steps.findIndex((step) => found.has(step.name));
  if (mode === 'StepByStep' && first >= 0) for (const step of steps.slice(first)) found.add(step.name);
}
