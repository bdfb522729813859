/** Objects that must exist and are never written. */
import { Type } from 'typebox';
import { definePolicy } from '../../definitions/sdk/define.ts';
import { selectingRules } from './selector.ts';

export const readOnly = definePolicy({
  name: 'read-only',
  description: 'Objects that are only read',
  parameter: Type.Object({ rules: selectingRules }),
});
