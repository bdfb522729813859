/** What happens to objects that are no longer wanted. */
import { Type } from 'typebox';
import { definePolicy } from '../../definitions/sdk/define.ts';
import { listOf, oneOf, optional, whole } from '../../definitions/sdk/schema.ts';
import { ruleSelector } from './selector.ts';

export const garbageCollect = definePolicy({
  name: 'garbage-collect',
  description: 'What happens to objects that are no longer wanted',
  parameter: Type.Object({
    applicationRevisionLimit: optional(whole('Revisions to keep')),
    keepLegacyResource: Type.Boolean({ default: false, description: 'Whether objects of older revisions stay' }),
    continueOnFailure: Type.Boolean({ default: false, description: 'Whether objects are removed although the workflow failed' }),
    order: optional(oneOf(['dependency'], { description: 'dependency removes dependants before what they depend on' })),
    rules: optional(
      listOf(
        Type.Object({
          selector: ruleSelector,
          strategy: oneOf(['onAppUpdate', 'onAppDelete', 'never'], { default: 'onAppUpdate', description: 'When they are removed' }),
          propagation: optional(oneOf(['orphan', 'cascading'], { description: 'Whether what they own goes with them' })),
        }),
        { description: 'Rules for some of the objects', expects: 'a list of {selector, strategy}' },
      ),
    ),
  }),
});
