/**
 * From the words of an application to the definitions behind them. Everything that can be known to be wrong before
 * anything is delivered is found here: a broken spec changes nothing (condition Parsed).
 */
import { autoUpdate, group, publishVersion, serviceAccountName, username } from '../../api/annotations.ts';
import type { Application, ApplicationComponent, ApplicationPolicy } from '../../api/application.ts';
import { failure, invalid, type Problem, type Result, success } from '../../base/errors.ts';
import type { ComponentDefinition, DefinitionSource, TraitDefinition } from '../../definitions/definition.ts';
import { unsafeIntegersOf } from '../../kube/parse-json.ts';
import { type Policies, readPolicies } from '../../policies/index.ts';
import { type ExternalWorkflow, resolveWorkflow } from '../../workflow/resolve.ts';
import type { ResolvedWorkflow } from '../../workflow/types.ts';
import { validateWorkflow } from '../../workflow/validate.ts';

export interface ResolvedComponent {
  component: ApplicationComponent;
  definition: ComponentDefinition;
  traits: { type: string; properties?: unknown; definition: TraitDefinition }[];
}

export interface Resolved {
  components: ResolvedComponent[];
  policies: Policies;
  workflow: ResolvedWorkflow;
}

/** Objects beside the application that its words refer to. */
export interface References {
  workflow?: ExternalWorkflow;
  /** Policy objects of the namespace; they act where a step names them. */
  policies?: readonly ApplicationPolicy[];
}

export function resolve(application: Application, definitions: DefinitionSource, references: References = {}): Result<Resolved> {
  const refused = refuseIdentity(application) ?? refuseContradictions(application) ?? refuseRounded(application);
  if (refused) return failure(refused);
  const workflow = resolveWorkflow(application, references.workflow);
  if (!workflow.ok) return workflow;
  const { namespace = 'default' } = application.metadata;
  const hasStepDefinition = (type: string): boolean => definitions.workflowStep(namespace, type).ok;
  const [first, ...others] = validateWorkflow(application, workflow.value, {
    hasStepDefinition,
    externalPolicies: (references.policies ?? []).map(({ name = '' }) => name),
  });
  if (first) return failure(together(first, others));
  const components: ResolvedComponent[] = [];
  for (const component of application.spec.components) {
    const resolved = resolveComponent(application, component, definitions);
    if (!resolved.ok) return resolved;
    components.push(resolved.value);
  }
  const policies = readPolicies(application, definitions, references.policies);
  if (!policies.ok) return policies;
  return success({ components, policies: policies.value, workflow: workflow.value });
}

/** Definitions of one component and its traits; a policy may make components of its own, which come here too. */
export function resolveComponent(
  application: Application,
  component: ApplicationComponent,
  definitions: DefinitionSource,
): Result<ResolvedComponent> {
  const { namespace = 'default' } = application.metadata;
  const definition = definitions.component(namespace, component.type);
  if (!definition.ok) return failure(prefixed(`component "${component.name}"`, definition.problem));
  const traits: ResolvedComponent['traits'] = [];
  for (const trait of component.traits ?? []) {
    const found = definitions.trait(namespace, trait.type);
    if (!found.ok) return failure(prefixed(`component "${component.name}"`, found.problem));
    traits.push({ type: trait.type, properties: trait.properties, definition: found.value });
  }
  return success({ component, definition: definition.value, traits });
}

export function prefixed(place: string, problem: Problem): Problem {
  return { ...problem, message: `${place}: ${problem.message}` };
}

/** Until admission proves identities, an annotation that claims one is refused: KubeVela believes it (decisions.md 5, 42). */
function refuseIdentity(application: Application): Problem | undefined {
  const claimed = [username, group, serviceAccountName].find((key) => application.metadata.annotations?.[key] !== undefined);
  if (claimed === undefined) return undefined;
  return invalid(
    'IdentityNotSupported',
    `annotation ${claimed} is refused: identities are only taken from admission, which this release does not have. Remove the annotation.`,
    `metadata.annotations["${claimed}"]`,
  );
}

/** A number that was rounded on reading would be written back wrong (design.md §4 "Seeing"). */
function refuseRounded(application: Application): Problem | undefined {
  const [path] = unsafeIntegersOf(application);
  if (path === undefined) return undefined;
  return invalid('UnsafeInteger', `${path} is an integer beyond 2^53 and cannot be kept exactly; write it as a string`, path);
}

function refuseContradictions(application: Application): Problem | undefined {
  const { annotations = {} } = application.metadata;
  if (annotations[publishVersion] === undefined || annotations[autoUpdate] !== 'true') return undefined;
  return invalid('Contradiction', `annotations ${publishVersion} and ${autoUpdate} cannot be used together`, 'metadata.annotations');
}

/** All problems in one message: a user who mends one should not meet the next only after that. */
function together(first: Problem, others: readonly Problem[]): Problem {
  return others.length === 0 ? first : { ...first, message: [first, ...others].map(({ message }) => message).join('; ') };
}
