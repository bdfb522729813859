/**
 * How the application's objects are: every recorded object gets a verdict, components and traits get their line in
 * the status, and what is not well names the watch that would explain it.
 */
import type { Application, ApplicationServiceStatus, ApplicationTraitStatus } from '../../api/application.ts';
import type { KubeObject } from '../../api/object.ts';
import type { Definition, LiveObjects } from '../../definitions/definition.ts';
import { assessObject } from '../../health/assess.ts';
import { pointWatchesFor } from '../../health/point-watches.ts';
import type { Surroundings } from '../../health/surroundings.ts';
import type { Verdict } from '../../health/verdict.ts';
import type { Seen } from '../../plan/plan.ts';
import type { RecordEntry } from '../../plan/record.ts';
import type { DeliveredComponent } from '../../workflow/types.ts';
import type { Point } from './point-watches.ts';
import type { ResolvedComponent } from './resolve.ts';

export interface AssessInput {
  application: Application;
  /** Components whose definition is known. */
  components: readonly ResolvedComponent[];
  /** Names of the components that have a line in the status, in this order. */
  listed: readonly string[];
  entries: ReadonlyMap<string, RecordEntry>;
  seen(entry: RecordEntry, key: string): Seen;
  /** Objects at a point, undefined while it is not watched or not seen yet. */
  at(point: Point): readonly KubeObject[] | undefined;
  /** How long until what is not well is worth being watched, in ms; undefined: never. */
  explainIn(key: string, verdict: Verdict, object: KubeObject): number | undefined;
  /** Whether an autoscaler that no component renders targets this workload. */
  isAutoscaled(object: KubeObject): boolean;
  /** Components that were placed by policies; their lines name the cluster. */
  placedByPolicy: ReadonlySet<string>;
}

export interface Assessment {
  verdicts: ReadonlyMap<string, Verdict>;
  services: ApplicationServiceStatus[];
  /** True when nothing that holds is progressing or degraded. */
  healthy: boolean;
  /** The worst of what holds, where it is not healthy. */
  worst: { entry: RecordEntry; verdict: Verdict } | undefined;
  /** What to watch to explain what is not well. */
  points: Point[];
  /** When something more will be worth watching, in ms. */
  explainInMs: number | undefined;
}

interface Judged {
  key: string;
  entry: RecordEntry;
  live: KubeObject | undefined;
  verdict: Verdict;
}

/** What this pass wants watched, and how soon more may be worth it. */
interface Watching {
  points: Point[];
  laterMs: number[];
}

export async function assess(input: AssessInput): Promise<Assessment> {
  const watching: Watching = { points: [], laterMs: [] };
  const judged: Judged[] = [];
  for (const [key, entry] of input.entries) {
    // What was never answered does not exist as far as we know; its refusal is told by the step that wants it.
    // What is being removed is no part of the application any more.
    if (!entry.answered || entry.unwanted) continue;
    const seen = input.seen(entry, key);
    const live = seen.state === 'present' ? seen.object : undefined;
    judged.push({ key, entry, live, verdict: judge(seen, entry, key, input, watching) });
  }
  const services = await servicesOf(judged, input);
  const worst = worstOf(judged);
  return {
    verdicts: new Map(judged.map(({ key, verdict }) => [key, verdict])),
    services,
    healthy: worst === undefined,
    worst,
    points: watching.points,
    explainInMs: watching.laterMs.length === 0 ? undefined : Math.min(...watching.laterMs),
  };
}

function judge(seen: Seen, entry: RecordEntry, key: string, input: AssessInput, watching: Watching): Verdict {
  if (seen.state === 'unknown')
    return { state: 'progressing', reason: 'NotSeen', message: `${entry.ref.kind} ${entry.ref.name} has not been seen yet`, holds: true };
  if (seen.state === 'absent')
    return { state: 'progressing', reason: 'Missing', message: `${entry.ref.kind} ${entry.ref.name} does not exist`, holds: true };
  const object = seen.object;
  const surroundings: Surroundings = { autoscaled: input.isAutoscaled(object) };
  const verdict = assessObject(object, surroundings);
  const wanted = pointWatchesFor(object, verdict);
  const explainMs = input.explainIn(key, verdict, object);
  if (wanted.length === 0 || explainMs === undefined) return verdict;
  if (explainMs > 0) {
    watching.laterMs.push(explainMs);
    return verdict;
  }
  watching.points.push(...wanted);
  const found = wanted.map((point) => input.at(point));
  if (found.some((objects) => objects === undefined)) return verdict;
  const children = found.flatMap((objects) => [...(objects ?? [])]);
  return assessObject(object, {
    ...surroundings,
    pods: children.filter(({ kind }) => kind === 'Pod'),
    replicaSets: children.filter(({ kind }) => kind === 'ReplicaSet'),
  });
}

export function isWell(verdict: Verdict): boolean {
  return verdict.state === 'healthy' || verdict.state === 'not-assessed' || verdict.state === 'suspended';
}

const badness: Record<Verdict['state'], number> = { degraded: 2, progressing: 1, suspended: 0, 'not-assessed': 0, healthy: 0 };

function worstOf(judged: readonly Judged[]): { entry: RecordEntry; verdict: Verdict } | undefined {
  let worst: Judged | undefined;
  for (const one of judged) {
    if (!one.verdict.holds || isWell(one.verdict)) continue;
    if (!worst || badness[one.verdict.state] > badness[worst.verdict.state]) worst = one;
  }
  return worst && { entry: worst.entry, verdict: worst.verdict };
}

/** One line per component and place. */
async function servicesOf(judged: readonly Judged[], input: AssessInput): Promise<ApplicationServiceStatus[]> {
  const services: ApplicationServiceStatus[] = [];
  for (const name of input.listed) {
    const own = judged.filter(({ entry }) => entry.origin.component === name);
    const places = new Map<string, Judged[]>();
    for (const one of own) {
      const place = `${one.entry.cluster}/${placeOf(one.entry, input.application)}`;
      places.set(place, [...(places.get(place) ?? []), one]);
    }
    const component = input.components.find((resolved) => resolved.component.name === name);
    for (const [place, members] of places) services.push(await serviceOf(name, place, members, component, input));
  }
  return services;
}

function placeOf(entry: RecordEntry, application: Application): string {
  return entry.ref.namespace ?? application.metadata.namespace ?? 'default';
}

async function serviceOf(
  name: string,
  place: string,
  members: readonly Judged[],
  component: ResolvedComponent | undefined,
  input: AssessInput,
): Promise<ApplicationServiceStatus> {
  const slash = place.indexOf('/');
  const workload = members.find(({ entry }) => entry.origin.role === 'WORKLOAD');
  // Only what holds counts: a cluster without a metrics API must still get its applications healthy (docs/health.md).
  const holding = members.filter(({ verdict }) => verdict.holds && !isWell(verdict));
  const message =
    workload && (await messageOf(component?.definition, liveOf(members, -1), component?.component.properties, workload.verdict));
  const traits = await traitsOf(members, component);
  const service: ApplicationServiceStatus = {
    name,
    namespace: place.slice(slash + 1),
    healthy: holding.length === 0,
  };
  if (input.placedByPolicy.has(name)) service.cluster = place.slice(0, slash);
  if (message) service.message = message;
  if (workload?.verdict.state === 'not-assessed') service.details = { assessed: 'false' };
  if (traits.length > 0) service.traits = traits;
  return service;
}

async function traitsOf(members: readonly Judged[], component: ResolvedComponent | undefined): Promise<ApplicationTraitStatus[]> {
  const traits: ApplicationTraitStatus[] = [];
  for (const [index, trait] of (component?.traits ?? []).entries()) {
    const own = members.filter(({ entry }) => entry.origin.traitIndex === index);
    const bad = own.find(({ verdict }) => !isWell(verdict));
    const status: ApplicationTraitStatus = { type: trait.type, healthy: bad === undefined };
    const message = await messageOf(trait.definition, liveOf(members, index), trait.properties, bad?.verdict);
    if (message) status.message = message;
    traits.push(status);
  }
  return traits;
}

/** What the definition says; where something is not well and it says nothing, or nothing of the cause, the verdict. */
async function messageOf(
  definition: Definition | undefined,
  live: LiveObjects,
  properties: unknown,
  verdict: Verdict | undefined,
): Promise<string | undefined> {
  const cause = verdict && !isWell(verdict) && verdict.cause ? verdict.message : undefined;
  const parsed = definition?.message ? definition.parse(properties) : undefined;
  // Properties that are refused now leave the objects of the last good ones, and those are told of all the same.
  const said = parsed && (await definition?.message?.(live, parsed.ok ? parsed.value.parameter : {}));
  if (said && cause) return `${said}; ${cause}`;
  return said ?? (verdict && !isWell(verdict) ? verdict.message : undefined);
}

/** The live objects of the component (traitIndex -1) or of one trait, by output key. */
function liveOf(members: readonly Judged[], traitIndex: number): LiveObjects {
  const live: LiveObjects = { outputs: {} };
  for (const { entry, live: object } of members) {
    if (!object) continue;
    if (entry.origin.role === 'WORKLOAD') live.output = object;
    else if (entry.origin.traitIndex === traitIndex) live.outputs[entry.origin.output] = object;
  }
  return live;
}

/** The live objects of delivered components, for the outputs of steps. */
export function deliveredComponents(
  keys: readonly string[],
  entries: ReadonlyMap<string, RecordEntry>,
  live: (key: string) => KubeObject | undefined,
): DeliveredComponent[] {
  const delivered = new Map<string, DeliveredComponent>();
  for (const key of keys) {
    const entry = entries.get(key);
    const object = live(key);
    if (!entry || !object) continue;
    const { component, role, output } = entry.origin;
    const namespace = entry.ref.namespace ?? '';
    const id = `${component}/${entry.cluster}/${namespace}`;
    const one = delivered.get(id) ?? { component, cluster: entry.cluster, namespace, outputs: {} };
    delivered.set(id, one);
    if (role === 'TRAIT') one.outputs[output] = object;
    else one.output = object;
  }
  return [...delivered.values()];
}
