/** PolicyDefinition: what a policy type is, written by a platform team. */
import { type Static, Type } from 'typebox';
import {
  type DefinitionStatus,
  definitionReferenceSchema,
  definitionStatusSchema,
  schematicSchema,
  versionField,
} from './definition-fields.ts';
import { coreV1beta1, type KindDescription } from './kind.ts';
import type { KubeObject } from './object.ts';

const specSchema = Type.Object({
  definitionRef: Type.Optional(definitionReferenceSchema),
  schematic: Type.Optional(schematicSchema),
  manageHealthCheck: Type.Optional(Type.Boolean({ description: 'The policy decides health' })),
  version: Type.Optional(versionField),
  scope: Type.Optional(Type.String({ description: 'Application for policies that change applications' })),
  global: Type.Optional(Type.Boolean({ description: 'The policy holds for every application' })),
  priority: Type.Optional(Type.Integer({ format: 'int32', description: 'Order of global policies, higher first' })),
});
export type PolicyDefinitionSpec = Static<typeof specSchema>;

export interface PolicyDefinitionObject extends KubeObject {
  apiVersion: 'core.oam.dev/v1beta1';
  kind: 'PolicyDefinition';
  spec: PolicyDefinitionSpec;
  status?: DefinitionStatus;
}

export const policyDefinitionKind: KindDescription = {
  ...coreV1beta1,
  kind: 'PolicyDefinition',
  plural: 'policydefinitions',
  shortNames: ['def-policy'],
  statusSubresource: true,
  columns: [],
  description: 'A type of policy',
  schema: Type.Object({ spec: Type.Optional(specSchema), status: Type.Optional(definitionStatusSchema) }),
};
