/** apply-component: delivers one component and waits until it is healthy. Also what a generated workflow consists of. */
import type { JsonObject } from '../../base/json.ts';
import type { DeliveredComponent } from '../types.ts';
import { type InputValue, type StepBehaviour, untilHealthy } from './behaviour.ts';
import { checkProperties, optionalText, requiredText, textOf } from './properties.ts';

export const applyComponent: StepBehaviour = {
  type: 'apply-component',
  check: (step) => checkProperties(step, { component: requiredText, cluster: optionalText, namespace: optionalText }),
  run(input) {
    const component = textOf(input.step.properties, 'component') ?? '';
    const cluster = textOf(input.step.properties, 'cluster');
    const namespace = textOf(input.step.properties, 'namespace');
    const componentInputs = inputsOf(input.inputs);
    const effect = {
      kind: 'deliver',
      components: [component],
      policies: [],
      ...(cluster ? { cluster } : {}),
      ...(namespace ? { namespace } : {}),
      ...(componentInputs.length > 0 ? { componentInputs: { [component]: componentInputs } } : {}),
    } as const;
    return untilHealthy(input, effect, (live) => scopeOf(live, component));
  },
};

/** Values of inputs at paths of a component; a path that names neither properties nor traits is one of the properties. */
export function inputsOf(inputs: readonly InputValue[]): { parameterKey: string; value: unknown }[] {
  return inputs.flatMap(({ parameterKey, value }) =>
    parameterKey === undefined || parameterKey === '' ? [] : [{ parameterKey: componentPath(parameterKey), value }],
  );
}

function componentPath(key: string): string {
  if (/^(properties\b|traits\[)/.test(key)) return key;
  return key.startsWith('[') ? `properties${key}` : `properties.${key}`;
}

/** `output` and `outputs` of a delivered component; where it stands at several places, at the first. */
export function scopeOf(live: readonly DeliveredComponent[], component: string): JsonObject {
  const found = live.find((one) => one.component === component);
  // Live objects are JSON as the API server sent them; the types of the border know less.
  return { ...(found?.output ? { output: found.output } : {}), outputs: found?.outputs ?? {} } as unknown as JsonObject;
}
