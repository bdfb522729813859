/** WorkflowRun: a workflow run by itself, without an application. */
import { type Static, Type } from 'typebox';
import type { JsonObject } from '../base/json.ts';
import { coreV1alpha1, type KindDescription } from './kind.ts';
import type { KubeObject } from './object.ts';
import { conditionsSchema, freeObject, written } from './schema.ts';
import { modeSchema, runStatusFields, stepsSchema } from './workflow-steps.ts';

const specSchema = Type.Object({
  mode: Type.Optional(modeSchema),
  workflowSpec: Type.Optional(Type.Object({ mode: Type.Optional(modeSchema), steps: Type.Optional(stepsSchema) })),
  workflowRef: Type.Optional(Type.String({ description: 'Name of a Workflow object of the namespace, instead of workflowSpec' })),
  context: Type.Optional(freeObject<JsonObject>({ description: 'Values the steps see under context' })),
});
export type WorkflowRunSpec = Static<typeof specSchema>;

const statusSchema = written(
  Type.Object({
    conditions: Type.Optional(conditionsSchema),
    observedGeneration: Type.Optional(Type.Integer({ format: 'int64', description: 'Generation this status speaks about' })),
    mode: Type.Optional(modeSchema),
    ...runStatusFields,
  }),
);
export type WorkflowRunStatus = Static<typeof statusSchema>;

export interface WorkflowRun extends KubeObject {
  apiVersion: 'core.oam.dev/v1alpha1';
  kind: 'WorkflowRun';
  spec: WorkflowRunSpec;
  status?: WorkflowRunStatus;
}

export const workflowRunKind: KindDescription = {
  ...coreV1alpha1,
  kind: 'WorkflowRun',
  plural: 'workflowruns',
  shortNames: ['wr'],
  statusSubresource: true,
  columns: [
    { name: 'PHASE', type: 'string', jsonPath: '.status.status' },
    { name: 'AGE', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
  description: 'One run of a workflow, without an application',
  schema: Type.Object({ spec: Type.Optional(specSchema), status: Type.Optional(statusSchema) }),
};
