/**
 * Every delivery that a workflow can ask for, whatever its state: what the revision wants as a whole. Used to
 * check a spec before anything is written, to find what is no longer wanted, and by `lateen diff` and `render`.
 */
import type { JsonObject } from '../../base/json.ts';
import { behaviourOf } from '../../workflow/steps/index.ts';
import type { DueEffect, ResolvedStep, ResolvedSubStep, ResolvedWorkflow } from '../../workflow/types.ts';

export function allEffects(workflow: ResolvedWorkflow, variables: JsonObject, context: JsonObject, now: number): DueEffect[] {
  return allSteps(workflow).flatMap((step) => {
    const outcome = behaviourOf(step.type)?.run({
      step,
      properties: step.properties ?? {},
      inputs: (step.inputs ?? []).flatMap((input) =>
        Object.hasOwn(variables, input.from) ? [{ ...input, value: variables[input.from] }] : [],
      ),
      // As if it had been approved already: what a step asks for after a wait counts too.
      record: { id: '', name: step.name, type: step.type, phase: 'running' },
      result: undefined,
      workflow,
      variables,
      context,
      now,
    });
    return outcome?.kind === 'due' ? [{ step: step.name, effect: outcome.effect }] : [];
  });
}

/** Steps and sub-steps, in order. */
export function allSteps(workflow: ResolvedWorkflow): ResolvedSubStep[] {
  return workflow.steps.flatMap((step: ResolvedStep) => [step, ...(step.subSteps ?? [])]);
}
