/** DefinitionRevision keeps one state of a definition, so that `type@v1` and pinned applications find it again. */
import { type Static, Type } from 'typebox';
import type { ComponentDefinitionObject } from './componentdefinition.ts';
import { coreV1beta1, type KindDescription } from './kind.ts';
import type { KubeObject } from './object.ts';
import type { PolicyDefinitionObject } from './policydefinition.ts';
import { freeObject } from './schema.ts';
import type { TraitDefinitionObject } from './traitdefinition.ts';
import type { WorkflowStepDefinitionObject } from './workflowstepdefinition.ts';

const snapshot = { description: 'The whole definition' };

const specSchema = Type.Object({
  revision: Type.Integer({ format: 'int64', description: 'Number of the revision' }),
  revisionHash: Type.String({ description: 'Hash of the definition' }),
  definitionType: Type.String({ description: 'Component, Trait, Policy or WorkflowStep' }),
  componentDefinition: Type.Optional(freeObject<ComponentDefinitionObject>(snapshot)),
  traitDefinition: Type.Optional(freeObject<TraitDefinitionObject>(snapshot)),
  policyDefinition: Type.Optional(freeObject<PolicyDefinitionObject>(snapshot)),
  workflowStepDefinition: Type.Optional(freeObject<WorkflowStepDefinitionObject>(snapshot)),
});
export type DefinitionRevisionSpec = Static<typeof specSchema>;

export interface DefinitionRevision extends KubeObject {
  apiVersion: 'core.oam.dev/v1beta1';
  kind: 'DefinitionRevision';
  spec: DefinitionRevisionSpec;
}

export const definitionRevisionKind: KindDescription = {
  ...coreV1beta1,
  kind: 'DefinitionRevision',
  plural: 'definitionrevisions',
  shortNames: ['defrev'],
  statusSubresource: false,
  columns: [
    { name: 'REVISION', type: 'integer', jsonPath: '.spec.revision' },
    { name: 'HASH', type: 'string', jsonPath: '.spec.revisionHash' },
    { name: 'TYPE', type: 'string', jsonPath: '.spec.definitionType' },
  ],
  description: 'A revision of a definition, never changed once it was made',
  schema: Type.Object({ spec: Type.Optional(specSchema) }),
};
