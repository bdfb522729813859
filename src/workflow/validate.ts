/**
 * What can be wrong with an application's workflow before anything runs. Every problem is found, not the first only;
 * the messages name the step or component, what was got and the nearest right spelling.
 */
import type { Application } from '../api/application.ts';
import { invalid, type Problem } from '../base/errors.ts';
import { didYouMean } from '../base/spelling.ts';
import { circleOfComponents, circleOfSteps } from './circles.ts';
import { conditionProblems } from './condition-check.ts';
import { parseDuration } from './durations.ts';
import { parse, unknownFunctions } from './expressions/index.ts';
import { componentOf } from './resolve.ts';
import { behaviourOf, knownStepTypes, runnableStepTypes } from './steps/index.ts';
import type { ResolvedStep, ResolvedSubStep, ResolvedWorkflow } from './types.ts';

export interface WorkflowSurroundings {
  /** Names of Policy objects of the application's namespace, which `deploy` may name too. */
  externalPolicies?: Iterable<string>;
  /** Whether a step type that is not built in has a definition; such a step is refused as one that cannot run. */
  hasStepDefinition?(type: string): boolean;
}

/** All problems of an application's components, their order and the workflow, each Invalid with the path in the Application. */
export function validateWorkflow(application: Application, workflow: ResolvedWorkflow, surroundings: WorkflowSurroundings = {}): Problem[] {
  return [
    ...componentProblems(application),
    ...modeProblems(application),
    ...stepNameProblems(workflow),
    ...placesOf(workflow).flatMap((place) => stepProblems(application, workflow, surroundings, place)),
    ...circles(application, workflow),
    ...componentInputProblems(workflow),
  ];
}

interface Place {
  step: ResolvedStep | ResolvedSubStep;
  path: string;
  inGroup: boolean;
}

/** Every step with its path; steps of a generated workflow stand for their component. */
function placesOf(workflow: ResolvedWorkflow): Place[] {
  return workflow.steps.flatMap((step, index) => {
    const path = workflow.generated ? `spec.components[${index}]` : `spec.workflow.steps[${index}]`;
    const subSteps = (step.subSteps ?? []).map((sub, at) => ({ step: sub, path: `${path}.subSteps[${at}]`, inGroup: true }));
    return [{ step, path, inGroup: false }, ...subSteps];
  });
}

function componentProblems(application: Application): Problem[] {
  const { components } = application.spec;
  if (components.length === 0) return [invalid('NoComponents', 'the application has no components', 'spec.components')];
  const names = components.map((component) => component.name);
  const problems: Problem[] = [];
  for (const [index, component] of components.entries()) {
    const path = `spec.components[${index}]`;
    if (names.indexOf(component.name) < index && names.lastIndexOf(component.name) === index) {
      const message = `component name "${component.name}" is used twice; names must be unique within the application`;
      problems.push(invalid('DuplicateName', message, `${path}.name`));
    }
    for (const [at, name] of (component.dependsOn ?? []).entries()) {
      if (names.includes(name)) continue;
      const message = `component "${component.name}" depends on "${name}", which is not a component of this application${didYouMean(name, names)}`;
      problems.push(invalid('UnknownDependency', message, `${path}.dependsOn[${at}]`));
    }
    for (const [at, output] of (component.outputs ?? []).entries()) {
      const message = expressionProblem(output.valueFrom);
      if (message === undefined) continue;
      const text = `component "${component.name}": output "${output.name}": ${message}: ${output.valueFrom}`;
      problems.push(invalid('InvalidExpression', text, `${path}.outputs[${at}].valueFrom`));
    }
  }
  return problems;
}

const modes = ['DAG', 'StepByStep'];

function modeProblems(application: Application): Problem[] {
  const { mode = {}, steps = [] } = application.spec.workflow ?? {};
  const given: [string, string | undefined, string][] = [
    ['workflow', mode.steps, 'spec.workflow.mode.steps'],
    ['workflow sub-step', mode.subSteps, 'spec.workflow.mode.subSteps'],
    ...steps.map((step, index): [string, string | undefined, string] => [
      `step "${step.name ?? `step-${index}`}":`,
      step.mode,
      `spec.workflow.steps[${index}].mode`,
    ]),
  ];
  return given.flatMap(([subject, value, path]) => {
    if (value === undefined || value === '' || modes.includes(value)) return [];
    return [invalid('UnknownValue', `${subject} mode must be one of ${modes.join(', ')}, got "${value}"${didYouMean(value, modes)}`, path)];
  });
}

function expressionProblem(text: string): string | undefined {
  const parsed = parse(text);
  if (parsed.ok) {
    const [name] = unknownFunctions(parsed.expression);
    return name === undefined ? undefined : `expression is not supported: the function ${name}`;
  }
  return parsed.kind === 'unsupported' ? `expression is not supported: ${parsed.message}` : `expression does not parse: ${parsed.message}`;
}

function stepNameProblems(workflow: ResolvedWorkflow): Problem[] {
  const seen = new Map<string, number>();
  return placesOf(workflow).flatMap(({ step, path }) => {
    const count = (seen.get(step.name) ?? 0) + 1;
    seen.set(step.name, count);
    // A generated workflow repeats the names of components, which are reported as such.
    if (count !== 2 || workflow.generated) return [];
    return [invalid('DuplicateName', `step name "${step.name}" is used twice; names must be unique within the workflow`, `${path}.name`)];
  });
}

function stepProblems(application: Application, workflow: ResolvedWorkflow, surroundings: WorkflowSurroundings, place: Place): Problem[] {
  const { step, path } = place;
  const names = placesOf(workflow).map((other) => other.step.name);
  const problems: Problem[] = [...typeProblems(surroundings, place), ...referenceProblems(application, surroundings, place)];
  const timeout = step.timeout ?? '';
  if (timeout !== '' && parseDuration(timeout) === undefined) {
    problems.push(invalid('InvalidDuration', `step "${step.name}": timeout "${timeout}" is not a duration such as 5m`, `${path}.timeout`));
  }
  if (!workflow.generated) {
    for (const [at, name] of (step.dependsOn ?? []).entries()) {
      if (names.includes(name)) continue;
      const message = `step "${step.name}" depends on "${name}", which is not a step of this workflow${didYouMean(name, names)}`;
      problems.push(invalid('UnknownDependency', message, `${path}.dependsOn[${at}]`));
    }
    problems.push(...inputProblems(workflow, place), ...outputProblems(workflow, place));
  }
  const condition = step.if ?? '';
  if (condition !== '' && condition !== 'always') {
    for (const message of conditionProblems(condition, step, names)) {
      problems.push(invalid('InvalidCondition', `step "${step.name}": ${message}`, `${path}.if`));
    }
  }
  return problems;
}

function typeProblems(surroundings: WorkflowSurroundings, { step, path, inGroup }: Place): Problem[] {
  const at = `${path}.type`;
  if (step.type === 'step-group') {
    return inGroup ? [invalid('NestedGroup', `step "${step.name}": a step-group cannot stand inside a step-group`, at)] : [];
  }
  const behaviour = behaviourOf(step.type);
  if (behaviour !== undefined) {
    const problems = behaviour.check(step);
    return problems.map((problem) =>
      problem.kind === 'Invalid' ? { ...problem, path: `${path}.${problem.path ?? 'properties'}` } : problem,
    );
  }
  if (knownStepTypes.includes(step.type) || surroundings.hasStepDefinition?.(step.type) === true) {
    return [invalid('StepTypeCannotRun', `step "${step.name}": steps of type "${step.type}" cannot run yet`, at)];
  }
  const hint = didYouMean(step.type, [...runnableStepTypes, ...knownStepTypes]);
  return [invalid('UnknownType', `step "${step.name}": there is no workflow step definition "${step.type}"${hint}`, at)];
}

/** Components and policies that a step names. */
function referenceProblems(application: Application, surroundings: WorkflowSurroundings, { step, path }: Place): Problem[] {
  const { components, policies = [] } = application.spec;
  const names = components.map((one) => one.name);
  const component = componentOf(step);
  if (component !== undefined && !names.includes(component)) {
    const message = `step "${step.name}": component "${component}" is not a component of this application${didYouMean(component, names)}`;
    return [invalid('UnknownComponent', message, `${path}.properties.component`)];
  }
  const named = step.type === 'deploy' ? step.properties?.policies : undefined;
  if (!Array.isArray(named)) return [];
  const known = [...policies.flatMap((policy) => policy.name ?? []), ...(surroundings.externalPolicies ?? [])];
  return named.flatMap((policy, index) => {
    if (typeof policy !== 'string' || known.includes(policy)) return [];
    const hint = didYouMean(policy, known);
    const message = `step "${step.name}": policy "${policy}" is neither in this application nor a Policy object of this namespace${hint}`;
    return [invalid('UnknownPolicy', message, `${path}.properties.policies[${index}]`)];
  });
}

/** Names of everything that is offered as an output: by a step, or by a component that a deploy step delivers. */
function offered(workflow: ResolvedWorkflow): string[] {
  const bySteps = placesOf(workflow).flatMap(({ step }) => (step.outputs ?? []).map((output) => output.name));
  return [...bySteps, ...workflow.components.flatMap((component) => component.outputs.map((output) => output.name))];
}

function isOffered(from: string, names: readonly string[]): boolean {
  return names.includes(from) || names.includes(from.split('.')[0] ?? '') || from.startsWith('context.');
}

function inputProblems(workflow: ResolvedWorkflow, { step, path }: Place): Problem[] {
  const names = offered(workflow);
  const component = workflow.components.find((one) => one.name === componentOf(step));
  return (step.inputs ?? []).flatMap(({ from }, at) => {
    // Inputs that came from the component are reported for it.
    if (isOffered(from, names) || component?.inputs.some((input) => input.from === from) === true) return [];
    const message = `step "${step.name}": input "${from}" is not produced by any component or step${didYouMean(from, names)}`;
    return [invalid('UnknownInput', message, `${path}.inputs[${at}].from`)];
  });
}

function componentInputProblems(workflow: ResolvedWorkflow): Problem[] {
  const names = offered(workflow);
  return workflow.components.flatMap((component, index) =>
    component.inputs.flatMap(({ from }, at) => {
      if (isOffered(from, names)) return [];
      const message = `component "${component.name}": input "${from}" is not produced by any component or step${didYouMean(from, names)}`;
      return [invalid('UnknownInput', message, `spec.components[${index}].inputs[${at}].from`)];
    }),
  );
}

function outputProblems(workflow: ResolvedWorkflow, { step, path }: Place): Problem[] {
  const component = workflow.components.find((one) => one.name === componentOf(step));
  return (step.outputs ?? []).flatMap(({ name, valueFrom }, at) => {
    const message = expressionProblem(valueFrom);
    if (message === undefined || component?.outputs.some((output) => output.name === name) === true) return [];
    return [
      invalid('InvalidExpression', `step "${step.name}": output "${name}": ${message}: ${valueFrom}`, `${path}.outputs[${at}].valueFrom`),
    ];
  });
}

function circles(application: Application, workflow: ResolvedWorkflow): Problem[] {
  const components = circleOfComponents(application.spec.components);
  if (components !== undefined) {
    return [invalid('Circle', `components ${enumerate(components)} depend on each other in a circle`, 'spec.components')];
  }
  if (workflow.generated) return [];
  const steps = circleOfSteps(workflow);
  return steps === undefined ? [] : [invalid('Circle', circleMessage(steps), 'spec.workflow.steps')];
}

function circleMessage(steps: string[]): string {
  return steps.length === 1 ? `step ${enumerate(steps)} depends on itself` : `steps ${enumerate(steps)} wait for each other in a circle`;
}

/** `"a", "b" and "c"`. */
function enumerate(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  return quoted.length < 2 ? (quoted[0] ?? '') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1) ?? ''}`;
}
