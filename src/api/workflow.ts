/** Workflow: steps kept apart from the applications that use them by `workflow.ref`. It has no spec: mode and steps stand at the top. */
import { type Static, Type } from 'typebox';
import { coreV1alpha1, type KindDescription } from './kind.ts';
import type { KubeObject } from './object.ts';
import { modeSchema, stepsSchema } from './workflow-steps.ts';

const schema = Type.Object({ mode: Type.Optional(modeSchema), steps: Type.Optional(stepsSchema) });

export interface Workflow extends KubeObject {
  apiVersion: 'core.oam.dev/v1alpha1';
  kind: 'Workflow';
  mode?: Static<typeof schema>['mode'];
  steps?: Static<typeof schema>['steps'];
}

export const workflowKind: KindDescription = {
  ...coreV1alpha1,
  kind: 'Workflow',
  plural: 'workflows',
  shortNames: [],
  statusSubresource: false,
  columns: [],
  description: 'A workflow that applications of the namespace can refer to',
  schema,
};
