/** Status sentences of the workload components, worded as KubeVela words them: tools and eyes know them. */
import type { LiveObjects } from '../definitions/definition.ts';

function numberAt(object: unknown, ...path: string[]): number {
  let current: unknown = object;
  for (const step of path) current = typeof current === 'object' && current !== null ? Reflect.get(current, step) : undefined;
  return typeof current === 'number' ? current : 0;
}

/** `Ready:1/3` of a Deployment or StatefulSet. */
export function readyReplicas({ output }: LiveObjects): string | undefined {
  if (!output) return undefined;
  const wanted = 'spec' in output && typeof output.spec === 'object' && output.spec !== null && 'replicas' in output.spec;
  return `Ready:${numberAt(output, 'status', 'readyReplicas')}/${wanted ? numberAt(output, 'spec', 'replicas') : 1}`;
}

/** `Ready:3/5` of a DaemonSet: pods of nodes. */
export function readyNodes({ output }: LiveObjects): string | undefined {
  return output && `Ready:${numberAt(output, 'status', 'numberReady')}/${numberAt(output, 'status', 'desiredNumberScheduled')}`;
}

/** `Active/Failed/Succeeded:0/0/1` of a Job. */
export function jobPods({ output }: LiveObjects): string | undefined {
  if (!output) return undefined;
  const [active, failed, succeeded] = ['active', 'failed', 'succeeded'].map((field) => numberAt(output, 'status', field));
  return `Active/Failed/Succeeded:${active}/${failed}/${succeeded}`;
}
