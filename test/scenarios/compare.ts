/** Ours against theirs after each step: every fact that differs, by name. */
import { jsonEqual } from '../../src/base/json.ts';
import type { OurLook } from './look.ts';
import type { Look, SeenApp, SeenObject, SeenStep } from './read.ts';

export interface Difference {
  /** Number of the step, from 1. */
  step: number;
  /** `ConfigMap/settings fields.data`, `shop phase`, `revisions`. */
  what: string;
  ours: unknown;
  theirs: unknown;
}

/** @param ours one look per step; undefined where nobody looked. */
export function differencesOf(ours: readonly (OurLook | undefined)[], theirs: readonly Look[]): Difference[] {
  return ours.flatMap((our, index) => {
    const their = theirs[index];
    if (!our || !their?.apps) return [];
    const facts = [factsOf(our), factsOf(their)] as const;
    const names = [...new Set(facts.flatMap((side) => [...side.keys()]))];
    const differences = names
      .map((what) => ({ step: index + 1, what, ours: facts[0].get(what), theirs: facts[1].get(what) }))
      .filter((difference) => !jsonEqual(difference.ours, difference.theirs) && !isBeside(difference, facts));
    const broken = [
      ...our.unrecorded.map((key) => ({ what: `${key} recorded`, ours: false, theirs: true })),
      ...our.misread.map((name) => ({ what: `${name} conditions`, ours: 'say what is not so', theirs: undefined })),
    ];
    return [...differences, ...broken.map((difference) => ({ step: index + 1, ...difference }))];
  });
}

/**
 * What follows from another difference is not told again: facts of a thing that only one side has, a uid where one
 * side had lost the object. And the cause that we add to KubeVela's message is no difference (docs/health.md).
 */
function isBeside({ what, ours, theirs }: Difference, sides: readonly ReadonlyMap<string, unknown>[]): boolean {
  const [subject, fact = ''] = what.split(' ');
  if (fact !== 'exists' && sides.some((side) => side.get(`${subject} exists`) === false)) return true;
  if (fact === 'sameUid') return ours === undefined || theirs === undefined;
  const service = /^services\.(.+)\.[a-z]+$/.exec(fact)?.[1];
  if (service && sides.some((side) => !side.has(`${subject} services.${service}.healthy`))) return true;
  return fact.endsWith('.message') && typeof ours === 'string' && typeof theirs === 'string' && ours.startsWith(`${theirs}; `);
}

function factsOf({ apps = {}, revisions = [], objects = {} }: Look): Map<string, unknown> {
  const facts = new Map<string, unknown>([['revisions', [...revisions].sort()]]);
  for (const [name, app] of Object.entries(apps)) for (const [fact, value] of appFacts(app)) facts.set(`${name} ${fact}`, value);
  for (const [key, object] of Object.entries(objects)) for (const [fact, value] of objectFacts(object)) facts.set(`${key} ${fact}`, value);
  return facts;
}

function appFacts(app: SeenApp): [string, unknown][] {
  if (!app.exists) return [['exists', false]];
  const { workflow } = app;
  const services = [...(app.services ?? [])].sort((a, b) => a.name.localeCompare(b.name));
  return [
    ['exists', true],
    ['phase', app.phase],
    ['statusIsForCurrentSpec', app.statusIsForCurrentSpec],
    ['deleting', app.deleting === true],
    ['finalizers', app.finalizers],
    ['latestRevision', app.latestRevision?.name],
    ['appliedResources', (app.appliedResources ?? []).map(({ kind, name }) => `${kind}/${name}`).sort()],
    ...['appRevision', 'mode', 'status', 'suspend', 'terminated', 'finished'].map((field): [string, unknown] => [
      `workflow.${field}`,
      workflow?.[field as 'status'],
    ]),
    ['workflow.steps', (workflow?.steps ?? []).map(stepText)],
    ['services', services.map(({ name }) => name)],
    ...services.flatMap(({ name, namespace, healthy, message, traits }): [string, unknown][] => [
      [`services.${name}.namespace`, namespace],
      [`services.${name}.healthy`, healthy],
      [`services.${name}.message`, message],
      [`services.${name}.traits`, (traits ?? []).map((trait) => `${trait.type}: ${trait.healthy ? 'healthy' : 'not healthy'}`).sort()],
    ]),
  ];
}

function stepText({ name, phase, reason, subSteps }: SeenStep): string {
  const inside = subSteps ? ` [${subSteps.map(stepText).join(', ')}]` : '';
  return `${name} ${phase}${reason ? `/${reason}` : ''}${inside}`;
}

function objectFacts(object: SeenObject): [string, unknown][] {
  if (!object.exists) return [['exists', false]];
  return [
    ['exists', true],
    ['deleting', object.deleting === true],
    ['sameUid', object.sameUid],
    ...Object.entries(object.ownership ?? {}).map(([key, value]): [string, unknown] => [`ownership.${key}`, value]),
    // The recordings write null for what is not there.
    ...Object.entries(object.fields ?? {}).map(([path, value]): [string, unknown] => [`fields.${path}`, value ?? undefined]),
  ];
}
