/** Whether the operator has acted on an edit of a workflow, and what to say meanwhile. Pure. */
import type { Application, WorkflowStatus } from '../api/application.ts';
import { conditionOf } from '../api/conditions.ts';
import type { Operation } from '../workflow/operations.ts';

export interface Effect {
  isDone: boolean;
  text: string;
}

/** @param before the run as it was before the edit. */
export function effectOf(operation: Operation, before: WorkflowStatus | undefined, { status }: Application): Effect {
  const { workflow, status: phase = 'starting' } = status ?? {};
  const message = conditionOf(status?.conditions, 'Ready')?.message;
  return { isDone: hasEffect(operation, before, workflow, phase), text: message ? `${phase}: ${message}` : phase };
}

function hasEffect(operation: Operation, before: WorkflowStatus | undefined, now: WorkflowStatus | undefined, phase: string): boolean {
  switch (operation) {
    case 'suspend':
      return phase === 'workflowSuspending' || now?.finished === true;
    case 'resume':
      // Another wait may follow at once: then other steps are suspended than before.
      return now !== undefined && (now.finished || now.status !== 'suspending' || suspended(now) !== suspended(before));
    case 'terminate':
      return phase === 'workflowTerminated' || now?.finished === true;
    case 'restart':
      return now !== undefined && (now.startTime !== before?.startTime || now.status === 'succeeded' || !before?.finished);
    default:
      return operation satisfies never;
  }
}

function suspended(workflow: WorkflowStatus | undefined): string {
  return (workflow?.steps ?? [])
    .flatMap((step) => [step, ...(step.subSteps ?? [])])
    .filter(({ phase }) => phase === 'suspending')
    .map(({ name }) => name)
    .join(',');
}
