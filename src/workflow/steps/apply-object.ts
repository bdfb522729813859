/** apply-object: writes one object. Without a namespace it goes to the application's (decision 50). */
import type { Manifest } from '../../api/object.ts';
import { invalid, type Problem } from '../../base/errors.ts';
import { isObject, type Json } from '../../base/json.ts';
import type { ResolvedSubStep } from '../types.ts';
import type { StepBehaviour } from './behaviour.ts';
import { writeObject } from './objects.ts';
import { checkProperties, optionalText, requiredObject } from './properties.ts';

export const applyObject: StepBehaviour = {
  type: 'apply-object',
  check: (step) => [...checkProperties(step, { value: requiredObject, cluster: optionalText }), ...checkValue(step)],
  run(input) {
    const manifest = manifestOf(input.properties.value);
    if (manifest !== undefined) return writeObject(input, manifest);
    return { kind: 'failed', reason: 'Input', message: 'parameter "value" has no apiVersion and kind' };
  },
};

function checkValue(step: ResolvedSubStep): Problem[] {
  const value = step.properties?.value;
  if (!isObject(value) || manifestOf(value) !== undefined || (step.inputs ?? []).length > 0) return [];
  const missing = ['apiVersion', 'kind'].find((name) => typeof value[name] !== 'string') ?? 'metadata';
  return [invalid('MissingParameter', `step "${step.name}": parameter "value.${missing}" is required`, `properties.value.${missing}`)];
}

function manifestOf(value: Json | undefined): Manifest | undefined {
  if (!isObject(value) || typeof value.apiVersion !== 'string' || typeof value.kind !== 'string') return undefined;
  if (value.metadata !== undefined && !isObject(value.metadata)) return undefined;
  // Checked as far as the product relies on it; the API server checks the rest.
  return value as unknown as Manifest;
}
