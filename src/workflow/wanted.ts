/**
 * Everything a workflow asks for, whatever its state: what the revision wants as a whole. Pruning, `lateen diff` and
 * the check before a run need it. A step whose inputs are not known is named, never guessed: what it made before must
 * be kept, since an input may be the very name of its object.
 */
import type { JsonObject } from '../base/json.ts';
import { applyInputs } from './inputs.ts';
import { lookUp } from './run.ts';
import type { InputValue } from './steps/behaviour.ts';
import { behaviourOf } from './steps/index.ts';
import type { DueEffect, ResolvedSubStep, ResolvedWorkflow } from './types.ts';

export interface Wanted {
  effects: DueEffect[];
  /** Steps whose effect depends on values that are not known now. */
  unknown: string[];
  /** Components that take values that are not known now: alone they may be incomplete. */
  incomplete: string[];
}

/** The effects of all steps, suspended and skipped ones too, as if every earlier one had been done. */
export function wantedEffects(workflow: ResolvedWorkflow, variables: JsonObject, context: JsonObject, now: number): Wanted {
  const wanted: Wanted = { effects: [], unknown: [], incomplete: incompleteComponents(workflow, variables, context) };
  for (const step of workflow.steps.flatMap((one): ResolvedSubStep[] => [one, ...(one.subSteps ?? [])])) {
    const behaviour = behaviourOf(step.type);
    if (behaviour === undefined) continue;
    const inputs = (step.inputs ?? []).map((input): InputValue => ({ ...input, value: lookUp(input.from, variables, context).value }));
    const known = inputs.filter((input) => input.value !== undefined);
    const properties = applyInputs(step, known);
    if (!properties.ok || (known.length < inputs.length && !delivers(step))) {
      wanted.unknown.push(step.name);
      continue;
    }
    const outcome = behaviour.run({
      step,
      properties: properties.value,
      inputs: known,
      // As if it had been approved: what a step asks for after a wait is wanted too.
      record: { id: '', name: step.name, type: step.type, phase: 'running' },
      result: undefined,
      workflow,
      variables,
      context,
      now,
    });
    if (outcome.kind !== 'due') continue;
    const { effect } = outcome;
    wanted.effects.push({ step: step.name, effect: effect.kind === 'deliver' ? { ...effect, holdBack: [] } : effect });
  }
  return wanted;
}

function delivers(step: ResolvedSubStep): boolean {
  return /^(builtin-)?apply-component$/.test(step.type) || step.type === 'deploy';
}

/** Components that take, themselves or by the step that delivers them, a value that is not known. */
function incompleteComponents(workflow: ResolvedWorkflow, variables: JsonObject, context: JsonObject): string[] {
  const isMissing = ({ from }: { from: string }): boolean => !lookUp(from, variables, context).found;
  const own = workflow.components.filter((component) => component.inputs.some(isMissing)).map((component) => component.name);
  const bySteps = workflow.steps
    .flatMap((one): ResolvedSubStep[] => [one, ...(one.subSteps ?? [])])
    .filter((step) => delivers(step) && (step.inputs ?? []).some(isMissing))
    .flatMap((step) => (typeof step.properties?.component === 'string' ? [step.properties.component] : []));
  return [...new Set([...own, ...bySteps])];
}
