/**
 * From what is seen to what is to be done. No I/O: `lateen diff`, admission and the simulator call it too.
 */
import type { Application } from '../../api/application.ts';
import type { Problem, Result } from '../../base/errors.ts';
import { failure, success } from '../../base/errors.ts';
import { hashJson } from '../../base/hash.ts';
import type { JsonObject } from '../../base/json.ts';
import type { DefinitionSource } from '../../definitions/definition.ts';
import { type DueResource, type Plan, type PlanInput, planDelivery } from '../../plan/plan.ts';
import { type Policies, readPolicies, subjectOfResource } from '../../policies/index.ts';
import { advance } from '../../workflow/machine.ts';
import type { MachineInput, MachineOutput } from '../../workflow/types.ts';
import { wantedEffects } from '../../workflow/wanted.ts';
import { type ClusterFacts, contradiction, type RenderedStep, type RenderInput, renderAll } from './render.ts';
import { type References, type Resolved, resolve } from './resolve.ts';
import type { CurrentRevision } from './revisions.ts';

export interface DecideInput extends Omit<PlanInput, 'due' | 'isReadOnly' | 'isShared' | 'unenforced'> {
  application: Application;
  revision: CurrentRevision;
  definitions: DefinitionSource;
  references: References;
  cluster: ClusterFacts;
  /** Wall time, ms. */
  now: number;
  maxStepRetries: number;
  /** Outputs of earlier steps of this run. */
  variables: JsonObject;
}

/** Where a pass stopped, as the condition that says so. */
export interface Stopped {
  condition: 'Parsed' | 'Policy' | 'Render';
  problem: Problem;
}

export interface Decision {
  revision: CurrentRevision;
  plan: Plan;
  /** Absent when the spec cannot be worked with: then the plan holds repairs only. */
  delivery: Delivery | undefined;
  stopped: Stopped | undefined;
}

export interface Delivery {
  resolved: Resolved;
  machine: MachineInput;
  advanced: MachineOutput;
  rendered: RenderedStep[];
  warnings: string[];
}

export async function decide(input: DecideInput): Promise<Decision> {
  const delivery = await prepare(input);
  if (!delivery.ok) {
    return {
      revision: input.revision,
      plan: planDelivery({ ...input, ...rulesOf(readPolicies(input.application)), due: [] }),
      delivery: undefined,
      stopped: delivery.stopped,
    };
  }
  const due: DueResource[] = delivery.value.rendered.flatMap(({ step, resources }) => resources.map((resource) => ({ step, resource })));
  return {
    revision: input.revision,
    plan: planDelivery({ ...input, ...rulesOf(success(delivery.value.resolved.policies)), due }),
    delivery: delivery.value,
    stopped: undefined,
  };
}

/** What policies say of writing; policies that cannot be read hold nothing back. */
export function rulesOf(policies: Result<Policies>): Pick<PlanInput, 'isReadOnly' | 'isShared' | 'unenforced'> {
  return {
    isReadOnly: (resource) => policies.ok && policies.value.isReadOnly(subjectOfResource(resource)),
    isShared: (resource) => policies.ok && policies.value.isShared(subjectOfResource(resource)),
    unenforced: (resource, moment) => (policies.ok ? policies.value.applyOncePathsFor(subjectOfResource(resource), moment) : []),
  };
}

type Prepared = { ok: true; value: Delivery } | { ok: false; stopped: Stopped };

async function prepare(input: DecideInput): Promise<Prepared> {
  const { application, revision, definitions, references } = input;
  const resolved = resolve(application, definitions, references);
  if (!resolved.ok) return { ok: false, stopped: { condition: 'Parsed', problem: resolved.problem } };
  const machine = machineInput(input, resolved.value);
  const render: RenderInput = { application, resolved: resolved.value, revision, definitions, cluster: input.cluster };
  // A spec that does not render as a whole changes nothing at all: the objects of the last good revision stay.
  if (machine.recorded === undefined) {
    const whole = await renderEverything(machine, render);
    if (!whole.ok) return { ok: false, stopped: { condition: 'Render', problem: whole.problem } };
  }
  const advanced = advance(machine);
  const rendered = await renderAll(advanced.due, render);
  if (!rendered.ok) return { ok: false, stopped: { condition: 'Render', problem: rendered.problem } };
  const warnings = [...new Set(rendered.value.flatMap((step) => step.warnings))];
  return { ok: true, value: { resolved: resolved.value, machine, advanced, rendered: rendered.value, warnings } };
}

/** Everything the application wants, whatever its workflow has done of it. */
export async function renderWhole(input: DecideInput): Promise<Result<Everything>> {
  const { application, revision, definitions, references, cluster } = input;
  const resolved = resolve(application, definitions, references);
  if (!resolved.ok) return resolved;
  return renderEverything(machineInput(input, resolved.value), { application, resolved: resolved.value, revision, definitions, cluster });
}

function machineInput(input: DecideInput, resolved: Resolved): MachineInput {
  const { application, revision } = input;
  const recorded = application.status?.workflow;
  return {
    workflow: resolved.workflow,
    appRevision: revision.run,
    // A run of another revision is over; this one starts from nothing (compat/behaviour.md §5.4).
    recorded: recorded?.appRevision === revision.run ? recorded : undefined,
    results: new Map(),
    variables: input.variables,
    context: contextOf(application, revision),
    now: input.now,
    stepId: (name) => hashJson([application.metadata.uid, revision.name, name], 10),
    maxRetries: input.maxStepRetries,
  };
}

/** `context` of a step's expressions: the application's, not a component's (compat/cue.md §4.3). */
export function contextOf(application: Application, revision: Pick<CurrentRevision, 'name' | 'number'>): JsonObject {
  const { name, namespace = 'default', labels = {}, annotations = {} } = application.metadata;
  return {
    name,
    namespace,
    appName: name,
    appRevision: revision.name,
    appRevisionNum: revision.number,
    appLabels: labels,
    appAnnotations: annotations,
    cluster: 'local',
  };
}

/** Everything the revision wants, rendered. */
export interface Everything {
  rendered: RenderedStep[];
  /** Steps whose objects cannot be named now: whatever they made before is kept. */
  unknownSteps: string[];
  /** Components left out because values they take are not known now: likewise. */
  incomplete: string[];
}

/**
 * Renders every delivery of the workflow, due or not. What takes values of earlier steps is left out while they are
 * not known: it may be incomplete without them.
 */
export async function renderEverything(machine: MachineInput, render: RenderInput): Promise<Result<Everything>> {
  const { effects, unknown, incomplete } = wantedEffects(machine.workflow, machine.variables, machine.context, machine.now);
  const complete = effects.map(({ step, effect }) => ({
    step,
    effect: effect.kind === 'deliver' ? { ...effect, holdBack: incomplete } : effect,
  }));
  const rendered = await renderAll(complete, render);
  if (!rendered.ok) return rendered;
  const problem = contradiction(rendered.value);
  return problem ? failure(problem) : success({ rendered: rendered.value, unknownSteps: unknown, incomplete });
}
