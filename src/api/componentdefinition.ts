/** ComponentDefinition: what a component type is, written by a platform team. */
import { type Static, Type } from 'typebox';
import { definitionDescription } from './annotations.ts';
import {
  childResourceKindsSchema,
  type DefinitionStatus,
  definitionStatusSchema,
  healthRulesSchema,
  schematicSchema,
  versionField,
  workloadKindSchema,
} from './definition-fields.ts';
import { annotationPath, coreV1beta1, type KindDescription } from './kind.ts';
import type { KubeObject } from './object.ts';
import { anyValue } from './schema.ts';

/** `workload.type` of definitions whose workload is whatever they render. */
export const autodetect = 'autodetects.core.oam.dev';

const specSchema = Type.Object({
  workload: Type.Object(
    {
      type: Type.Optional(Type.String({ description: 'Name of a WorkloadDefinition, or autodetects.core.oam.dev' })),
      definition: Type.Optional(workloadKindSchema),
    },
    { description: 'Kind of the workload' },
  ),
  childResourceKinds: Type.Optional(childResourceKindsSchema),
  revisionLabel: Type.Optional(Type.String({ description: 'Label that carries the revision on pods' })),
  podSpecPath: Type.Optional(Type.String({ description: 'Where the pod template is in the workload' })),
  schematic: Type.Optional(schematicSchema),
  status: Type.Optional(healthRulesSchema),
  extension: Type.Optional(anyValue({ description: 'For other tools' })),
  version: Type.Optional(versionField),
});
export type ComponentDefinitionSpec = Static<typeof specSchema>;

export interface ComponentDefinitionObject extends KubeObject {
  apiVersion: 'core.oam.dev/v1beta1';
  kind: 'ComponentDefinition';
  spec: ComponentDefinitionSpec;
  status?: DefinitionStatus;
}

export const componentDefinitionKind: KindDescription = {
  ...coreV1beta1,
  kind: 'ComponentDefinition',
  plural: 'componentdefinitions',
  shortNames: ['comp'],
  statusSubresource: true,
  columns: [
    { name: 'WORKLOAD-KIND', type: 'string', jsonPath: '.spec.workload.definition.kind' },
    { name: 'DESCRIPTION', type: 'string', jsonPath: annotationPath(definitionDescription) },
  ],
  description: 'A type of component',
  schema: Type.Object({ spec: Type.Optional(specSchema), status: Type.Optional(definitionStatusSchema) }),
};
