/** print-message-in-status: says something in the status of the step. */
import type { StepBehaviour } from './behaviour.ts';
import { checkProperties, describe, requiredText } from './properties.ts';

export const printMessage: StepBehaviour = {
  type: 'print-message-in-status',
  check: (step) => checkProperties(step, { message: requiredText }),
  run({ properties }) {
    const { message } = properties;
    if (typeof message === 'string') return { kind: 'succeeded', message, scope: {} };
    return { kind: 'failed', reason: 'Input', message: `parameter "message" must be a string, got ${describe(message)}` };
  },
};
