/** Changes components for one delivery; used by the deploy step. */
import { Type } from 'typebox';
import { definePolicy } from '../../definitions/sdk/define.ts';
import { anyObject, listOf, optional, text } from '../../definitions/sdk/schema.ts';

const properties = optional(anyObject({ description: 'Parameters to change' }));

export const override = definePolicy({
  name: 'override',
  description: 'Changes of components for one delivery',
  parameter: Type.Object({
    components: listOf(
      Type.Object({
        name: optional(text('Name of the component, * for any part; all of the type without it')),
        type: optional(text('Type of the component')),
        properties,
        traits: optional(
          listOf(
            Type.Object({
              type: text('Type of the trait'),
              properties,
              disable: Type.Boolean({ default: false, description: 'Whether the trait is taken off' }),
            }),
            { description: 'Traits to change, add or take off' },
          ),
        ),
        externalRevision: optional(text('Kept for older applications')),
      }),
      { default: [], description: 'What changes, component by component', expects: 'a list of {name, properties, traits}' },
    ),
    selector: optional(listOf(Type.String(), { description: 'Components that are delivered at all; all by default' })),
  }),
});
