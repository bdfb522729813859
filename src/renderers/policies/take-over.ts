/** Adopts objects that belong to no application. */
import { Type } from 'typebox';
import { definePolicy } from '../../definitions/sdk/define.ts';
import { selectingRules } from './selector.ts';

export const takeOver = definePolicy({
  name: 'take-over',
  description: 'Objects that exist and are taken over',
  parameter: Type.Object({ rules: selectingRules }),
});
