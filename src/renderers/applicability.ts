/** Whether a trait fits its workload and its neighbours (decisions.md 14). */
import { groupOf, type Manifest } from '../api/object.ts';
import type { TraitDefinition } from '../definitions/definition.ts';

const knownKinds: Record<string, string> = {
  'deployments.apps': 'Deployment',
  'statefulsets.apps': 'StatefulSet',
  'daemonsets.apps': 'DaemonSet',
  'jobs.batch': 'Job',
  'cronjobs.batch': 'CronJob',
};

/** `deployments.apps` for a Deployment: the regular plural, which is what definitions write. */
function resourceName({ apiVersion, kind }: Manifest): string {
  const lower = kind.toLowerCase();
  const plural = lower.endsWith('s') ? `${lower}es` : lower.endsWith('y') ? `${lower.slice(0, -1)}ies` : `${lower}s`;
  const group = groupOf(apiVersion);
  return group === '' ? plural : `${plural}.${group}`;
}

/** A sentence when the trait does not name this workload; it is rendered all the same, as in KubeVela. */
export function misfit({ appliesTo }: TraitDefinition, workload: Manifest | undefined): string | undefined {
  if (!workload || appliesTo.includes('*')) return undefined;
  const name = resourceName(workload);
  const fits = appliesTo.some((pattern) => pattern === name || (pattern.startsWith('*.') && name.endsWith(pattern.slice(1))));
  if (fits) return undefined;
  return `does not apply to ${workload.kind} (applies to ${appliesTo.map((kind) => knownKinds[kind] ?? kind).join(', ')})`;
}

/** The name of another trait of the component that this one excludes. */
export function conflictOf({ name, conflictsWith }: TraitDefinition, others: readonly string[]): string | undefined {
  return others.find((other) => other !== name && conflictsWith.includes(other));
}
