/** Environment variables as components and the sidecar take them: literal values or references. */
import { Type } from 'typebox';
import { listOf, optional, text } from '../../definitions/sdk/schema.ts';

const keyReference = (what: string) =>
  Type.Object({ name: text(`Name of the ${what}`), key: text(`Key in the ${what}`) }, { description: `Value from a key of a ${what}` });

export const environmentSchema = listOf(
  Type.Object({
    name: text('Name of the variable'),
    value: optional(text('Literal value')),
    valueFrom: optional(
      Type.Object(
        {
          secretKeyRef: optional(keyReference('Secret')),
          configMapKeyRef: optional(keyReference('ConfigMap')),
          fieldRef: optional(
            Type.Object({ fieldPath: text('Field of the pod, metadata.name for one') }, { description: 'Value from a field of the pod' }),
          ),
        },
        { description: 'Where the value comes from, instead of value' },
      ),
    ),
  }),
  { description: 'Environment variables of the container', expects: 'a list of {name, value}' },
);
