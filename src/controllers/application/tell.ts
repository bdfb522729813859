/** Which Event a change of phase is worth: one per change, so at most two per delivery (started, ended). */
import type { Application } from '../../api/application.ts';
import type { World } from './world.ts';

const reasons: Record<string, { type: 'Normal' | 'Warning'; reason: string }> = {
  runningWorkflow: { type: 'Normal', reason: 'Applied' },
  running: { type: 'Normal', reason: 'Deployed' },
  unhealthy: { type: 'Warning', reason: 'Unhealthy' },
  workflowSuspending: { type: 'Normal', reason: 'Suspended' },
  workflowFailed: { type: 'Warning', reason: 'FailedWorkflow' },
  workflowTerminated: { type: 'Warning', reason: 'Terminated' },
  rendering: { type: 'Warning', reason: 'FailedParse' },
};

/** Tells of the difference between the status before and the one just written. */
export function tellOf(before: Application, after: Application, world: Pick<World, 'events'>): void {
  const phase = after.status?.status ?? '';
  const ready = after.status?.conditions?.find(({ type }) => type === 'Ready');
  const told = reasons[phase];
  const isNew = before.status?.status !== phase || before.status?.observedGeneration !== after.status?.observedGeneration;
  if (!told || !isNew) return;
  const revision = after.status?.latestRevision?.name ?? '';
  const message =
    phase === 'running'
      ? `revision ${revision} is running`
      : phase === 'runningWorkflow'
        ? `revision ${revision} is being delivered`
        : (ready?.message ?? phase);
  world.events.tell(after, told.type, told.reason, message);
}
