/** How an object is: one of five states with a reason a machine can read and a sentence a person can. */
import type { ObjectRef } from '../api/object.ts';

export type HealthState = 'healthy' | 'progressing' | 'suspended' | 'degraded' | 'not-assessed';

export interface Verdict {
  state: HealthState;
  /** CamelCase, for conditions: `Available`, `ImagePullBackOff`, `ProgressDeadlineExceeded`, … */
  reason: string;
  /** One sentence; empty when healthy and there is nothing to say. */
  message: string;
  /** The child that causes the state, where one was found. */
  cause?: ObjectRef;
  /** Whether the workflow and the phase `running` wait for this object (health.md: what holds). */
  holds: boolean;
  /** True when it will not get better by itself (a failed Job, an exceeded deadline): the step fails. */
  final?: boolean;
}
