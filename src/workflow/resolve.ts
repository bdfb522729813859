/**
 * From an Application to the steps that deliver it. Where the application writes no workflow one is made
 * (compat/behaviour.md §5.5); either way names are filled and what components say about order and data
 * (`dependsOn`, `inputs`, `outputs`) stands on the steps that deliver them, so that the machine sees steps only.
 */
import type { Application, ApplicationComponent, WorkflowMode, WorkflowStep, WorkflowSubStep } from '../api/application.ts';
import { failure, type Result, success } from '../base/errors.ts';
import type { ComponentFlow, ResolvedStep, ResolvedSubStep, ResolvedWorkflow } from './types.ts';

/** A Workflow object (core.oam.dev/v1alpha1) as far as an Application that names it by `workflow.ref` needs it. */
export interface ExternalWorkflow {
  mode?: WorkflowMode;
  steps?: readonly WorkflowStep[];
}

/**
 * The workflow of an application, its own, the referred or the generated one.
 * Errors: Waiting while the Workflow object that `workflow.ref` names does not exist. Nothing else is checked here
 * (see validate.ts).
 */
export function resolveWorkflow(application: Application, externalWorkflow?: ExternalWorkflow): Result<ResolvedWorkflow> {
  const { workflow, components } = application.spec;
  const flows = components.map(flowOf);
  if (workflow?.ref !== undefined && workflow.ref !== '') {
    if (externalWorkflow === undefined) return failure(missingWorkflow(application, workflow.ref));
    const { steps = [], mode = workflow.mode } = externalWorkflow;
    return success(explicitWorkflow(application, steps, mode, flows));
  }
  if (workflow?.steps !== undefined && workflow.steps.length > 0) {
    return success(explicitWorkflow(application, workflow.steps, workflow.mode, flows));
  }
  const steps = generatedSteps(application);
  return success({
    mode: { steps: 'DAG', subSteps: 'DAG' },
    steps,
    generated: true,
    components: flows,
    deployed: deployedBy(application, steps),
  });
}

function missingWorkflow(application: Application, name: string) {
  return {
    kind: 'Waiting',
    code: 'WorkflowNotFound',
    message: `workflow "${name}" does not exist in this namespace`,
    on: { apiVersion: 'core.oam.dev/v1alpha1', kind: 'Workflow', namespace: application.metadata.namespace ?? 'default', name },
  } as const;
}

function flowOf(component: ApplicationComponent): ComponentFlow {
  return {
    name: component.name,
    dependsOn: component.dependsOn ?? [],
    inputs: component.inputs ?? [],
    outputs: component.outputs ?? [],
  };
}

/** One `deploy` per topology policy, else one where overrides or ref-objects need it, else a step per component. */
function generatedSteps(application: Application): ResolvedStep[] {
  const { components, policies = [] } = application.spec;
  const named = (type: string): string[] => policies.flatMap((policy) => (policy.type === type && policy.name ? [policy.name] : []));
  const overrides = named('override');
  const topologies = named('topology');
  if (topologies.length > 0) {
    return topologies.map((topology) => ({
      name: `deploy-${topology}`,
      type: 'deploy',
      properties: { policies: [...overrides, topology] },
    }));
  }
  if (overrides.length > 0 || components.some((component) => component.type === 'ref-objects')) {
    return [{ name: 'deploy', type: 'deploy', properties: { policies: overrides } }];
  }
  return components.map((component) => ({
    name: component.name,
    type: 'apply-component',
    properties: { component: component.name },
    ...(component.dependsOn === undefined ? {} : { dependsOn: component.dependsOn }),
    ...(component.inputs === undefined ? {} : { inputs: component.inputs }),
    ...(component.outputs === undefined ? {} : { outputs: component.outputs }),
  }));
}

function explicitWorkflow(
  application: Application,
  steps: readonly WorkflowStep[],
  mode: WorkflowMode | undefined,
  flows: ComponentFlow[],
): ResolvedWorkflow {
  const named = steps.map(nameStep);
  return {
    mode: { steps: modeOf(mode?.steps, 'StepByStep'), subSteps: modeOf(mode?.subSteps, 'DAG') },
    steps: mergeComponents(named, application.spec.components, modeOf(mode?.steps, 'StepByStep'), modeOf(mode?.subSteps, 'DAG')),
    generated: false,
    components: flows,
    deployed: deployedBy(application, named),
  };
}

/** Which components each deploy step delivers: those that the selectors of its override policies leave. */
function deployedBy(application: Application, steps: readonly ResolvedStep[]): Record<string, string[]> {
  const { components, policies = [] } = application.spec;
  const deployed: Record<string, string[]> = {};
  for (const step of steps.flatMap((one): ResolvedSubStep[] => [one, ...(one.subSteps ?? [])])) {
    if (step.type !== 'deploy') continue;
    const names = Array.isArray(step.properties?.policies) ? step.properties.policies : [];
    const selectors = names.flatMap((name) => {
      const policy = policies.find((one) => one.type === 'override' && one.name === name);
      const selector = policy?.properties?.selector;
      return Array.isArray(selector) && selector.length > 0 ? [selector] : [];
    });
    deployed[step.name] = components.map(({ name }) => name).filter((name) => selectors.every((selector) => selector.includes(name)));
  }
  return deployed;
}

/** An absent or misspelt mode takes the default; validate.ts names the misspelt one. */
export function modeOf(mode: string | undefined, fallback: 'DAG' | 'StepByStep'): 'DAG' | 'StepByStep' {
  return mode === 'DAG' || mode === 'StepByStep' ? mode : fallback;
}

function nameStep(step: WorkflowStep, index: number): ResolvedStep {
  const name = step.name || `step-${index}`;
  const { subSteps, ...rest } = step;
  if (subSteps === undefined) return { ...rest, name };
  return { ...rest, name, subSteps: subSteps.map((sub, subIndex) => ({ ...sub, name: sub.name || `step-${index}-${subIndex}` })) };
}

/** The component an apply-component step delivers; undefined for other steps and malformed properties. */
export function componentOf(step: WorkflowSubStep): string | undefined {
  if (step.type !== 'apply-component' && step.type !== 'builtin-apply-component') return undefined;
  const component = step.properties?.component;
  return typeof component === 'string' ? component : undefined;
}

/** Puts dependsOn, inputs and outputs of a component on the step that delivers it. */
function mergeComponents(
  steps: ResolvedStep[],
  components: readonly ApplicationComponent[],
  mode: 'DAG' | 'StepByStep',
  subMode: 'DAG' | 'StepByStep',
): ResolvedStep[] {
  const byName = new Map(components.map((component) => [component.name, component]));
  const earlier = stepsBefore(steps, mode, subMode);
  const deliveredBy = new Map<string, string>();
  for (const step of steps) {
    for (const one of [step, ...(step.subSteps ?? [])]) {
      const component = componentOf(one);
      if (component !== undefined && !deliveredBy.has(component)) deliveredBy.set(component, one.name);
    }
  }
  const merge = <T extends ResolvedSubStep>(step: T): T => {
    const component = byName.get(componentOf(step) ?? '');
    if (component === undefined) return step;
    // A component that no apply-component step delivers is no step to wait for (a deploy step keeps that order itself);
    // and steps written one after the other win over a component that asks for the opposite order.
    const dependsOn = (component.dependsOn ?? []).flatMap((name) => {
      const other = deliveredBy.get(name);
      return other === undefined || other === step.name || !earlier(step.name, other) ? [] : [other];
    });
    return {
      ...step,
      ...joined('dependsOn', step.dependsOn, dependsOn, (a, b) => a === b),
      ...joined('inputs', step.inputs, component.inputs, (a, b) => a.from === b.from && a.parameterKey === b.parameterKey),
      ...joined('outputs', step.outputs, component.outputs, (a, b) => a.name === b.name),
    };
  };
  return steps.map((step) => {
    const merged = merge(step);
    return step.subSteps === undefined ? merged : { ...merged, subSteps: step.subSteps.map(merge) };
  });
}

function joined<K extends string, T>(key: K, own: T[] | undefined, more: T[] | undefined, same: (a: T, b: T) => boolean) {
  const all = [...(own ?? []), ...(more ?? []).filter((item) => !(own ?? []).some((other) => same(other, item)))];
  return (all.length > 0 ? { [key]: all } : {}) as { [P in K]?: T[] };
}

/** Whether a step may wait for another without going against the written order. */
function stepsBefore(steps: readonly ResolvedStep[], mode: 'DAG' | 'StepByStep', subMode: 'DAG' | 'StepByStep') {
  const position = new Map<string, { index: number; sub: number; ordered: boolean }>();
  steps.forEach((step, index) => {
    position.set(step.name, { index, sub: -1, ordered: false });
    const ordered = modeOf(step.mode, subMode) === 'StepByStep';
    step.subSteps?.forEach((sub, subIndex) => {
      position.set(sub.name, { index, sub: subIndex, ordered });
    });
  });
  return (step: string, other: string): boolean => {
    const a = position.get(step);
    const b = position.get(other);
    if (a === undefined || b === undefined) return false;
    if (a.index !== b.index) return mode === 'DAG' || b.index < a.index;
    return !a.ordered || b.sub < a.sub;
  };
}
