/**
 * ResourceTracker is the record of what an application has on its clusters, written before it is applied. Fields are
 * KubeVela's, so that either controller reads the other's; `previous`, `hash` and the page label are ours.
 */
import { type Static, Type } from 'typebox';
import { coreV1beta1, type KindDescription, labelPath } from './kind.ts';
import { appName, appNamespace } from './labels.ts';
import type { KubeObject } from './object.ts';
import { compressionSchema, freeObject, written } from './schema.ts';

const managedResourceSchema = Type.Object({
  cluster: Type.Optional(Type.String({ description: 'Cluster the object is on; absent for the cluster of the operator' })),
  creator: Type.Optional(Type.String({ description: 'policy or workflow' })),
  apiVersion: Type.String(),
  kind: Type.String(),
  name: Type.String(),
  namespace: Type.Optional(Type.String()),
  uid: Type.Optional(Type.String({ description: 'uid of the object, once it is known' })),
  resourceVersion: Type.Optional(Type.String()),
  fieldPath: Type.Optional(Type.String()),
  component: Type.Optional(Type.String({ description: 'Component the object belongs to' })),
  trait: Type.Optional(Type.String({ description: 'Trait that made it; AuxiliaryWorkload for further outputs of the component' })),
  raw: Type.Optional(freeObject<KubeObject>({ description: 'The newest manifest that was intended' })),
  previous: Type.Optional(freeObject<KubeObject>({ description: 'The manifest that was accepted last, until the newest one is answered' })),
  hash: Type.Optional(Type.String({ description: 'Hash of raw; for a Secret made by a step a keyed hash, which stands instead of raw' })),
  fingerprint: Type.Optional(Type.String({ description: 'Hash of our fields in the accepted object, where the status has no room' })),
  accepted: Type.Optional(Type.String({ description: 'Hash of the manifest that was accepted last, where the status has no room' })),
  step: Type.Optional(Type.String({ description: 'Workflow step that wrote the object' })),
  deleted: Type.Optional(Type.Boolean({ description: 'The object is no longer wanted' })),
  skipGC: Type.Optional(Type.Boolean({ description: 'The object stays when the application no longer wants it' })),
});
/** One object of the application. `name` is unique with cluster, group, kind and namespace. */
export type ManagedResource = Static<typeof managedResourceSchema>;

const specSchema = written(
  Type.Object(
    {
      type: Type.String({ description: 'root, versioned or component-revision; Lateen writes root' }),
      applicationGeneration: Type.Integer({ format: 'int64', description: 'Generation of the application at the last write' }),
      managedResources: Type.Optional(Type.Array(managedResourceSchema)),
      compression: Type.Optional(compressionSchema),
    },
    { description: 'What was dispatched; managedResources is absent when it is compressed' },
  ),
);
export type ResourceTrackerSpec = Static<typeof specSchema>;

export interface ResourceTracker extends KubeObject {
  apiVersion: 'core.oam.dev/v1beta1';
  kind: 'ResourceTracker';
  spec: ResourceTrackerSpec;
}

export const resourceTrackerKind: KindDescription = {
  ...coreV1beta1,
  scope: 'Cluster',
  kind: 'ResourceTracker',
  plural: 'resourcetrackers',
  shortNames: ['rt'],
  statusSubresource: true,
  columns: [
    { name: 'TYPE', type: 'string', jsonPath: '.spec.type' },
    { name: 'APP', type: 'string', jsonPath: labelPath(appName) },
    { name: 'APP-NS', type: 'string', jsonPath: labelPath(appNamespace) },
    { name: 'APP-GEN', type: 'integer', jsonPath: '.spec.applicationGeneration' },
  ],
  description: 'The record of the objects of one application',
  schema: Type.Object({
    spec: Type.Optional(specSchema),
    status: Type.Optional(freeObject({ description: 'Not used' })),
  }),
};
