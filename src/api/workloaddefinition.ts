/** WorkloadDefinition: the older form of a component definition. Kept so that clusters run by KubeVela stay whole. */
import { type Static, Type } from 'typebox';
import { definitionDescription } from './annotations.ts';
import {
  childResourceKindsSchema,
  type DefinitionStatus,
  definitionReferenceSchema,
  definitionStatusSchema,
  healthRulesSchema,
  schematicSchema,
} from './definition-fields.ts';
import { annotationPath, coreV1beta1, type KindDescription } from './kind.ts';
import type { KubeObject } from './object.ts';
import { anyValue } from './schema.ts';

const specSchema = Type.Object({
  definitionRef: definitionReferenceSchema,
  childResourceKinds: Type.Optional(childResourceKindsSchema),
  revisionLabel: Type.Optional(Type.String()),
  podSpecPath: Type.Optional(Type.String()),
  status: Type.Optional(healthRulesSchema),
  schematic: Type.Optional(schematicSchema),
  extension: Type.Optional(anyValue({ description: 'For other tools' })),
});
export type WorkloadDefinitionSpec = Static<typeof specSchema>;

export interface WorkloadDefinitionObject extends KubeObject {
  kind: 'WorkloadDefinition';
  spec: WorkloadDefinitionSpec;
  status?: DefinitionStatus;
}

export const workloadDefinitionKind: KindDescription = {
  ...coreV1beta1,
  alsoServed: ['v1alpha2'],
  kind: 'WorkloadDefinition',
  plural: 'workloaddefinitions',
  shortNames: ['workload'],
  statusSubresource: false,
  columns: [
    { name: 'DEFINITION-NAME', type: 'string', jsonPath: '.spec.definitionRef.name' },
    { name: 'DESCRIPTION', type: 'string', jsonPath: annotationPath(definitionDescription) },
  ],
  description: 'The kind behind a component type, in its older form',
  schema: Type.Object({ spec: Type.Optional(specSchema), status: Type.Optional(definitionStatusSchema) }),
};
