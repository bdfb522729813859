/**
 * The workflow as a state machine: one pure function from (steps, recorded state, results, time) to (next state,
 * effects that are due). It walks over the steps until nothing changes any more, so that a step that is done lets
 * its followers start in the same call. Rules: compat/behaviour.md §5.5; differences: decisions 46, 55, 56, 57, 71, 72.
 */
import type { WorkflowStatus, WorkflowSubStepStatus } from '../api/application.ts';
import { toRfc3339 } from '../base/clock.ts';
import { walkSteps } from './order.ts';
import { beginRun, hasFailed, isDone, isSettled, type Run, statusList } from './run.ts';
import type { MachineInput, MachineOutput } from './types.ts';

/**
 * Moves a workflow on as far as what is known allows.
 *
 * It is called twice in a pass, with what observation knows and again with what deliveries gave; calling it again
 * with its own status, the same results and the same time changes nothing. A `refused` result must be one of this
 * pass: it is counted once per `nextRetryTime`.
 */
export function advance(input: MachineInput): MachineOutput {
  const run = beginRun(input);
  if (run.recorded?.finished === true) return { status: run.recorded, due: [], variables: run.variables, waitingFor: [] };
  // A step further down may free one further up (dependsOn in a DAG): at most one round per step, and one to see it rest.
  for (let round = 0; round <= run.steps.size + 1; round++) {
    const before = new Map(run.statuses);
    const variables = run.variables;
    run.due = [];
    run.wakeAt = undefined;
    walkSteps(run);
    if (run.variables === variables && sameStatuses(before, run)) break;
  }
  const status = summarize(run);
  return {
    status,
    due: run.due,
    variables: run.variables,
    ...(run.wakeAt === undefined || status.finished ? {} : { wakeAt: run.wakeAt }),
    waitingFor: status.finished ? [] : waitingFor(run),
  };
}

function sameStatuses(before: ReadonlyMap<string, unknown>, run: Run): boolean {
  return before.size === run.statuses.size && [...run.statuses].every(([name, status]) => before.get(name) === status);
}

/** The workflow's own fields from those of its steps. */
function summarize(run: Run): WorkflowStatus {
  const { input, recorded } = run;
  const all = [...run.statuses.values()];
  const finished = input.workflow.steps.every((step) => isDone(run, step));
  const failed = all.some(hasFailed);
  const suspend = !finished && (run.heldByHand || all.some((one) => one.phase === 'suspending'));
  const terminated = run.terminatedByHand || failed;
  const ended = run.terminatedByHand ? 'terminated' : failed ? 'failed' : 'succeeded';
  const now = toRfc3339(input.now);
  return {
    ...recorded,
    appRevision: input.appRevision,
    mode: `${input.workflow.mode.steps}-${input.workflow.mode.subSteps}`,
    status: finished ? ended : suspend ? 'suspending' : 'executing',
    suspend,
    terminated,
    finished,
    startTime: recorded?.startTime ?? now,
    ...(finished ? { endTime: recorded?.endTime ?? now } : {}),
    steps: statusList(run),
  };
}

/** Steps that are begun and not done, with why; a group is spoken for by its sub-steps. */
function waitingFor(run: Run): { step: string; message: string }[] {
  const waits = [...run.steps.values()].flatMap((step) => {
    const status = run.statuses.get(step.name);
    if (status === undefined || isSettled(status) || step.type === 'step-group') return [];
    return [{ step: step.name, message: waitMessage(run, status) }];
  });
  return waits.length > 0 || !run.heldByHand ? waits : [{ step: '', message: byHand }];
}

const byHand = 'suspended by hand';

function waitMessage(run: Run, status: WorkflowSubStepStatus): string {
  const message = status.message ?? status.phase;
  const held = status.phase === 'suspending' ? status.reason !== 'Suspend' : run.heldByHand;
  if (!held) return message;
  return status.message === undefined ? byHand : `${byHand}: ${message}`;
}
