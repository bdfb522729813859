/**
 * One component with its traits, rendered: template, then traits in order, each on what the one before left, then
 * names, namespaces and the labels that say whose an object is. Pure: the controller, `lateen render`, admission and
 * the preview call the same code.
 */
import type { KubeObject, Manifest } from '../api/object.ts';
import { failure, invalid, type Problem, ProblemError, type Result, success } from '../base/errors.ts';
import { hashJson } from '../base/hash.ts';
import type { ComponentDefinition, ComponentObjects, RenderContext, TraitDefinition } from '../definitions/definition.ts';
import type { Origin, Resource } from '../definitions/resource.ts';
import { conflictOf, misfit } from './applicability.ts';
import { applyPatch } from './patch/apply.ts';
import { settle } from './settle.ts';
import { stamped } from './stamp.ts';
import { flattened, tidied } from './tidy.ts';

export interface ComponentInput {
  component: { name: string; type: string; properties?: unknown };
  definition: ComponentDefinition;
  traits: readonly { type: string; properties?: unknown; definition: TraitDefinition }[];
  /** `context.namespace` is where the objects go; `revision` is filled in when absent. */
  context: RenderContext;
  /** Namespace of the Application itself. */
  appNamespace: string;
  isNamespaced: (apiVersion: string, kind: string) => boolean;
  creator?: Resource['creator'];
}

export interface RenderedResources {
  resources: Resource[];
  warnings: string[];
}

/** An object on its way through the traits. */
interface Draft {
  manifest: Manifest;
  origin: Origin;
}

/** Problems carry `component "x", trait "y": ` before their sentence. */
export async function renderComponent(input: ComponentInput): Promise<Result<RenderedResources>> {
  const { component, traits } = input;
  const context = { ...input.context, revision: input.context.revision ?? revisionOf(input) };
  const warnings: string[] = [];
  const place = `component "${component.name}"`;

  const drafted = await renderTemplate(input, context, warnings);
  if (!drafted.ok) return failure(at(place, drafted.problem));
  let drafts = drafted.value;

  for (const [index, trait] of traits.entries()) {
    const traitPlace = `${place}, trait "${trait.type}"`;
    const rendered = await renderTrait(input, context, index, drafts, (text) => warnings.push(`${traitPlace}: ${text}`));
    if (!rendered.ok) return failure(at(traitPlace, rendered.problem));
    drafts = rendered.value;
  }

  const resources = drafts.map((draft) => complete(draft, input, context, warnings));
  const settled = settle(resources);
  if (!settled.ok) return settled;
  return success({ resources: settled.value.resources, warnings: [...warnings, ...settled.value.warnings] });
}

async function renderTemplate(
  { component, definition }: ComponentInput,
  context: RenderContext,
  warnings: string[],
): Promise<Result<Draft[]>> {
  const parsed = definition.parse(component.properties);
  if (!parsed.ok) return parsed;
  const rendered = await definition.render({ parameter: parsed.value.parameter, context });
  if (!rendered.ok) return rendered;
  const { output, outputs = {}, warnings: own = [] } = rendered.value;
  warnings.push(...[...parsed.value.warnings, ...own].map((text) => `component "${component.name}": ${text}`));
  const auxiliary = Object.entries(outputs);
  if (!output) {
    const empty = definition.workload === 'autodetect' && auxiliary.length === 0;
    return empty ? success([]) : failure(invalid('NoOutput', `component type "${component.type}" rendered no output`));
  }
  const [workload, ...others] = flattened(output);
  const drafts: Draft[] = workload ? [{ manifest: workload, origin: workloadOrigin(component) }] : [];
  const beside: [string, Manifest][] = [
    ...others.map((manifest, index): [string, Manifest] => [`items-${index + 1}`, manifest]),
    ...auxiliary,
  ];
  return success([
    ...drafts,
    ...beside.flatMap(([key, manifest]) => draftsOf(key, manifest, traitOrigin(component.name, 'AuxiliaryWorkload', -1))),
  ]);
}

async function renderTrait(
  { component, traits }: ComponentInput,
  context: RenderContext,
  index: number,
  drafts: Draft[],
  warn: (text: string) => void,
): Promise<Result<Draft[]>> {
  const trait = traits[index];
  if (!trait) return success(drafts);
  const { definition } = trait;
  const excluded = conflictOf(
    definition,
    traits.map((other) => other.type),
  );
  if (excluded !== undefined) return failure(invalid('ConflictingTraits', `cannot be used together with trait "${excluded}"`));
  const objects = objectsOf(drafts);
  const unfit = misfit(definition, objects.output);
  if (unfit !== undefined) warn(unfit);
  const parsed = definition.parse(trait.properties);
  if (!parsed.ok) return parsed;
  const rendered = await definition.render({ parameter: parsed.value.parameter, context, objects });
  if (!rendered.ok) return rendered;
  const { patch, patchOutputs, outputs = {}, warnings = [] } = rendered.value;
  for (const text of [...parsed.value.warnings, ...warnings]) warn(text);
  const patched = patchDrafts(drafts, patch, patchOutputs ?? {});
  if (!patched.ok) return patched;
  const origin = traitOrigin(component.name, trait.type, index);
  return success([...patched.value, ...Object.entries(outputs).flatMap(([key, manifest]) => draftsOf(key, manifest, origin))]);
}

function patchDrafts(drafts: Draft[], patch: unknown, patchOutputs: Record<string, unknown>): Result<Draft[]> {
  const known = new Set(drafts.map(({ origin }) => origin.output));
  const unknown = Object.keys(patchOutputs).find((key) => !known.has(key));
  if (unknown !== undefined) {
    const names = [...known].filter((key) => key !== '').join(', ') || 'none';
    return failure(invalid('UnknownOutput', `patches the output "${unknown}", which does not exist at this point (outputs: ${names})`));
  }
  try {
    return success(
      drafts.map((draft) => {
        const change = draft.origin.role === 'WORKLOAD' ? patch : patchOutputs[draft.origin.output];
        return change === undefined ? draft : { ...draft, manifest: applyPatch(draft.manifest, change) };
      }),
    );
  } catch (error) {
    if (error instanceof ProblemError) return failure(error.problem);
    throw error;
  }
}

/** What a trait sees: the objects as the traits before it left them; of two outputs with one key, the later. */
function objectsOf(drafts: readonly Draft[]): ComponentObjects {
  const objects: ComponentObjects = { outputs: {} };
  for (const { manifest, origin } of drafts) {
    if (origin.role === 'WORKLOAD') objects.output = manifest;
    else objects.outputs[origin.output] = manifest;
  }
  return objects;
}

/** Name, namespace and labels, so that the object can be delivered as it is. */
function complete({ manifest, origin }: Draft, input: ComponentInput, context: RenderContext, warnings: string[]): Resource {
  const tidy = tidied(manifest);
  warnings.push(...tidy.warnings.map((text) => `component "${origin.component}", ${tidy.manifest.kind}: ${text}`));
  const { metadata = {} } = tidy.manifest;
  const { namespace, ...rest } = metadata;
  const name = metadata.name ?? defaultName(input, origin);
  const placed = input.isNamespaced(manifest.apiVersion, manifest.kind) ? { namespace: namespace ?? context.namespace } : {};
  const complete: KubeObject = stamped({ ...tidy.manifest, metadata: { ...rest, name, ...placed } }, origin, context, input.appNamespace);
  return { cluster: context.cluster, manifest: complete, origin, creator: input.creator ?? 'workflow' };
}

function defaultName({ component, traits }: ComponentInput, origin: Origin): string {
  if (origin.role === 'WORKLOAD') return component.name;
  const properties = traits[origin.traitIndex]?.properties ?? component.properties ?? {};
  return `${component.name}-${origin.type.toLowerCase()}-${hashJson({ properties, output: origin.output }, 8)}`;
}

const workloadOrigin = ({ name, type }: { name: string; type: string }): Origin => ({
  component: name,
  type,
  role: 'WORKLOAD',
  output: '',
  traitIndex: -1,
});

const traitOrigin = (component: string, type: string, traitIndex: number) => ({ component, type, role: 'TRAIT', traitIndex }) as const;

function draftsOf(key: string, manifest: Manifest, origin: Omit<Origin, 'output'>): Draft[] {
  return flattened(manifest).map((item, index) => ({
    manifest: item,
    origin: { ...origin, output: index === 0 ? key : `${key}-${index}` },
  }));
}

function revisionOf({ component, traits }: ComponentInput): string {
  const { name, type, properties } = component;
  return hashJson({ name, type, properties, traits: traits.map((trait) => ({ type: trait.type, properties: trait.properties })) });
}

function at(place: string, problem: Problem): Problem {
  return { ...problem, message: `${place}: ${problem.message}` };
}
