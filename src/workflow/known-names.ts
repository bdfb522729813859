/** The names a condition may read: `status.<step>.<field>`, `inputs.<input>`, `context`, `parameter`. */
import { didYouMean } from '../base/spelling.ts';
import type { ResolvedSubStep } from './types.ts';

const roots = ['status', 'inputs', 'context', 'parameter'];

/** Fields of a step's status that a condition may read. */
export const statusFields = [
  'name',
  'phase',
  'reason',
  'message',
  'failed',
  'succeeded',
  'skipped',
  'timeout',
  'failedAfterRetries',
  'terminate',
];

/** Why a path of a condition cannot be read; empty when it can. */
export function readsKnown(path: readonly string[], step: ResolvedSubStep, stepNames: readonly string[]): string[] {
  const [root = '', name, field] = path;
  if (!roots.includes(root)) return [`condition refers to ${root}, which does not exist${didYouMean(root, roots)}`];
  if (root === 'status' && name !== undefined) {
    if (!stepNames.includes(name))
      return [`condition refers to status.${name}, which is not a step of this workflow${didYouMean(name, stepNames)}`];
    if (field !== undefined && !statusFields.includes(field)) {
      return [`condition refers to status.${name}.${field}, which does not exist${didYouMean(field, statusFields)}`];
    }
  }
  const inputs = (step.inputs ?? []).map((input) => input.from);
  if (root === 'inputs' && name !== undefined && !inputs.includes(name)) {
    return [`condition refers to inputs.${name}, which is not an input of this step${didYouMean(name, inputs)}`];
  }
  return [];
}
