/** WorkflowStepDefinition: what a workflow step type does, written by a platform team. */
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
  version: Type.Optional(versionField),
});
export type WorkflowStepDefinitionSpec = Static<typeof specSchema>;

export interface WorkflowStepDefinitionObject extends KubeObject {
  apiVersion: 'core.oam.dev/v1beta1';
  kind: 'WorkflowStepDefinition';
  spec: WorkflowStepDefinitionSpec;
  status?: DefinitionStatus;
}

export const workflowStepDefinitionKind: KindDescription = {
  ...coreV1beta1,
  kind: 'WorkflowStepDefinition',
  plural: 'workflowstepdefinitions',
  shortNames: ['workflowstep'],
  statusSubresource: true,
  columns: [],
  description: 'A type of workflow step',
  schema: Type.Object({ spec: Type.Optional(specSchema), status: Type.Optional(definitionStatusSchema) }),
};
