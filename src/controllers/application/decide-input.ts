/** Gathers what `decide` needs from what was observed; the one place that knows both. */
import type { Application, ApplicationPolicy } from '../../api/application.ts';
import type { KubeObject, ObjectRef } from '../../api/object.ts';
import { isObject, type JsonObject } from '../../base/json.ts';
import type { Seen } from '../../plan/plan.ts';
import type { DecideInput } from './decide.ts';
import { isYielded } from './fights.ts';
import type { Observed } from './observe.ts';
import type { References } from './resolve.ts';
import { currentRevision } from './revisions.ts';
import { autoscalersOf } from './surroundings.ts';
import type { World } from './world.ts';

export function decideInput(observed: Observed, variables: JsonObject, world: World): DecideInput {
  const { application, memory, record } = observed;
  return {
    application,
    record,
    revision: currentRevision(application, observed.revisions),
    definitions: world.definitions,
    references: referencesOf(observed, world),
    cluster: world.cluster,
    now: world.clock.now(),
    maxStepRetries: world.settings.maxStepRetries,
    variables,
    seen: (_cluster, ref) => seenIn(world, observed.key, ref),
    isCleared: (uid, fingerprint) => memory.cleared.has(uid) && memory.cleared.get(uid) === fingerprint,
    autoscalersOf: (_cluster, target) => autoscalersOf(target, world.autoscalers),
    isYielded: (key) => isYielded(memory, key, world),
  };
}

/** A view that is partial, or has not yet shown our own write, proves nothing about what is absent (F14, F39). */
export function seenIn(world: World, key: string, ref: ObjectRef): Seen {
  const seen = world.kinds.seen(ref);
  if (seen.state !== 'absent') return seen;
  const isDoubtful = world.kinds.view(ref)?.isComplete() === false || world.expectations.isBehind(key, ref);
  return isDoubtful ? { state: 'unknown' } : seen;
}

function referencesOf({ application }: Observed, world: World): References {
  const { namespace = 'default' } = application.metadata;
  const name = application.spec.workflow?.ref;
  const workflow = name ? world.workflows.get(namespace, name) : undefined;
  const policies = stepsNamePolicies(application) ? world.policies.byIndex('namespace', namespace).flatMap(policyOf) : [];
  return { ...(workflow ? { workflow: workflowOf(workflow) } : {}), policies };
}

/** Policy objects act only where a step names them: most applications need none. */
function stepsNamePolicies({ spec }: Application): boolean {
  return spec.workflow?.ref !== undefined || (spec.workflow?.steps ?? []).length > 0;
}

/** Both kinds have no spec: their fields stand at the top, validated by the API server against our schemas. */
function workflowOf({ mode, steps }: KubeObject): NonNullable<References['workflow']> {
  return { ...(isObject(mode) ? { mode } : {}), ...(Array.isArray(steps) ? { steps } : {}) };
}

function policyOf({ metadata, type, properties }: KubeObject): ApplicationPolicy[] {
  if (typeof type !== 'string') return [];
  return [{ name: metadata.name, type, ...(isObject(properties) ? { properties } : {}) }];
}
