/** What Lateen reports of an application: KubeVela's fields, and three of our own in `appliedResources` (design.md §4, "The record"). */
import { type Static, Type } from 'typebox';
import { conditionsSchema, mapOf, objectReferenceSchema, revisionReferenceSchema, timeSchema, written } from './schema.ts';
import { workflowStatusSchema } from './workflow-steps.ts';

const traitStatusSchema = Type.Object({
  type: Type.String({ description: 'Type of the trait' }),
  healthy: Type.Boolean(),
  pending: Type.Optional(Type.Boolean({ description: 'The trait is delivered in a later stage' })),
  message: Type.Optional(Type.String()),
  details: Type.Optional(mapOf(Type.String(), { description: 'Further facts by name' })),
});
export type ApplicationTraitStatus = Static<typeof traitStatusSchema>;

const serviceSchema = Type.Object({
  name: Type.String({ description: 'Name of the component' }),
  namespace: Type.Optional(Type.String()),
  cluster: Type.Optional(Type.String()),
  env: Type.Optional(Type.String()),
  workloadDefinition: Type.Optional(
    Type.Object({ apiVersion: Type.Optional(Type.String()), kind: Type.Optional(Type.String()) }, { description: 'Kind of the workload' }),
  ),
  healthy: Type.Boolean({ description: 'The workload and every trait that is not pending are healthy' }),
  workloadHealthy: Type.Optional(Type.Boolean({ description: 'The workload alone is healthy' })),
  message: Type.Optional(Type.String()),
  details: Type.Optional(mapOf(Type.String(), { description: 'Further facts by name; assessed=false where nobody looked' })),
  traits: Type.Optional(Type.Array(traitStatusSchema)),
  scopes: Type.Optional(Type.Array(objectReferenceSchema)),
});
export type ApplicationServiceStatus = Static<typeof serviceSchema>;

const appliedResourceSchema = Type.Object({
  cluster: Type.Optional(Type.String({ description: 'Cluster the object is on; absent for the cluster of the operator' })),
  creator: Type.Optional(Type.String({ description: 'policy or workflow' })),
  apiVersion: Type.String(),
  kind: Type.String(),
  name: Type.String(),
  namespace: Type.Optional(Type.String()),
  fieldPath: Type.Optional(Type.String()),
  resourceVersion: Type.Optional(Type.String()),
  uid: Type.Optional(Type.String({ description: 'uid of the object as the API server answered it' })),
  hash: Type.Optional(Type.String({ description: 'Hash of the manifest the API server accepted last' })),
  fingerprint: Type.Optional(Type.String({ description: 'Hash of our fields in the accepted object: another one is drift' })),
});
export type AppliedResource = Static<typeof appliedResourceSchema>;

const policyStatusSchema = Type.Object({
  name: Type.String(),
  type: Type.String(),
  status: Type.Optional(Type.Unsafe<unknown>({ 'x-kubernetes-preserve-unknown-fields': true })),
});

/** Written by KubeVela 1.11 for Application-scoped policies; kept so that a hand-over loses nothing. */
const appliedPolicySchema = Type.Object({
  name: Type.String(),
  type: Type.String(),
  namespace: Type.Optional(Type.String()),
  applied: Type.Optional(Type.Boolean()),
  error: Type.Optional(Type.Boolean()),
  message: Type.Optional(Type.String()),
  source: Type.Optional(Type.String()),
  specModified: Type.Optional(Type.Boolean()),
  labelsCount: Type.Optional(Type.Integer()),
  annotationsCount: Type.Optional(Type.Integer()),
  hasContext: Type.Optional(Type.Boolean()),
  definitionRevisionName: Type.Optional(Type.String()),
  revision: Type.Optional(Type.Integer({ format: 'int64' })),
  revisionHash: Type.Optional(Type.String()),
});

export const applicationStatusSchema = written(
  Type.Object(
    {
      conditions: Type.Optional(conditionsSchema),
      observedGeneration: Type.Optional(Type.Integer({ format: 'int64', description: 'Generation this status speaks about' })),
      status: Type.Optional(Type.String({ description: 'Phase' })),
      components: Type.Optional(Type.Array(objectReferenceSchema)),
      services: Type.Optional(Type.Array(serviceSchema, { description: 'Health per component and place' })),
      workflow: Type.Optional(workflowStatusSchema),
      latestRevision: Type.Optional(revisionReferenceSchema),
      appliedResources: Type.Optional(Type.Array(appliedResourceSchema, { description: 'Objects that were delivered' })),
      policy: Type.Optional(Type.Array(policyStatusSchema)),
      workflowRestartScheduledAt: Type.Optional(timeSchema({ description: 'When the workflow starts again' })),
      appliedApplicationPolicies: Type.Optional(Type.Array(appliedPolicySchema)),
      applicationPoliciesConfigMap: Type.Optional(Type.String()),
    },
    // kstatus calls an object without any status current: until the operator has looked, the status is of no generation.
    { description: 'What was observed', default: { observedGeneration: -1 } },
  ),
);
export type ApplicationStatus = Static<typeof applicationStatusSchema>;
