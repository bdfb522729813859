/** Phases of applications, workflows and steps: the words KubeVela's users and tools know (compat/kinds.md §2.2). */

export const applicationPhases = [
  'starting',
  'rendering',
  'generatingPolicy',
  'runningWorkflow',
  'workflowSuspending',
  'workflowTerminated',
  'workflowFailed',
  'running',
  'unhealthy',
  'deleting',
] as const;
/** `status.status` of an Application. */
export type ApplicationPhase = (typeof applicationPhases)[number];

export const workflowPhases = ['initializing', 'executing', 'suspending', 'terminated', 'failed', 'succeeded', 'skipped'] as const;
/** `status.workflow.status` of an Application, `status.status` of a WorkflowRun. */
export type WorkflowPhase = (typeof workflowPhases)[number];

export const stepPhases = ['pending', 'running', 'suspending', 'succeeded', 'failed', 'skipped'] as const;
export type StepPhase = (typeof stepPhases)[number];

export const stepReasons = [
  'Wait',
  'Skip',
  'Rendering',
  'Execute',
  'Suspend',
  'Terminate',
  'ProcessParameter',
  'Input',
  'Output',
  'FailedAfterRetries',
  'Timeout',
  'Action',
] as const;
/** `reason` of a step's status. */
export type StepReason = (typeof stepReasons)[number];

/** True for phases of a workflow from which it does not go on by itself. */
export function isWorkflowOver(phase: WorkflowPhase): boolean {
  return phase === 'terminated' || phase === 'failed' || phase === 'succeeded' || phase === 'skipped';
}
