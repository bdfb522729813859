/** Which objects a rule of a policy means: all given fields must fit, in each any one value; an empty selector fits nothing. */
import { Type } from 'typebox';
import { listOf, oneOf, optional } from '../../definitions/sdk/schema.ts';

const names = (description: string) => optional(listOf(Type.String(), { description }));

export const ruleSelector = Type.Object(
  {
    componentNames: names('Names of components'),
    componentTypes: names('Types of components'),
    oamTypes: optional(
      listOf(oneOf(['WORKLOAD', 'TRAIT'], { description: 'Workload or trait' }), { description: 'Workloads or objects of traits' }),
    ),
    traitTypes: names('Types of traits'),
    resourceTypes: names('Kinds of objects'),
    resourceNames: names('Names of objects'),
  },
  { description: 'Which objects the rule is for' },
);

/** `rules` of the policies that only select. */
export const selectingRules = optional(
  listOf(Type.Object({ selector: ruleSelector }), { description: 'Which objects the policy is for', expects: 'a list of {selector}' }),
);
