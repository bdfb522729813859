/** The `if` of a step: what its expression sees, and what follows when it cannot be evaluated (decision 71: skip, saying why). */
import type { JsonObject } from '../base/json.ts';
import { evaluateText } from './expressions/index.ts';
import { inputValue, type Run } from './run.ts';
import type { ResolvedSubStep } from './types.ts';

export interface ConditionVerdict {
  holds: boolean;
  message?: string;
}

/** Whether the condition reads inputs, so that they must be there first. */
export function mentionsInputs(condition: string): boolean {
  return /\binputs\b/.test(condition);
}

/** Evaluates a condition; one that fails or gives no boolean does not hold. */
export function evaluateCondition(run: Run, step: ResolvedSubStep, condition: string): ConditionVerdict {
  const result = evaluateText(condition, conditionScope(run, step));
  if (!result.ok) return { holds: false, message: `condition cannot be evaluated: ${result.message}` };
  if (typeof result.value !== 'boolean') return { holds: false, message: `condition gives no boolean but ${JSON.stringify(result.value)}` };
  return { holds: result.value };
}

function conditionScope(run: Run, step: ResolvedSubStep): JsonObject {
  const status: JsonObject = {};
  for (const name of run.steps.keys()) status[name] = flagsOf(run, name);
  const inputs: JsonObject = {};
  for (const { from } of step.inputs ?? []) inputs[from] = (inputValue(run, from).value ?? null) as JsonObject;
  return { status, inputs, context: run.input.context, parameter: step.properties ?? {} };
}

/** A step's status as conditions see it; one that has not begun is pending. */
function flagsOf(run: Run, name: string): JsonObject {
  const found = run.statuses.get(name);
  const reason = found?.reason ?? '';
  const phase = found?.phase ?? 'pending';
  return {
    name,
    phase,
    reason,
    message: found?.message ?? '',
    failed: phase === 'failed',
    succeeded: phase === 'succeeded',
    skipped: phase === 'skipped',
    timeout: reason === 'Timeout',
    failedAfterRetries: reason === 'FailedAfterRetries',
    terminate: reason === 'Terminate',
  };
}
