/** What a rule for a kind is, and the words it answers with. */
import type { Condition, KubeObject, ObjectRef } from '../api/object.ts';
import type { Surroundings } from './surroundings.ts';
import type { HealthState, Verdict } from './verdict.ts';

/** A verdict before it is known whether it holds; `holds` here overrides what the rule says. */
export type Assessment = Omit<Verdict, 'holds'> & { holds?: boolean };

export interface Rule {
  /** Whether the workflow and the phase `running` wait for objects of this kind. */
  holds: boolean;
  /** Runs pods: the annotation that disables health checks is honoured. */
  workload?: boolean;
  /** The controller of the kind always reports observedGeneration: while it is absent, nothing was seen. */
  reportsGeneration?: boolean;
  /** Called only for objects that are not being deleted and whose newest generation was seen. */
  assess(object: KubeObject, surroundings: Surroundings): Assessment;
}

export const healthy = (reason: string, message = ''): Assessment => ({ state: 'healthy', reason, message });
export const progressing = (reason: string, message: string, cause?: ObjectRef): Assessment =>
  assessment('progressing', reason, message, cause);
export const suspended = (reason: string, message: string): Assessment => ({ state: 'suspended', reason, message });
export const degraded = (reason: string, message: string, cause?: ObjectRef): Assessment => assessment('degraded', reason, message, cause);
export const notAssessed = (reason: string, message: string): Assessment => ({ state: 'not-assessed', reason, message });

/** Degraded, and it will not get better by itself. */
export const failed = (reason: string, message: string, cause?: ObjectRef): Assessment => ({
  ...degraded(reason, message, cause),
  final: true,
});

function assessment(state: HealthState, reason: string, message: string, cause: ObjectRef | undefined): Assessment {
  return cause === undefined ? { state, reason, message } : { state, reason, message, cause };
}

/** The words of a condition, for verdicts that repeat it. */
export function wordsOf(condition: Condition): [reason: string, message: string] {
  return [condition.reason || `${condition.type}${condition.status}`, condition.message || `${condition.type} is ${condition.status}`];
}
