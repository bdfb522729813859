/** TraitDefinition: what a trait type does to a component, written by a platform team. */
import { type Static, Type } from 'typebox';
import { definitionDescription } from './annotations.ts';
import {
  type DefinitionStatus,
  definitionReferenceSchema,
  definitionStatusSchema,
  healthRulesSchema,
  schematicSchema,
  versionField,
} from './definition-fields.ts';
import { annotationPath, coreV1beta1, type KindDescription } from './kind.ts';
import type { KubeObject } from './object.ts';
import { anyValue } from './schema.ts';

const specSchema = Type.Object({
  definitionRef: Type.Optional(definitionReferenceSchema),
  revisionEnabled: Type.Optional(Type.Boolean()),
  workloadRefPath: Type.Optional(Type.String({ description: 'Field of the trait object that names the workload' })),
  podDisruptive: Type.Optional(Type.Boolean({ description: 'The trait changes the pod template' })),
  appliesToWorkloads: Type.Optional(Type.Array(Type.String(), { description: 'Such as deployments.apps; * for all' })),
  conflictsWith: Type.Optional(Type.Array(Type.String(), { description: 'Trait types that cannot stand beside it' })),
  schematic: Type.Optional(schematicSchema),
  status: Type.Optional(healthRulesSchema),
  extension: Type.Optional(anyValue({ description: 'For other tools' })),
  manageWorkload: Type.Optional(Type.Boolean({ description: 'The trait makes the workload itself' })),
  controlPlaneOnly: Type.Optional(Type.Boolean({ description: 'Its objects stay on the cluster of the operator' })),
  stage: Type.Optional(Type.String({ description: 'PreDispatch, DefaultDispatch or PostDispatch' })),
  version: Type.Optional(versionField),
});
export type TraitDefinitionSpec = Static<typeof specSchema>;

export interface TraitDefinitionObject extends KubeObject {
  apiVersion: 'core.oam.dev/v1beta1';
  kind: 'TraitDefinition';
  spec: TraitDefinitionSpec;
  status?: DefinitionStatus;
}

export const traitDefinitionKind: KindDescription = {
  ...coreV1beta1,
  kind: 'TraitDefinition',
  plural: 'traitdefinitions',
  shortNames: ['trait'],
  statusSubresource: true,
  columns: [
    { name: 'APPLIES-TO', type: 'string', jsonPath: '.spec.appliesToWorkloads' },
    { name: 'DESCRIPTION', type: 'string', jsonPath: annotationPath(definitionDescription) },
  ],
  description: 'A type of trait',
  schema: Type.Object({ spec: Type.Optional(specSchema), status: Type.Optional(definitionStatusSchema) }),
};
