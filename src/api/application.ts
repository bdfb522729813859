/**
 * Application, the one object a developer writes: components with their traits, policies, and optionally a
 * workflow. The CRD has no defaults here: they would show as differences in GitOps tools and move revision hashes.
 */
import { type Static, Type } from 'typebox';
import type { ApplicationStatus } from './application-status.ts';
import { applicationStatusSchema } from './application-status.ts';
import { coreV1beta1, type KindDescription } from './kind.ts';
import type { KubeObject } from './object.ts';
import { freeObject, mapOf } from './schema.ts';
import { inputsSchema, modeSchema, outputsSchema, stepsSchema } from './workflow-steps.ts';

const traitSchema = Type.Object({
  type: Type.String({ description: 'Type of the trait: a built-in or a TraitDefinition' }),
  properties: Type.Optional(freeObject({ description: 'Parameters of the trait type' })),
});
export type ApplicationTrait = Static<typeof traitSchema>;

const componentSchema = Type.Object({
  name: Type.String({ description: 'Unique in the application' }),
  type: Type.String({ description: 'Type of the component, or type@v1 for one of its revisions' }),
  properties: Type.Optional(freeObject({ description: 'Parameters of the component type' })),
  dependsOn: Type.Optional(Type.Array(Type.String(), { description: 'Components that must be healthy before' })),
  inputs: Type.Optional(inputsSchema),
  outputs: Type.Optional(outputsSchema),
  traits: Type.Optional(Type.Array(traitSchema, { description: 'Applied in this order' })),
  externalRevision: Type.Optional(Type.String({ description: 'Kept for older applications' })),
  scopes: Type.Optional(mapOf(Type.String(), { description: 'Kept for older applications, without effect' })),
});
export type ApplicationComponent = Static<typeof componentSchema>;

const policySchema = Type.Object({
  name: Type.Optional(Type.String({ description: 'Unique in the application' })),
  type: Type.String({ description: 'Type of the policy' }),
  properties: Type.Optional(freeObject({ description: 'Parameters of the policy type' })),
});
export type ApplicationPolicy = Static<typeof policySchema>;

const workflowSchema = Type.Object(
  {
    ref: Type.Optional(Type.String({ description: 'Name of a Workflow object of the namespace, instead of steps' })),
    mode: Type.Optional(modeSchema),
    steps: Type.Optional(stepsSchema),
  },
  { description: 'How the application is delivered; components in dependency order where it is left out' },
);
export type ApplicationWorkflow = Static<typeof workflowSchema>;

const specSchema = Type.Object(
  {
    components: Type.Array(componentSchema, { description: 'What the application consists of' }),
    policies: Type.Optional(Type.Array(policySchema, { description: 'Where and how it is delivered' })),
    workflow: Type.Optional(workflowSchema),
  },
  { description: 'What is wanted' },
);
export type ApplicationSpec = Static<typeof specSchema>;

export interface Application extends KubeObject {
  apiVersion: 'core.oam.dev/v1beta1';
  kind: 'Application';
  spec: ApplicationSpec;
  status?: ApplicationStatus;
}

export const applicationKind: KindDescription = {
  ...coreV1beta1,
  kind: 'Application',
  plural: 'applications',
  shortNames: ['app', 'velaapp'],
  statusSubresource: true,
  columns: [
    { name: 'COMPONENT', type: 'string', jsonPath: '.spec.components[*].name' },
    { name: 'TYPE', type: 'string', jsonPath: '.spec.components[*].type' },
    { name: 'PHASE', type: 'string', jsonPath: '.status.status' },
    { name: 'HEALTHY', type: 'boolean', jsonPath: '.status.services[*].healthy' },
    { name: 'STATUS', type: 'string', jsonPath: '.status.services[*].message' },
    { name: 'AGE', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
  description: 'An application: components, the traits on them, and the way they are delivered',
  schema: Type.Object({ spec: Type.Optional(specSchema), status: Type.Optional(applicationStatusSchema) }),
};

export type { ApplicationServiceStatus, ApplicationStatus, ApplicationTraitStatus, AppliedResource } from './application-status.ts';
export type {
  WorkflowMode,
  WorkflowStatus,
  WorkflowStep,
  WorkflowStepStatus,
  WorkflowSubStep,
  WorkflowSubStepStatus,
} from './workflow-steps.ts';
