/**
 * Renders and places what steps ask for: one due delivery + definitions + context → resources. No I/O: the kinds a
 * cluster serves come in as a lookup.
 */
import * as annotations from '../../api/annotations.ts';
import type { Application, ApplicationComponent } from '../../api/application.ts';
import * as labels from '../../api/labels.ts';
import { identityOf, type KubeObject, refOf } from '../../api/object.ts';
import { failure, type Problem, type Result, success } from '../../base/errors.ts';
import type { DefinitionSource, RenderContext } from '../../definitions/definition.ts';
import type { Resource } from '../../definitions/resource.ts';
import type { Placement } from '../../policies/index.ts';
import { renderComponent } from '../../renderers/component.ts';
import { settle } from '../../renderers/settle.ts';
import { applyComponentInputs } from '../../workflow/inputs.ts';
import type { DueEffect, Effect } from '../../workflow/types.ts';
import { type Resolved, resolveComponent } from './resolve.ts';
import type { CurrentRevision } from './revisions.ts';

export interface ClusterFacts {
  /** Undefined: the cluster does not serve the kind, as far as is known. */
  isNamespaced(apiVersion: string, kind: string): boolean | undefined;
  version: RenderContext['clusterVersion'];
}

export interface RenderInput {
  application: Application;
  resolved: Resolved;
  revision: Pick<CurrentRevision, 'name' | 'number'>;
  definitions: DefinitionSource;
  cluster: ClusterFacts;
}

/** What one step's effect rendered. */
export interface RenderedStep {
  step: string;
  resources: Resource[];
  /** Components that were rendered, for outputs and for pruning. */
  components: string[];
  warnings: string[];
}

/** Renders every effect that makes objects; reads make none. The first problem ends it: nothing half-rendered is delivered. */
export async function renderAll(due: readonly DueEffect[], input: RenderInput): Promise<Result<RenderedStep[]>> {
  const rendered: RenderedStep[] = [];
  for (const { step, effect } of due) {
    const made = await renderEffect(step, effect, input);
    if (!made.ok) return made;
    if (made.value) rendered.push(made.value);
  }
  return success(rendered);
}

async function renderEffect(step: string, effect: Effect, input: RenderInput): Promise<Result<RenderedStep | undefined>> {
  switch (effect.kind) {
    case 'deliver':
      return renderDelivery(step, effect, input);
    case 'apply-object':
      return success({ step, resources: [stepObject(step, effect, input)], components: [], warnings: [] });
    case 'read-object':
      return success(undefined);
  }
}

async function renderDelivery(step: string, effect: Effect & { kind: 'deliver' }, input: RenderInput): Promise<Result<RenderedStep>> {
  const { application, resolved, definitions } = input;
  const wanted = resolved.components
    .map(({ component }) => component)
    .filter(({ name }) => effect.components === 'all' || effect.components.includes(name));
  const overridden = resolved.policies.overridden(wanted, effect.policies);
  if (!overridden.ok) return overridden;
  const placements = placementsOf(effect, input);
  if (!placements.ok) return placements;
  const made: RenderedStep = { step, resources: [], components: [], warnings: [] };
  for (const component of overridden.value) {
    if (effect.holdBack?.includes(component.name)) continue;
    const filled = applyComponentInputs(component, effect.componentInputs?.[component.name] ?? []);
    if (!filled.ok) return filled;
    const definition = resolveComponent(application, filled.value, definitions);
    if (!definition.ok) return definition;
    made.components.push(component.name);
    for (const placement of placements.value) {
      const rendered = await renderComponent({
        ...definition.value,
        context: contextFor(component, placement, input),
        appNamespace: application.metadata.namespace ?? 'default',
        isNamespaced: (apiVersion, kind) => input.cluster.isNamespaced(apiVersion, kind) ?? true,
      });
      if (!rendered.ok) return failure(rendered.problem);
      made.resources.push(...rendered.value.resources);
      made.warnings.push(...rendered.value.warnings);
    }
  }
  // What lies side by side: an object of two components, replicas that another component's autoscaler decides about.
  const settled = settle(made.resources);
  if (!settled.ok) return settled;
  return success({ ...made, resources: settled.value.resources, warnings: [...made.warnings, ...settled.value.warnings] });
}

/**
 * What contradicts between the deliveries of a workflow, whatever step each is of. One component may be delivered by
 * several steps; two components, or two traits, may not render one object. Objects of steps are left out: a step may
 * write what an earlier one made.
 */
export function contradiction(steps: readonly RenderedStep[]): Problem | undefined {
  const once = new Map<string, Resource>();
  for (const resource of steps.flatMap(({ resources }) => resources)) {
    const { cluster, origin, manifest } = resource;
    if (origin.role === 'STEP') continue;
    once.set([cluster, identityOf(refOf(manifest)), origin.component, origin.traitIndex, origin.output].join('|'), resource);
  }
  const settled = settle([...once.values()]);
  return settled.ok ? undefined : settled.problem;
}

function placementsOf(effect: Effect & { kind: 'deliver' }, { application, resolved }: RenderInput): Result<readonly Placement[]> {
  const { namespace = 'default' } = application.metadata;
  if (effect.policies.length > 0) return resolved.policies.placements(effect.policies);
  return success([{ cluster: effect.cluster || 'local', namespace: effect.namespace || namespace }]);
}

function contextFor(component: ApplicationComponent, placement: Placement, input: RenderInput): RenderContext {
  const { metadata } = input.application;
  const context: RenderContext = {
    name: component.name,
    appName: metadata.name,
    namespace: placement.namespace,
    appRevision: input.revision.name,
    appRevisionNum: input.revision.number,
    appLabels: metadata.labels ?? {},
    appAnnotations: metadata.annotations ?? {},
    componentType: component.type,
    cluster: placement.cluster,
    clusterVersion: input.cluster.version,
  };
  const version = metadata.annotations?.[annotations.publishVersion];
  if (version !== undefined) context.publishVersion = version;
  return context;
}

/** An object that a step made: the application's own, in its namespace unless it says otherwise (decisions.md 50). */
function stepObject(step: string, effect: Effect & { kind: 'apply-object' }, input: RenderInput): Resource {
  const { name: appName, namespace: appNamespace = 'default' } = input.application.metadata;
  const { manifest } = effect;
  const { name = step, namespace, labels: own, ...metadata } = manifest.metadata ?? {};
  const isNamespaced = input.cluster.isNamespaced(manifest.apiVersion, manifest.kind) ?? true;
  const object: KubeObject = {
    ...manifest,
    metadata: {
      ...metadata,
      name,
      ...(isNamespaced ? { namespace: namespace ?? appNamespace } : {}),
      labels: { ...own, [labels.appName]: appName, [labels.appNamespace]: appNamespace, [labels.appRevision]: input.revision.name },
    },
  };
  return {
    cluster: effect.cluster || 'local',
    manifest: object,
    origin: { component: '', type: '', role: 'STEP', output: '', traitIndex: -1 },
    creator: 'workflow',
  };
}
