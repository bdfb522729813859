/**
 * The vocabulary of the workflow machine. The machine is one pure function, `advance`: (steps, recorded state,
 * results, time) → (next state, effects that are due). Effects are data; the controller interprets them, and
 * what became of them comes back as results, in the same pass and in every later one.
 */

import type { WorkflowStatus, WorkflowStep, WorkflowSubStep } from '../api/application.ts';
import type { KubeObject, Manifest, ObjectRef } from '../api/object.ts';
import type { Problem } from '../base/errors.ts';
import type { JsonObject } from '../base/json.ts';
import type { Verdict } from '../health/verdict.ts';

/** What a step wants done. One step asks for one effect at a time. */
export type Effect =
  /** Render and deliver components. `policies` are names of topology, override and replication policies, in order. */
  | {
      kind: 'deliver';
      components: readonly string[] | 'all';
      policies: readonly string[];
      cluster?: string;
      namespace?: string;
      parallelism?: number;
      /** Components that must wait: what they depend on is not healthy yet, or a value they take is not there yet. */
      holdBack?: readonly string[];
      /** Values of inputs by component: parameter path → value. */
      componentInputs?: Record<string, { parameterKey: string; value: unknown }[]>;
    }
  /** Deliver one object that a step made; it is recorded as the application's. */
  | { kind: 'apply-object'; manifest: Manifest; cluster: string }
  /** Read one object; a point watch wakes the application when it changes. */
  | { kind: 'read-object'; ref: ObjectRef; cluster: string };

/** What became of a step's effect, as far as can be seen now. Absent: not carried out yet (or not known any more). */
export type EffectResult =
  /** Everything was accepted by the API server; `verdict` is the worst verdict of what holds. */
  | {
      state: 'delivered';
      verdict: Verdict;
      live: readonly DeliveredComponent[];
      /** Components that were rendered for it, those that make no object included. */
      components?: readonly string[];
    }
  /** Carried out in part or refused; the same effect is due again. */
  | { state: 'refused'; problem: Problem }
  | { state: 'read'; object: KubeObject | undefined };

/** The live objects of one delivered component at one place, for outputs (`output.status…`). */
export interface DeliveredComponent {
  component: string;
  cluster: string;
  namespace: string;
  output?: KubeObject;
  outputs: Record<string, KubeObject>;
  /** Worst verdict of what holds among these objects; where it is absent the verdict of the whole result counts. */
  verdict?: Verdict;
}

/** A sub-step whose name is filled. */
export interface ResolvedSubStep extends WorkflowSubStep {
  name: string;
}

/** A step whose name is filled, as those of its sub-steps. */
export interface ResolvedStep extends WorkflowStep {
  name: string;
  subSteps?: ResolvedSubStep[];
}

/** What a component says about order and data; a step that delivers several components keeps to it. */
export interface ComponentFlow {
  name: string;
  dependsOn: readonly string[];
  inputs: readonly { from: string; parameterKey?: string }[];
  outputs: readonly { name: string; valueFrom: string }[];
}

export interface ResolvedWorkflow {
  mode: { steps: 'DAG' | 'StepByStep'; subSteps: 'DAG' | 'StepByStep' };
  steps: readonly ResolvedStep[];
  /** True for the workflow made when the application names none. */
  generated: boolean;
  /** All components of the application, in its order. */
  components: readonly ComponentFlow[];
  /** By name of a deploy step: the components of the application it delivers, as far as override policies choose. */
  deployed: Readonly<Record<string, readonly string[]>>;
}

export interface MachineInput {
  workflow: ResolvedWorkflow;
  /** Revision name, or the publishVersion: a recorded state of another one is not continued. */
  appRevision: string;
  recorded: WorkflowStatus | undefined;
  /** By step name (sub-steps too; names are unique within a workflow). */
  results: ReadonlyMap<string, EffectResult>;
  /** Outputs of earlier steps, by output name. */
  variables: JsonObject;
  /** `context` of expressions (compat/cue.md §4.3, column workflow step). */
  context: JsonObject;
  /** Wall time, ms since the epoch. */
  now: number;
  /** Stable ids (decisions.md 10): from application uid, revision and step name. */
  stepId(name: string): string;
  /** Maximum tries of a step whose effect is refused (KubeVela: 10). */
  maxRetries: number;
}

export interface DueEffect {
  /** Name of the step that asks. */
  step: string;
  effect: Effect;
}

export interface MachineOutput {
  status: WorkflowStatus;
  due: DueEffect[];
  /** All variables, those of before included. */
  variables: JsonObject;
  /** When the machine wants to be called again though nothing changed (timeout, duration, back-off); ms since the epoch. */
  wakeAt?: number;
  /** What is waited for, for the `Stalled` and `Reconciling` conditions; empty when finished. */
  waitingFor: { step: string; message: string }[];
}
