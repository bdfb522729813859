/** Fields that the definition kinds share (compat/kinds.md §2.3). */
import { type Static, Type } from 'typebox';
import { conditionsSchema, mapOf, revisionReferenceSchema, written } from './schema.ts';

export const workloadKindSchema = Type.Object({ apiVersion: Type.String(), kind: Type.String() });

export const definitionReferenceSchema = Type.Object(
  {
    name: Type.String({ description: 'Plural and group, such as deployments.apps' }),
    version: Type.Optional(Type.String()),
  },
  { description: 'Resource the definition stands for' },
);

export const childResourceKindsSchema = Type.Array(
  Type.Object({
    apiVersion: Type.String(),
    kind: Type.String(),
    selector: Type.Optional(mapOf(Type.String(), { description: 'Labels of the children' })),
  }),
  { description: 'Kinds the workload makes by itself' },
);

const terraformSchema = Type.Object(
  {
    configuration: Type.String({ description: 'The module: its text, or where it is' }),
    type: Type.Optional(Type.String({ description: 'hcl, json or remote' })),
    path: Type.Optional(Type.String({ description: 'Folder in a remote repository' })),
    providerRef: Type.Optional(Type.Object({ name: Type.String(), namespace: Type.Optional(Type.String()) })),
    writeConnectionSecretToRef: Type.Optional(Type.Object({ name: Type.String(), namespace: Type.Optional(Type.String()) })),
    deleteResource: Type.Optional(Type.Boolean({ description: 'Destroy what was made when the component goes' })),
    customRegion: Type.Optional(Type.String()),
    gitCredentialsSecretReference: Type.Optional(
      Type.Object({ name: Type.Optional(Type.String()), namespace: Type.Optional(Type.String()) }),
    ),
  },
  { description: 'A Terraform module' },
);

/** Unknown forms are kept: a definition written for a later version must survive an earlier one. */
export const schematicSchema = Type.Object(
  {
    cue: Type.Optional(Type.Object({ template: Type.String({ description: 'The template in CUE' }) })),
    terraform: Type.Optional(terraformSchema),
  },
  { description: 'How parameters become objects', 'x-kubernetes-preserve-unknown-fields': true },
);
export type Schematic = Static<typeof schematicSchema>;

export const healthRulesSchema = Type.Object(
  {
    customStatus: Type.Optional(Type.String({ description: 'CUE that gives message' })),
    healthPolicy: Type.Optional(Type.String({ description: 'CUE that gives isHealth' })),
    details: Type.Optional(Type.String({ description: 'CUE that gives further facts' })),
  },
  { description: 'Health and message of what the definition makes' },
);
export type DefinitionHealthRules = Static<typeof healthRulesSchema>;

export const definitionStatusSchema = written(
  Type.Object({
    conditions: Type.Optional(conditionsSchema),
    configMapRef: Type.Optional(Type.String({ description: 'ConfigMap with the OpenAPI schema of the parameters' })),
    latestRevision: Type.Optional(revisionReferenceSchema),
    observedGeneration: Type.Optional(Type.Integer({ format: 'int64', description: 'Generation this status speaks about' })),
  }),
);
export type DefinitionStatus = Static<typeof definitionStatusSchema>;

export const versionField = Type.String({ description: 'Semantic version; names the revision instead of a number' });
