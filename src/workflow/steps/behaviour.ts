/**
 * What a step type is to the machine: from its parameters, its record and what became of its effect to an outcome.
 * A behaviour is pure and knows nothing of order, conditions, retries or timeouts: the machine does those for all.
 */
import type { WorkflowSubStepStatus } from '../../api/application.ts';
import type { Problem } from '../../base/errors.ts';
import type { JsonObject } from '../../base/json.ts';
import type { DeliveredComponent, Effect, EffectResult, ResolvedSubStep, ResolvedWorkflow } from '../types.ts';

/** A value an input takes, with the place in the parameters it goes to. */
export interface InputValue {
  from: string;
  parameterKey?: string;
  value: unknown;
}

export interface StepInput {
  step: ResolvedSubStep;
  /** Properties with the values of inputs in them. */
  properties: JsonObject;
  inputs: readonly InputValue[];
  /** The record as it was left; absent when the step starts now. */
  record: WorkflowSubStepStatus | undefined;
  result: EffectResult | undefined;
  workflow: ResolvedWorkflow;
  variables: JsonObject;
  context: JsonObject;
  now: number;
}

/** What a step has reached on its way: values it offers already, and components whose dependants may go on. */
export interface StepProgress {
  made?: JsonObject;
  healthyComponents?: string[];
}

export type StepOutcome =
  /** Done. `scope` is what `valueFrom` of outputs sees; `made` are further variables. */
  | { kind: 'succeeded'; message?: string; scope: JsonObject; made?: JsonObject }
  /** The effect is to be carried out now, again or still. */
  | ({ kind: 'due'; effect: Effect } & StepProgress)
  /** Everything is carried out; what it made is not well yet. */
  | ({ kind: 'waiting'; message: string } & StepProgress)
  /** The effect was refused; the machine decides whether and when it is tried again. */
  | ({ kind: 'refused'; problem: Problem; effect: Effect } & StepProgress)
  | { kind: 'suspended'; message: string; resumeAt?: number }
  /** For good. */
  | { kind: 'failed'; reason: string; message: string };

export interface StepBehaviour {
  type: string;
  /** Problems of the written properties (inputs not yet in them), with paths below `properties`. */
  check(step: ResolvedSubStep): Problem[];
  run(input: StepInput): StepOutcome;
}

/** Outcome of a step whose objects need only be accepted. */
export function untilAccepted(input: StepInput, effect: Effect, scopeOf: (live: readonly DeliveredComponent[]) => JsonObject): StepOutcome {
  const { result } = input;
  if (result === undefined || result.state === 'read') return { kind: 'due', effect };
  if (result.state === 'refused') return { kind: 'refused', problem: result.problem, effect };
  return { kind: 'succeeded', scope: scopeOf(result.live) };
}

/** Outcome of a step that waits until what it delivered is healthy. */
export function untilHealthy(input: StepInput, effect: Effect, scopeOf: (live: readonly DeliveredComponent[]) => JsonObject): StepOutcome {
  const { result } = input;
  if (result?.state !== 'delivered') return untilAccepted(input, effect, scopeOf);
  const { verdict } = result;
  if (verdict.holds && verdict.final === true) return { kind: 'failed', reason: verdict.reason || 'Action', message: verdict.message };
  if (verdict.holds && (verdict.state === 'progressing' || verdict.state === 'degraded')) {
    return { kind: 'waiting', message: verdict.message === '' ? 'wait healthy' : `wait healthy: ${verdict.message}` };
  }
  return { kind: 'succeeded', scope: scopeOf(result.live) };
}
