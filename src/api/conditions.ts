/**
 * Conditions of our kinds. Parsed to StateKeep are KubeVela's and say where a problem is; Ready, Reconciling and
 * Stalled are what kstatus reads, and with it kubectl wait, Argo CD and Flux:
 *
 *   Reconciling True  ⇒ in progress
 *   Stalled True      ⇒ failed
 *   Ready False       ⇒ in progress, unless Stalled says more
 *   Ready True        ⇒ current, once observedGeneration is the generation
 *
 * So a status never carries Reconciling or Stalled with status True beside Ready True.
 */
import type { Condition } from './object.ts';

/** Condition types of an Application, in the order they are written. */
export const conditionTypes = [
  'Parsed',
  'Revision',
  'Policy',
  'Render',
  'Workflow',
  'StateKeep',
  'FieldFight',
  'Ready',
  'Reconciling',
  'Stalled',
] as const;
export type ConditionType = (typeof conditionTypes)[number];

/** Reasons KubeVela writes; tools compare with them. */
export const kubevelaReasons = ['Available', 'Unavailable', 'Creating', 'Deleting', 'ReconcileSuccess', 'ReconcileError'] as const;

/** Reasons of Ready=False, Reconciling and Stalled beside the codes of problems (docs/errors.md). */
export const ownReasons = ['Unhealthy', 'Progressing', 'Suspended', 'Failed', 'Terminated', 'ProgressDeadlineExceeded', 'Paused'] as const;

export type ConditionReason = (typeof kubevelaReasons)[number] | (typeof ownReasons)[number];

/** The condition of a type, or undefined. */
export function conditionOf(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** The state kstatus gives an object of ours, for tests and for `lateen status`. */
export function kstatusOf(object: {
  metadata: { generation?: number; deletionTimestamp?: string };
  status?: { observedGeneration?: number; conditions?: readonly Condition[] };
}): 'Terminating' | 'InProgress' | 'Failed' | 'Current' | 'Unknown' {
  const { metadata, status } = object;
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  if (status?.observedGeneration !== undefined && status.observedGeneration !== metadata.generation) return 'InProgress';
  if (conditionOf(status?.conditions, 'Reconciling')?.status === 'True') return 'InProgress';
  if (conditionOf(status?.conditions, 'Stalled')?.status === 'True') return 'Failed';
  switch (conditionOf(status?.conditions, 'Ready')?.status) {
    case 'False':
      return 'InProgress';
    case 'Unknown':
      return 'Unknown';
    default:
      return 'Current';
  }
}
