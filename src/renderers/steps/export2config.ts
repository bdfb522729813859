/** Writes values to a ConfigMap. */
import { Type } from 'typebox';
import { defineStep } from '../../definitions/sdk/define.ts';
import { anyObject, optional, text } from '../../definitions/sdk/schema.ts';
import { clusterParameter } from './place.ts';

export const export2config = defineStep({
  name: 'export2config',
  description: 'Writes values to a ConfigMap',
  parameter: Type.Object({
    configName: text('Name of the ConfigMap'),
    namespace: optional(text('Namespace, the one of the application by default')),
    data: anyObject({ description: 'What it holds' }),
    cluster: clusterParameter,
  }),
});
