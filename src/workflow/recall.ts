/**
 * Values between steps. They are derived, not a second record: one that is not known any more (the operator was
 * restarted, say) is made again from what the step that offers it delivered, by carrying out that step's effect again,
 * which changes nothing where everything is as it was.
 */
import { type JsonObject, jsonEqual } from '../base/json.ts';
import { applyInputs } from './inputs.ts';
import { evaluateOutputs } from './outputs.ts';
import { inputValue, type Run } from './run.ts';
import type { InputValue } from './steps/behaviour.ts';
import { behaviourOf } from './steps/index.ts';
import type { ResolvedSubStep } from './types.ts';

/** Adds values to the variables. */
export function offer(run: Run, made: JsonObject): void {
  const changed = Object.entries(made).some(
    ([name, value]) => !Object.hasOwn(run.variables, name) || !jsonEqual(run.variables[name], value),
  );
  if (changed) run.variables = { ...run.variables, ...made };
}

/** Whether any step or component takes a value. */
export function isTaken(run: Run, variable: string): boolean {
  const takes = ({ from }: { from: string }): boolean => from === variable || from.startsWith(`${variable}.`);
  const bySteps = [...run.steps.values()].some((step) => (step.inputs ?? []).some(takes));
  return bySteps || run.input.workflow.components.some((component) => component.inputs.some(takes));
}

/** The steps that offer a value. */
export function producersOf(run: Run, from: string): ResolvedSubStep[] {
  const names = run.producers.get(from) ?? run.producers.get(from.split('.')[0] ?? '') ?? [];
  return names.flatMap((name) => run.steps.get(name) ?? []);
}

/** Whether every value a step takes is there; what is missing is recalled, so that it is there in the next round or pass. */
export function hasInputs(run: Run, step: ResolvedSubStep): boolean {
  const missing = (step.inputs ?? []).filter(({ from }) => !inputValue(run, from).found);
  for (const { from } of missing) {
    for (const producer of producersOf(run, from)) if (run.statuses.get(producer.name)?.phase === 'succeeded') recall(run, producer);
  }
  return missing.every(({ from }) => inputValue(run, from).found);
}

/** Makes the values of a step that succeeded once more, from its result if there is one. */
export function recall(run: Run, step: ResolvedSubStep): void {
  const behaviour = behaviourOf(step.type);
  const record = run.statuses.get(step.name);
  if (behaviour === undefined || record === undefined || !hasInputs(run, step)) return;
  const inputs: InputValue[] = (step.inputs ?? []).map((input) => ({ ...input, value: inputValue(run, input.from).value }));
  const properties = applyInputs(step, inputs);
  if (!properties.ok) return;
  const outcome = behaviour.run({
    step,
    properties: properties.value,
    inputs,
    record: { ...record, phase: 'running' },
    result: run.input.results.get(step.name),
    workflow: run.input.workflow,
    variables: run.variables,
    context: run.input.context,
    now: run.input.now,
  });
  if ('made' in outcome && outcome.made !== undefined) offer(run, outcome.made);
  if (outcome.kind === 'succeeded') offer(run, evaluateOutputs(run, step, outcome.scope).made);
  else if (outcome.kind === 'due' && !run.due.some((due) => due.step === step.name))
    run.due.push({ step: step.name, effect: outcome.effect });
}
