/** Gathers what `assess` needs after a delivery: what the API server just answered is newer than any cache. */
import type { KubeObject } from '../../api/object.ts';
import type { Delivered } from '../../delivery/deliver.ts';
import type { Seen } from '../../plan/plan.ts';
import type { RecordEntry } from '../../plan/record.ts';
import type { AssessInput } from './assess.ts';
import type { Decision } from './decide.ts';
import type { Observed } from './observe.ts';
import { explainIn } from './patience.ts';
import { isAutoscaled } from './surroundings.ts';
import type { World } from './world.ts';

export function assessInput({ application, memory }: Observed, decision: Decision, delivered: Delivered, world: World): AssessInput {
  return {
    application,
    components: decision.delivery?.resolved.components,
    entries: delivered.record.entries,
    seen: (entry, key) => seenAfter(entry, key, delivered, world),
    at: (point) => (world.points.isSeen(point) ? world.points.objects(point) : undefined),
    explainIn: (key, verdict, object) => explainIn(key, verdict, object, memory, world),
    isAutoscaled: (object) => isAutoscaled(object, world.autoscalers),
    placedByPolicy: placedByPolicy(decision),
  };
}

function seenAfter(entry: RecordEntry, key: string, delivered: Delivered, world: World): Seen {
  const outcome = delivered.outcomes.get(key);
  return outcome?.state === 'written' ? { state: 'present', object: outcome.accepted.object } : world.kinds.seen(entry.ref);
}

/** The live object of a recorded entry, as the API server answered it or as the cache has it. */
export function liveAfter(key: string, delivered: Delivered, world: World): KubeObject | undefined {
  const entry = delivered.record.entries.get(key);
  const seen = entry && seenAfter(entry, key, delivered, world);
  return seen?.state === 'present' ? seen.object : undefined;
}

/** Components that a `deploy` step delivers: their lines in the status name the cluster, as KubeVela's do. */
function placedByPolicy({ delivery }: Decision): Set<string> {
  const workflow = delivery?.resolved.workflow;
  const steps = (workflow?.steps ?? []).flatMap((step) => [step, ...(step.subSteps ?? [])]);
  const deploys = steps.some(({ type }) => type === 'deploy');
  return new Set(deploys ? (workflow?.components ?? []).map(({ name }) => name) : []);
}
