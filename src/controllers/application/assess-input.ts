/** Gathers what `assess` needs after a delivery: what the API server just answered is newer than any cache. */
import type { Application } from '../../api/application.ts';
import type { KubeObject } from '../../api/object.ts';
import type { DefinitionSource } from '../../definitions/definition.ts';
import type { Delivered } from '../../delivery/deliver.ts';
import type { Seen } from '../../plan/plan.ts';
import type { RecordEntry } from '../../plan/record.ts';
import type { AssessInput } from './assess.ts';
import type { Decision } from './decide.ts';
import type { Observed } from './observe.ts';
import { explainIn } from './patience.ts';
import { type ResolvedComponent, resolveComponent } from './resolve.ts';
import { isAutoscaled } from './surroundings.ts';
import type { World } from './world.ts';

export function assessInput({ application, memory }: Observed, decision: Decision, delivered: Delivered, world: World): AssessInput {
  return {
    application,
    ...linesOf(application, decision, [...delivered.record.entries.values()], world.definitions),
    entries: delivered.record.entries,
    seen: (entry, key) => seenAfter(entry, key, delivered, world),
    at: (point) => (world.points.isSeen(point) ? world.points.objects(point) : undefined),
    explainIn: (key, verdict, object) => explainIn(key, verdict, object, memory, world),
    isAutoscaled: (object) => isAutoscaled(object, world.autoscalers),
    placedByPolicy: placedByPolicy(decision),
  };
}

/**
 * Which components have a line in the status. While the spec cannot be worked with, the objects of the last good one
 * stay: then its components are told of too, by the types that are recorded.
 */
function linesOf(
  application: Application,
  { delivery }: Decision,
  entries: readonly RecordEntry[],
  definitions: DefinitionSource,
): Pick<AssessInput, 'components' | 'listed'> {
  const { components: specified } = application.spec;
  const names = specified.map(({ name }) => name);
  if (delivery) return { components: delivery.resolved.components, listed: names };
  const origins = new Map(entries.filter(({ origin }) => origin.role === 'WORKLOAD').map(({ origin }) => [origin.component, origin]));
  const recorded = [...origins.values()].flatMap(({ component: name, type }): ResolvedComponent[] => {
    const component = specified.find((one) => one.name === name && one.type === type) ?? { name, type };
    const resolved = [component, { name, type }].map((one) => resolveComponent(application, one, definitions)).find(({ ok }) => ok);
    return resolved?.ok ? [resolved.value] : [];
  });
  return { components: recorded, listed: [...new Set([...names, ...origins.keys()])] };
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
