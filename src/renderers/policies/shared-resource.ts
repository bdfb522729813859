/** Objects that several applications deliver; the first one writes them. */
import { Type } from 'typebox';
import { definePolicy } from '../../definitions/sdk/define.ts';
import { selectingRules } from './selector.ts';

export const sharedResource = definePolicy({
  name: 'shared-resource',
  description: 'Objects shared with other applications',
  parameter: Type.Object({ rules: selectingRules }),
});
