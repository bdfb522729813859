/**
 * Renders the recorded cases with the built-in definitions and compares every manifest, field by field, with what
 * KubeVela v1.10.9 dispatched (golden/). Differences are either declared (declared.ts) or defects.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import type { Application } from '../../src/api/application.ts';
import { type KubeObject, refOf } from '../../src/api/object.ts';
import { formatPath, isObject, jsonEqual } from '../../src/base/json.ts';
import { builtinSource } from '../../src/definitions/builtin.ts';
import type { Resource } from '../../src/definitions/resource.ts';
import { renderComponent } from '../../src/renderers/component.ts';
import { settle } from '../../src/renderers/settle.ts';
import { declared } from './declared.ts';

const folder = new URL('./', import.meta.url);

export type Group = 'components' | 'traits';

export interface Difference {
  /** `Deployment storefront`. */
  object: string;
  /** `spec.replicas`, or `` for an object that only one side has. */
  path: string;
  ours: unknown;
  theirs: unknown;
}

export interface Outcome {
  case: string;
  verdict: 'equal' | 'declared' | 'different' | 'pending';
  /** Types without a definition yet; the verdict is `pending` then. */
  unknownTypes: string[];
  /** Differences nobody declared. */
  differences: Difference[];
  /** Declarations that did not happen. */
  idle: string[];
  problem?: string;
}

interface Golden {
  objects?: { manifest: KubeObject }[];
  revisions?: string[];
}

/** Names of the cases of a group, without their setup files. */
export function casesOf(group: Group): string[] {
  return readdirSync(new URL(`cases/${group}/`, folder))
    .filter((file) => file.endsWith('.yaml') && !file.endsWith('.setup.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
}

export function readCase(group: string, name: string): Application {
  return load(readFileSync(new URL(`cases/${group}/${name}.yaml`, folder), 'utf8')) as Application;
}

const readGolden = (group: Group, name: string): Golden => JSON.parse(readFileSync(new URL(`golden/${group}/${name}.json`, folder), 'utf8'));

/** Renders all components of an application as the default workflow delivers them; a message where that is refused. */
export async function renderApplication(app: Application): Promise<{ resources: Resource[]; warnings: string[]; problem?: string }> {
  const resources: Resource[] = [];
  const warnings: string[] = [];
  for (const component of app.spec.components) {
    const definition = builtinSource.component('NS', component.type);
    if (!definition.ok) return { resources, warnings, problem: `component "${component.name}": ${definition.problem.message}` };
    const traits = [];
    for (const trait of component.traits ?? []) {
      const found = builtinSource.trait('NS', trait.type);
      if (!found.ok) return { resources, warnings, problem: `component "${component.name}": ${found.problem.message}` };
      traits.push({ ...trait, definition: found.value });
    }
    const rendered = await renderComponent({
      component,
      definition: definition.value,
      traits,
      context: contextOf(app, component.name, component.type),
      appNamespace: 'NS',
      isNamespaced: (_, kind) => !clusterScoped.has(kind),
    });
    if (!rendered.ok) return { resources, warnings, problem: rendered.problem.message };
    resources.push(...rendered.value.resources);
    warnings.push(...rendered.value.warnings);
  }
  const settled = settle(resources);
  if (!settled.ok) return { resources, warnings, problem: settled.problem.message };
  return { resources: settled.value.resources, warnings: [...warnings, ...settled.value.warnings] };
}

const clusterScoped = new Set(['Namespace', 'ClusterRole', 'ClusterRoleBinding', 'PersistentVolume', 'StorageClass', 'CustomResourceDefinition']);

function contextOf(app: Application, name: string, componentType: string) {
  return {
    name,
    appName: app.metadata.name,
    namespace: 'NS',
    appRevision: `${app.metadata.name}-v1`,
    appRevisionNum: 1,
    appLabels: app.metadata.labels ?? {},
    appAnnotations: app.metadata.annotations ?? {},
    componentType,
    cluster: 'local',
    clusterVersion: { major: 1, minor: 33, gitVersion: 'v1.33.0' },
  };
}

/** One case: rendered, compared, and held against the declarations. */
export async function runCase(group: Group, name: string): Promise<Outcome> {
  const app = readCase(group, name);
  const unknownTypes = app.spec.components.flatMap((component) => [
    ...(builtinSource.component('NS', component.type).ok ? [] : [component.type]),
    ...(component.traits ?? []).filter((trait) => !builtinSource.trait('NS', trait.type).ok).map((trait) => trait.type),
  ]);
  if (unknownTypes.length > 0) {
    return { case: name, verdict: 'pending', unknownTypes: [...new Set(unknownTypes)], differences: [], idle: [] };
  }
  const { resources, problem } = await renderApplication(app);
  const theirs = (readGolden(group, name).objects ?? []).map((object) => object.manifest);
  const found = problem === undefined ? differencesBetween(resources.map((resource) => resource.manifest), theirs) : [refused(problem)];
  const allowed = declared.filter((entry) => entry.case === `${group}/${name}`);
  const declares = (entry: (typeof declared)[number], difference: Difference) => entry.object === difference.object && entry.path === difference.path;
  const differences = found.filter((difference) => !allowed.some((entry) => declares(entry, difference)));
  const idle = allowed.filter((entry) => !found.some((difference) => declares(entry, difference))).map((entry) => `${entry.object} ${entry.path}`);
  const verdict = differences.length + idle.length > 0 ? 'different' : found.length > 0 ? 'declared' : 'equal';
  return { case: name, verdict, unknownTypes: [], differences, idle, problem };
}

/** A refusal is one difference: nothing is rendered where KubeVela rendered something. */
const refused = (problem: string): Difference => ({ object: 'Application', path: 'refused', ours: problem, theirs: 'rendered' });

function differencesBetween(ours: KubeObject[], theirs: KubeObject[]): Difference[] {
  const identity = (object: KubeObject) => `${object.kind} ${object.metadata.name}`;
  const byIdentity = (objects: KubeObject[]) => new Map(objects.map((object) => [`${refOf(object).namespace ?? ''}/${identity(object)}`, object]));
  const [left, right] = [byIdentity(ours), byIdentity(theirs)];
  const differences: Difference[] = [];
  for (const key of new Set([...left.keys(), ...right.keys()])) {
    const [a, b] = [left.get(key), right.get(key)];
    const object = identity((a ?? b) as KubeObject);
    if (a && b) differences.push(...compareFields(normalised(a), normalised(b), [], object));
    else differences.push({ object, path: '', ours: a ? 'present' : 'absent', theirs: b ? 'present' : 'absent' });
  }
  return differences;
}

/** The component revision is a hash; its algorithm is ours (decisions.md 3). Everything else is compared as it is. */
function normalised(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalised);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, key === 'app.oam.dev/revision' ? 'HASH' : normalised(item)]));
}

function compareFields(ours: unknown, theirs: unknown, path: (string | number)[], object: string): Difference[] {
  if (jsonEqual(ours, theirs)) return [];
  if (isObject(ours) && isObject(theirs)) {
    return [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].flatMap((key) => compareFields(ours[key], theirs[key], [...path, key], object));
  }
  if (Array.isArray(ours) && Array.isArray(theirs) && ours.length === theirs.length) {
    return ours.flatMap((item, index) => compareFields(item, theirs[index], [...path, index], object));
  }
  return [{ object, path: formatPath(path), ours, theirs }];
}
