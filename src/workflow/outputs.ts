/** Values that a step or component offers: `valueFrom` of its outputs over what it made. */
import type { Json, JsonObject } from '../base/json.ts';
import { evaluateText } from './expressions/index.ts';
import type { Run } from './run.ts';
import type { ResolvedSubStep } from './types.ts';

export interface OutputValues {
  made: JsonObject;
  missing: { name: string; message: string }[];
}

/** Evaluates the outputs of one step. */
export function evaluateOutputs(run: Run, step: ResolvedSubStep, scope: JsonObject): OutputValues {
  return valuesOf(step.outputs ?? [], { parameter: step.properties ?? {}, ...scope, context: run.input.context });
}

/** Evaluates outputs over a scope; what cannot be evaluated is named with the path that is missing. */
export function valuesOf(outputs: readonly { name: string; valueFrom: string }[], scope: JsonObject): OutputValues {
  const made: JsonObject = {};
  const missing: OutputValues['missing'] = [];
  for (const { name, valueFrom } of outputs) {
    const result = evaluateText(valueFrom, scope);
    if (result.ok) made[name] = result.value as Json;
    else
      missing.push({
        name,
        message: `output "${name}" ${result.missing ? `reads ${result.missing}, which does not exist` : result.message}`,
      });
  }
  return { made, missing };
}
