/**
 * The state one call of the machine works on: the recorded statuses by step name, the variables, and what was found
 * due. It starts from what was recorded for the same revision, else from nothing, and a status is touched only when
 * something of it changed, so that a second call with the same input gives the same bytes.
 */
import type { WorkflowStatus, WorkflowStepStatus, WorkflowSubStepStatus } from '../api/application.ts';
import { toRfc3339 } from '../base/clock.ts';
import { isObject, type JsonObject, jsonEqual } from '../base/json.ts';
import type { DueEffect, MachineInput, ResolvedStep, ResolvedSubStep } from './types.ts';

/** The part of a step's status that says how it stands; times and the id are kept by `Run.set`. */
export type Standing = Pick<
  WorkflowSubStepStatus,
  'phase' | 'reason' | 'message' | 'retries' | 'nextRetryTime' | 'resumeTime' | 'healthyComponents'
>;

export interface Run {
  readonly input: MachineInput;
  readonly recorded: WorkflowStatus | undefined;
  /** By step name, sub-steps too. */
  readonly statuses: Map<string, WorkflowSubStepStatus>;
  /** Every step and sub-step by name. */
  readonly steps: ReadonlyMap<string, ResolvedSubStep>;
  /** Names of the steps that offer a variable. */
  readonly producers: ReadonlyMap<string, readonly string[]>;
  variables: JsonObject;
  due: DueEffect[];
  wakeAt: number | undefined;
  /** Ended by a user: the rest is skipped but for `if: always`. */
  readonly terminatedByHand: boolean;
  /** Held as a whole by a user: nothing starts and nothing goes on. */
  readonly heldByHand: boolean;
}

/** Begins from the record where it is of this revision. */
export function beginRun(input: MachineInput): Run {
  const recorded = input.recorded?.appRevision === input.appRevision ? input.recorded : undefined;
  const steps = new Map<string, ResolvedSubStep>();
  for (const step of input.workflow.steps) for (const one of [step, ...(step.subSteps ?? [])]) steps.set(one.name, one);
  const statuses = new Map<string, WorkflowSubStepStatus>();
  for (const status of recorded?.steps ?? []) {
    const { subSteps, ...own } = status;
    for (const one of [own, ...(subSteps ?? [])]) if (steps.has(one.name)) statuses.set(one.name, one);
  }
  const producers = producersOf(input, steps);
  const all = [...statuses.values()];
  const terminated = recorded?.terminated === true;
  return {
    input,
    recorded,
    statuses,
    steps,
    producers,
    variables: recorded === undefined ? {} : stillMade(input.variables, producers, statuses),
    due: [],
    wakeAt: undefined,
    terminatedByHand: terminated && (all.some((one) => one.reason === 'Terminate') || !all.some(hasFailed)),
    heldByHand: isHeldByHand(recorded, all),
  };
}

/**
 * A user's `suspend: true` holds the run as a whole, whether the steps were turned too (as the CLIs do) or not. It does
 * not where a suspend step of the workflow itself holds, or where one step was suspended by name and others run on.
 */
function isHeldByHand(recorded: WorkflowStatus | undefined, all: readonly WorkflowSubStepStatus[]): boolean {
  if (recorded?.suspend !== true) return false;
  const suspended = all.filter((one) => one.phase === 'suspending');
  const byStep = suspended.some((one) => one.reason === 'Suspend');
  return !byStep && (suspended.length === 0 || !all.some((one) => one.phase === 'running'));
}

/** Without what steps made that are to run again (restart from a step): nobody goes on with old values. */
function stillMade(variables: JsonObject, producers: Run['producers'], statuses: Run['statuses']): JsonObject {
  const isMade = (name: string): boolean => producers.get(name)?.some((step) => statuses.has(step)) ?? true;
  return Object.fromEntries(Object.entries(variables).filter(([name]) => isMade(name)));
}

function producersOf(input: MachineInput, steps: ReadonlyMap<string, ResolvedSubStep>): Map<string, string[]> {
  const producers = new Map<string, string[]>();
  const add = (variable: string, step: string): void => {
    producers.set(variable, [...(producers.get(variable) ?? []), step]);
  };
  for (const step of steps.values()) {
    for (const output of step.outputs ?? []) add(output.name, step.name);
    if (step.type === 'deploy')
      for (const component of input.workflow.components) for (const output of component.outputs) add(output.name, step.name);
  }
  return producers;
}

/** A failure that is not tried again. */
export function hasFailed(status: WorkflowSubStepStatus | undefined): boolean {
  return status?.phase === 'failed' && status.nextRetryTime === undefined;
}

/** Nothing more happens to a step of this status (for groups see `isDone`). */
export function isSettled(status: WorkflowSubStepStatus | undefined): boolean {
  return status?.phase === 'succeeded' || status?.phase === 'skipped' || hasFailed(status);
}

/** A step is done when it is settled and, if it is a group, every sub-step too. */
export function isDone(run: Run, step: ResolvedSubStep | ResolvedStep): boolean {
  const subSteps = 'subSteps' in step ? (step.subSteps ?? []) : [];
  return isSettled(run.statuses.get(step.name)) && subSteps.every((sub) => isSettled(run.statuses.get(sub.name)));
}

/** Records how a step stands. Times move only when something changed. */
export function set(run: Run, step: ResolvedSubStep, standing: Standing): void {
  const old = run.statuses.get(step.name);
  const fields = Object.fromEntries(Object.entries(standing).filter(([, value]) => value !== undefined && value !== '')) as Standing;
  const base = { id: old?.id ?? run.input.stepId(step.name), name: step.name, type: step.type };
  const same = old !== undefined && jsonEqual({ ...old, firstExecuteTime: undefined, lastExecuteTime: undefined }, { ...base, ...fields });
  if (same) return;
  const now = toRfc3339(run.input.now);
  const executed =
    standing.phase === 'pending' || standing.phase === 'skipped'
      ? {}
      : { firstExecuteTime: old?.firstExecuteTime ?? now, lastExecuteTime: now };
  run.statuses.set(step.name, { ...base, ...fields, ...executed });
}

/** Asks to be called again at a time in the future. */
export function wake(run: Run, at: number): void {
  if (at > run.input.now && (run.wakeAt === undefined || at < run.wakeAt)) run.wakeAt = at;
}

/** The value of an input of this run. */
export function inputValue(run: Run, from: string): { found: boolean; value: unknown } {
  return lookUp(from, run.variables, run.input.context);
}

/** The value an input names: a variable, a path into one, or a path into the context. */
export function lookUp(from: string, variables: JsonObject, context: JsonObject): { found: boolean; value: unknown } {
  if (Object.hasOwn(variables, from)) return { found: true, value: variables[from] };
  const [head = '', ...rest] = from.split('.');
  let value: unknown = head === 'context' ? context : Object.hasOwn(variables, head) ? variables[head] : undefined;
  for (const key of rest) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return { found: value !== undefined, value };
}

/** The statuses in the order of the workflow, sub-steps inside their group. */
export function statusList(run: Run): WorkflowStepStatus[] {
  return run.input.workflow.steps.flatMap((step) => {
    const own = run.statuses.get(step.name);
    if (own === undefined) return [];
    const subSteps = (step.subSteps ?? []).flatMap((sub) => run.statuses.get(sub.name) ?? []);
    return [subSteps.length > 0 ? { ...own, subSteps } : own];
  });
}
