/** Steps under one name; what they are stands in subSteps, beside the properties. */
import { Type } from 'typebox';
import { defineStep } from '../../definitions/sdk/define.ts';

export const stepGroup = defineStep({
  name: 'step-group',
  description: 'Steps under one name, side by side unless they depend on each other',
  parameter: Type.Object({}),
});
