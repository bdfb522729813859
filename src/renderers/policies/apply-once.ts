/** Leaves edits by others alone: fields, or whole objects, that are written once and not kept. */
import { Type } from 'typebox';
import { definePolicy } from '../../definitions/sdk/define.ts';
import { listOf, oneOf, optional } from '../../definitions/sdk/schema.ts';
import { ruleSelector } from './selector.ts';

export const applyOnce = definePolicy({
  name: 'apply-once',
  description: 'Objects that are written and then left alone',
  parameter: Type.Object({
    enable: Type.Boolean({ default: false, description: 'Whether the policy acts' }),
    rules: optional(
      listOf(
        Type.Object({
          selector: optional(ruleSelector),
          strategy: Type.Object(
            {
              affect: optional(
                oneOf(['onUpdate', 'onStateKeep', 'always', ''], { description: 'When the fields are left alone; always by default' }),
              ),
              path: listOf(Type.String(), { description: 'Fields that are left alone, spec.replicas for one; * for all' }),
            },
            { description: 'What is left alone, and when' },
          ),
        }),
        {
          description: 'Rules for some of the objects; without any, all objects are left alone',
          expects: 'a list of {selector, strategy}',
        },
      ),
    ),
  }),
});
