/** read-object: reads one object for later steps. That there is none is an answer (`output.err`), not a failure. */
import type { Effect } from '../types.ts';
import type { StepBehaviour } from './behaviour.ts';
import { scopeOfObject } from './objects.ts';
import { checkProperties, optionalText, requiredText, textOf } from './properties.ts';

export const readObject: StepBehaviour = {
  type: 'read-object',
  check: (step) =>
    checkProperties(step, {
      apiVersion: optionalText,
      kind: optionalText,
      name: requiredText,
      namespace: optionalText,
      cluster: optionalText,
    }),
  run({ properties, result }) {
    const kind = textOf(properties, 'kind') || 'Application';
    const name = textOf(properties, 'name') ?? '';
    const ref = {
      apiVersion: textOf(properties, 'apiVersion') || 'core.oam.dev/v1beta1',
      kind,
      name,
      namespace: textOf(properties, 'namespace') || 'default',
    };
    const effect: Effect = { kind: 'read-object', ref, cluster: textOf(properties, 'cluster') || 'local' };
    if (result?.state === 'refused') return { kind: 'refused', problem: result.problem, effect };
    if (result?.state !== 'read') return { kind: 'due', effect };
    const err = result.object === undefined ? `${kind.toLowerCase()}s "${name}" not found` : undefined;
    return { kind: 'succeeded', scope: scopeOfObject(result.object, 'output', err) };
  },
};
