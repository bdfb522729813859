/** Workflow steps and the record of their run: the same in Application, Workflow, WorkflowRun and ApplicationRevision. */
import { type Static, Type } from 'typebox';
import { freeObject, objectReferenceSchema, timeSchema, written } from './schema.ts';

export const inputsSchema = Type.Array(
  Type.Object({
    from: Type.String({ description: 'Name of the output that is read' }),
    parameterKey: Type.Optional(Type.String({ description: 'Path in the properties that takes the value' })),
  }),
  { description: 'Values taken from outputs of earlier steps' },
);

export const outputsSchema = Type.Array(
  Type.Object({
    name: Type.String({ description: 'Name under which the value is offered' }),
    valueFrom: Type.String({ description: 'Expression that gives the value' }),
  }),
  { description: 'Values offered to later steps' },
);

/** Sub-step order of a group; the order of the steps themselves stands in `workflow.mode`. */
const modeField = Type.String({ description: 'StepByStep or DAG' });

const stepFields = {
  name: Type.Optional(Type.String({ description: 'Unique in the workflow; step-<index> where it is left out' })),
  type: Type.String({ description: 'Type of the step: a built-in or a WorkflowStepDefinition' }),
  if: Type.Optional(Type.String({ description: 'Expression, or always: whether the step runs' })),
  timeout: Type.Optional(Type.String({ description: 'Duration such as 10m after which the step fails' })),
  meta: Type.Optional(Type.Object({ alias: Type.Optional(Type.String()) }, { description: 'For display' })),
  dependsOn: Type.Optional(Type.Array(Type.String(), { description: 'Steps that must be done before' })),
  inputs: Type.Optional(inputsSchema),
  outputs: Type.Optional(outputsSchema),
  properties: Type.Optional(freeObject({ description: 'Parameters of the step type' })),
};

export const subStepSchema = Type.Object(stepFields);
export type WorkflowSubStep = Static<typeof subStepSchema>;

export const stepSchema = Type.Object({
  ...stepFields,
  mode: Type.Optional(modeField),
  subSteps: Type.Optional(Type.Array(subStepSchema, { description: 'Steps of a step-group' })),
});
export type WorkflowStep = Static<typeof stepSchema>;

export const stepsSchema = Type.Array(stepSchema, { description: 'Steps in order' });

export const modeSchema = Type.Object(
  {
    steps: Type.Optional(modeField),
    subSteps: Type.Optional(modeField),
  },
  { description: 'How steps follow each other: StepByStep or DAG' },
);
export type WorkflowMode = Static<typeof modeSchema>;

const stepStatusFields = {
  id: Type.String({ description: 'Stable within one run' }),
  name: Type.String(),
  type: Type.String(),
  phase: Type.String({ description: 'pending, running, suspending, succeeded, failed or skipped' }),
  message: Type.Optional(Type.String()),
  reason: Type.Optional(Type.String({ description: 'Why the step is in its phase' })),
  firstExecuteTime: Type.Optional(timeSchema({ description: 'When the step first ran' })),
  lastExecuteTime: Type.Optional(timeSchema({ description: 'When the step last ran' })),
  retries: Type.Optional(Type.Integer({ description: 'Failed attempts so far, for the back-off' })),
  nextRetryTime: Type.Optional(timeSchema({ description: 'No attempt before this time' })),
  resumeTime: Type.Optional(timeSchema({ description: 'When a suspended step goes on by itself' })),
  healthyComponents: Type.Optional(
    Type.Array(Type.String(), { description: 'Components of a deploy step that were healthy once: what depends on them goes on' }),
  ),
};

const subStepStatusSchema = Type.Object(stepStatusFields);
export type WorkflowSubStepStatus = Static<typeof subStepStatusSchema>;

const stepStatusSchema = Type.Object({
  ...stepStatusFields,
  subSteps: Type.Optional(Type.Array(subStepStatusSchema)),
});
export type WorkflowStepStatus = Static<typeof stepStatusSchema>;

/** What Application.status.workflow and WorkflowRun.status both say of a run. */
export const runStatusFields = {
  status: Type.Optional(Type.String({ description: 'initializing, executing, suspending, terminated, failed, succeeded or skipped' })),
  message: Type.Optional(Type.String()),
  suspend: Type.Boolean({ description: 'The run is held' }),
  suspendState: Type.Optional(Type.String()),
  terminated: Type.Boolean({ description: 'The run was ended before its end' }),
  finished: Type.Boolean({ description: 'Nothing more will run' }),
  contextBackend: Type.Optional(objectReferenceSchema),
  startTime: Type.Optional(timeSchema({ description: 'When the run began' })),
  endTime: Type.Optional(timeSchema({ description: 'When the run ended' })),
  steps: Type.Optional(Type.Array(stepStatusSchema)),
};

export const workflowStatusSchema = written(
  Type.Object(
    {
      appRevision: Type.Optional(Type.String({ description: 'Revision, or publishVersion, this run delivers' })),
      mode: Type.Optional(Type.String({ description: 'Order of steps and sub-steps, such as StepByStep-DAG' })),
      ...runStatusFields,
    },
    { description: 'The run of the workflow' },
  ),
);
/** The record of a run, also under ApplicationRevision.status. */
export type WorkflowStatus = Static<typeof workflowStatusSchema>;
