/** Gathers what `decide` needs from what was observed; the one place that knows both. */
import type { ObjectRef } from '../../api/object.ts';
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
  const name = application.spec.workflow?.ref;
  if (!name) return {};
  const workflow = world.workflows.get(application.metadata.namespace, name);
  if (!workflow) return {};
  // Validated by the API server against our schema.
  const { mode, steps } = workflow;
  return { workflow: { ...(isObject(mode) ? { mode } : {}), ...(Array.isArray(steps) ? { steps } : {}) } };
}
