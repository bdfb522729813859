/**
 * How a definition is written in TypeScript: a schema, a function from parameters to objects or patches, and
 * where it helps a sentence for the status. The built-ins are written with it as a platform team would.
 */
import type { Static, TSchema } from 'typebox';
import { ProblemError, type Result, success } from '../../base/errors.ts';
import type { JsonObject } from '../../base/json.ts';
import type { Verdict } from '../../health/verdict.ts';
import type {
  ComponentDefinition,
  ComponentObjects,
  LiveObjects,
  PolicyDefinition,
  RenderContext,
  RenderedComponent,
  RenderedTrait,
  TraitDefinition,
  WorkflowStepDefinition,
} from '../definition.ts';
import { parameterParser, publishedSchema } from './parameters.ts';

interface Spec<P extends TSchema> {
  name: string;
  description: string;
  parameter: P;
  deprecated?: boolean;
  hidden?: boolean;
}

interface Assessed<P extends TSchema> {
  /** Own health rule; without it the rules by kind decide. */
  health?: (live: LiveObjects, parameter: Static<P>) => Verdict | undefined;
  /** Text for the status. */
  message?: (live: LiveObjects, parameter: Static<P>) => string | undefined;
}

interface ComponentSpec<P extends TSchema> extends Spec<P>, Assessed<P> {
  workload: { apiVersion: string; kind: string } | 'autodetect';
  render: (input: { parameter: Static<P>; context: RenderContext }) => RenderedComponent;
}

interface TraitSpec<P extends TSchema> extends Spec<P>, Assessed<P> {
  /** Kinds as `deployments.apps`; left out for all. */
  appliesTo?: readonly string[];
  conflictsWith?: readonly string[];
  podDisruptive?: boolean;
  stage?: TraitDefinition['stage'];
  render: (input: { parameter: Static<P>; context: RenderContext; objects: ComponentObjects }) => RenderedTrait;
}

/** A component type: parameters in, a workload and what stands beside it out. */
export function defineComponent<P extends TSchema>(spec: ComponentSpec<P>): ComponentDefinition {
  return {
    ...described(spec, 'component'),
    ...assessed(spec),
    workload: spec.workload,
    render: async ({ parameter, context }) => attempt(() => spec.render({ parameter: typed(parameter, spec.parameter), context })),
  };
}

/** A trait: parameters and the component's objects in, patches and further objects out. */
export function defineTrait<P extends TSchema>(spec: TraitSpec<P>): TraitDefinition {
  return {
    ...described(spec, 'trait'),
    ...assessed(spec),
    appliesTo: spec.appliesTo ?? ['*'],
    conflictsWith: spec.conflictsWith ?? [],
    podDisruptive: spec.podDisruptive ?? false,
    stage: spec.stage ?? 'DefaultDispatch',
    render: async ({ parameter, context, objects }) =>
      attempt(() => spec.render({ parameter: typed(parameter, spec.parameter), context, objects })),
  };
}

/**
 * A policy: the engine acts on it, the definition says what may be written. As in KubeVela unknown fields and absent
 * properties are errors: a policy that silently does nothing is worse than one that is refused.
 */
export function definePolicy<P extends TSchema>(spec: Spec<P>): PolicyDefinition {
  return described(spec, 'policy', { wording: 'field', closed: true, propertiesRequired: true });
}

/** A workflow step type: its effects live in src/workflow/steps, the definition says what may be written. */
export function defineStep<P extends TSchema>(spec: Spec<P>): WorkflowStepDefinition {
  return described(spec, 'workflow-step');
}

function described<P extends TSchema, K extends string>(spec: Spec<P>, kind: K, rules: Parameters<typeof parameterParser>[1] = {}) {
  const parameter = publishedSchema(spec.parameter);
  return {
    kind,
    name: spec.name,
    description: spec.description,
    parameter,
    ...(spec.deprecated ? { deprecated: true } : {}),
    ...(spec.hidden ? { hidden: true } : {}),
    parse: parameterParser(parameter, rules),
  };
}

function assessed<P extends TSchema>(spec: Assessed<P> & Spec<P>) {
  const { health, message, parameter: schema } = spec;
  return {
    ...(health && { health: async (live: LiveObjects, parameter: JsonObject) => health(live, typed(parameter, schema)) }),
    ...(message && { message: async (live: LiveObjects, parameter: JsonObject) => message(live, typed(parameter, schema)) }),
  };
}

/** The schema border: `parse` has checked the parameter against this very schema. */
function typed<P extends TSchema>(parameter: JsonObject, _schema: P): Static<P> {
  return parameter as Static<P>;
}

/** Renders are somebody else's functions: what they throw on purpose becomes a value, a bug stays an exception. */
function attempt<T>(work: () => T): Result<T> {
  try {
    return success(work());
  } catch (error) {
    if (error instanceof ProblemError) return { ok: false, problem: error.problem };
    throw error;
  }
}
