/** Delivers all components, as the policies it names say. */
import { Type } from 'typebox';
import { defineStep } from '../../definitions/sdk/define.ts';
import { anyObject, listOf, optional } from '../../definitions/sdk/schema.ts';

export const deploy = defineStep({
  name: 'deploy',
  description: 'Delivers all components, where and as its policies say',
  parameter: Type.Object({
    auto: Type.Boolean({ default: true, description: 'Whether it goes ahead by itself; else it waits for approval first' }),
    policies: listOf(Type.String(), { default: [], description: 'Names of topology, override and replication policies' }),
    inlinePolicies: optional(
      listOf(anyObject({ description: 'A policy with type and properties' }), { description: 'Policies written here' }),
    ),
    parallelism: Type.Integer({ default: 5, description: 'Components that are delivered at once' }),
    ignoreTerraformComponent: Type.Boolean({ default: true, description: 'Whether Terraform components are left out' }),
  }),
});
