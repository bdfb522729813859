/** export2config: writes values to a ConfigMap. */
import type { StepBehaviour } from './behaviour.ts';
import { metadataOf, notTexts, textsOf, writeObject } from './objects.ts';
import { checkProperties, optionalText, requiredObject, requiredText, textOf } from './properties.ts';

export const export2config: StepBehaviour = {
  type: 'export2config',
  check: (step) =>
    checkProperties(step, { configName: requiredText, namespace: optionalText, data: requiredObject, cluster: optionalText }),
  run(input) {
    const { properties } = input;
    const { texts, wrong } = textsOf(properties.data);
    if (wrong.length > 0) return notTexts(wrong);
    const metadata = metadataOf(textOf(properties, 'configName') ?? '', textOf(properties, 'namespace'));
    return writeObject(input, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: texts });
  },
};
