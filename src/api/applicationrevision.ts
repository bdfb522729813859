/**
 * ApplicationRevision keeps what an application was: its spec with the definitions it was made from, and, once it
 * was delivered, the manifests themselves. So a rollback delivers what was, also when built-ins have changed since.
 */
import { type Static, Type } from 'typebox';
import { publishVersion } from './annotations.ts';
import type { Application } from './application.ts';
import { annotationPath, coreV1beta1, type KindDescription } from './kind.ts';
import type { KubeObject } from './object.ts';
import { compressionSchema, freeObject, mapOf, written } from './schema.ts';
import { workflowStatusSchema } from './workflow-steps.ts';

const snapshots = (what: string) =>
  mapOf(freeObject<KubeObject>({ description: 'The whole object' }), { description: `${what} in use, by name` });

const specSchema = Type.Object(
  {
    application: Type.Optional(freeObject<Application>({ description: 'The application as it was; absent when compressed' })),
    componentDefinitions: Type.Optional(snapshots('Component definitions')),
    workloadDefinitions: Type.Optional(snapshots('Workload definitions')),
    traitDefinitions: Type.Optional(snapshots('Trait definitions')),
    policyDefinitions: Type.Optional(snapshots('Policy definitions')),
    workflowStepDefinitions: Type.Optional(snapshots('Workflow step definitions')),
    policies: Type.Optional(snapshots('Policy objects')),
    workflow: Type.Optional(freeObject<KubeObject>({ description: 'The Workflow object that was referred to' })),
    referredObjects: Type.Optional(
      Type.Array(freeObject<KubeObject>({ description: 'The whole object' }), { description: 'Objects that ref-objects components read' }),
    ),
    policyVersions: Type.Optional(mapOf(Type.String(), { description: 'Versions of Application-scoped policies' })),
    compression: Type.Optional(compressionSchema),
  },
  { description: 'What the application was made from' },
);
export type ApplicationRevisionSpec = Static<typeof specSchema>;

const statusSchema = written(
  Type.Object(
    {
      succeeded: Type.Boolean({ description: 'The workflow of this revision ended well' }),
      workflow: Type.Optional(workflowStatusSchema),
      workflowContext: Type.Optional(mapOf(Type.String(), { description: 'Values the workflow kept between steps' })),
      rendered: Type.Optional(compressionSchema),
    },
    { description: 'What became of the revision; rendered holds the delivered manifests, compressed' },
  ),
);
export type ApplicationRevisionStatus = Static<typeof statusSchema>;

export interface ApplicationRevision extends KubeObject {
  apiVersion: 'core.oam.dev/v1beta1';
  kind: 'ApplicationRevision';
  spec: ApplicationRevisionSpec;
  status?: ApplicationRevisionStatus;
}

export const applicationRevisionKind: KindDescription = {
  ...coreV1beta1,
  kind: 'ApplicationRevision',
  plural: 'applicationrevisions',
  shortNames: ['apprev'],
  statusSubresource: true,
  columns: [
    { name: 'AGE', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    { name: 'PUBLISH_VERSION', type: 'string', jsonPath: annotationPath(publishVersion) },
    { name: 'SUCCEEDED', type: 'string', jsonPath: '.status.succeeded' },
  ],
  description: 'A revision of an application, never changed once it was made',
  schema: Type.Object({ spec: Type.Optional(specSchema), status: Type.Optional(statusSchema) }),
};
