/**
 * The one interface behind all four forms of a definition (design.md §4, "Definitions in four forms").
 * Render and health return promises because some forms live in workers; they are still pure: the same
 * input gives the same bytes.
 */
import type { KubeObject, Manifest } from '../api/object.ts';
import type { Result } from '../base/errors.ts';
import type { JsonObject } from '../base/json.ts';
import type { Verdict } from '../health/verdict.ts';

export type DefinitionKind = 'component' | 'trait' | 'policy' | 'workflow-step';

/** What a template sees of its surroundings (compat/cue.md §4.3). */
export interface RenderContext {
  /** Component name. */
  name: string;
  appName: string;
  /** Target namespace, after placement. */
  namespace: string;
  appRevision: string;
  appRevisionNum: number;
  appLabels: Record<string, string>;
  appAnnotations: Record<string, string>;
  componentType: string;
  cluster: string;
  clusterVersion: { major: number; minor: number; gitVersion: string };
  /** Revision of the component: a hash over its type, properties and traits. */
  revision?: string;
  replicaKey?: string;
  publishVersion?: string;
  workflowName?: string;
}

/** A component's objects: the workload and what stands beside it. */
export interface RenderedComponent {
  output?: Manifest;
  outputs?: Record<string, Manifest>;
  warnings?: string[];
}

/** A trait's effect: a patch on the component's objects (see renderers/patch) and objects of its own. */
export interface RenderedTrait {
  patch?: unknown;
  patchOutputs?: Record<string, unknown>;
  outputs?: Record<string, Manifest>;
  warnings?: string[];
}

/** Objects of one component as traits see and change them. */
export interface ComponentObjects {
  output?: Manifest;
  outputs: Record<string, Manifest>;
}

/** What a health rule sees: live objects by output key. */
export interface LiveObjects {
  output?: KubeObject;
  outputs: Record<string, KubeObject>;
}

interface DefinitionBase {
  name: string;
  description: string;
  /** JSON Schema of the parameters (made with TypeBox for built-ins). */
  parameter: JsonObject;
  deprecated?: boolean;
  hidden?: boolean;
  /** Checks and defaults raw properties. Errors are Invalid with `path` below `properties`. */
  parse(properties: unknown): Result<{ parameter: JsonObject; warnings: string[] }>;
  /** The definition's own health rule, where it has one; else the rules by kind (src/health) decide. */
  health?(live: LiveObjects, parameter: JsonObject): Promise<Verdict | undefined>;
  /** Text for services[].message or traits[].message; undefined when there is nothing to say. */
  message?(live: LiveObjects, parameter: JsonObject): Promise<string | undefined>;
}

export interface ComponentDefinition extends DefinitionBase {
  kind: 'component';
  /** The workload the definition makes, for `appliesTo` and autoscalers. */
  workload: { apiVersion: string; kind: string } | 'autodetect';
  render(input: { parameter: JsonObject; context: RenderContext }): Promise<Result<RenderedComponent>>;
}

export interface TraitDefinition extends DefinitionBase {
  kind: 'trait';
  /** Kinds as `deployments.apps`; `*` for all. */
  appliesTo: readonly string[];
  conflictsWith: readonly string[];
  podDisruptive: boolean;
  stage: 'PreDispatch' | 'DefaultDispatch' | 'PostDispatch';
  render(input: { parameter: JsonObject; context: RenderContext; objects: ComponentObjects }): Promise<Result<RenderedTrait>>;
}

/** Policies and steps are interpreted by the engine; their definitions carry the schema. */
export interface PolicyDefinition extends DefinitionBase {
  kind: 'policy';
}

export interface WorkflowStepDefinition extends DefinitionBase {
  kind: 'workflow-step';
}

export type Definition = ComponentDefinition | TraitDefinition | PolicyDefinition | WorkflowStepDefinition;

/** Where types are looked up. Namespace before system namespace before built-in; problems name the nearest spelling. */
export interface DefinitionSource {
  component(namespace: string, type: string): Result<ComponentDefinition>;
  trait(namespace: string, type: string): Result<TraitDefinition>;
  policy(namespace: string, type: string): Result<PolicyDefinition>;
  workflowStep(namespace: string, type: string): Result<WorkflowStepDefinition>;
}
