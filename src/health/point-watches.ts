/**
 * What to watch in order to explain a verdict. Pods are never watched cluster-wide (design.md §4, "Seeing"): a watch
 * on the pods of one workload is opened while it is not healthy, and closed when it is.
 */
import type { KubeObject } from '../api/object.ts';
import type { Selection, Target } from '../kube/types.ts';
import { objectAt, objectsAt, textAt } from './fields.ts';
import type { Verdict } from './verdict.ts';

/** True while pods could tell more than the verdict does: the workload is neither well nor put aside by somebody. */
export function needsPods(verdict: Verdict): boolean {
  return verdict.state === 'progressing' || verdict.state === 'degraded';
}

/** Selects the pods of a workload; undefined for other kinds. */
export function podSelectorOf(object: KubeObject): (Target & Selection & { namespace: string }) | undefined {
  const { namespace } = object.metadata;
  const labelSelector = namespace === undefined ? undefined : labelSelectorOf(object);
  return namespace === undefined || labelSelector === undefined ? undefined : { apiVersion: 'v1', kind: 'Pod', namespace, labelSelector };
}

/** The watches that would explain `verdict`; empty when nothing is to be explained. Their objects are the `surroundings` of the next verdict. */
export function pointWatchesFor(object: KubeObject, verdict: Verdict): (Target & Selection & { namespace: string })[] {
  if (!needsPods(verdict)) return [];
  const pods = podSelectorOf(object);
  if (pods === undefined) return [];
  const replicaSets = { ...pods, apiVersion: 'apps/v1', kind: 'ReplicaSet' };
  return object.kind === 'Deployment' ? [pods, replicaSets] : [pods];
}

function labelSelectorOf(object: KubeObject): string | undefined {
  switch (object.kind) {
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'ReplicaSet':
      return spellSelector(objectAt(object, 'spec.selector'));
    case 'ReplicationController':
      return spellSelector({ matchLabels: objectAt(object, 'spec.selector') ?? {} });
    case 'Job':
      // Until the API server has generated the selector, the label with the Job's name does the same.
      return spellSelector(objectAt(object, 'spec.selector')) ?? `batch.kubernetes.io/job-name=${object.metadata.name}`;
    default:
      return undefined;
  }
}

/** A LabelSelector as the query parameter spells it; undefined when it selects nothing or everything. */
export function spellSelector(selector: unknown): string | undefined {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(objectAt(selector, 'matchLabels') ?? {})) {
    if (typeof value === 'string') parts.push(`${key}=${value}`);
  }
  for (const expression of objectsAt(selector, 'matchExpressions')) {
    const key = textAt(expression, 'key') ?? '';
    const values = Array.isArray(expression.values) ? expression.values.filter((value) => typeof value === 'string') : [];
    switch (textAt(expression, 'operator')) {
      case 'In':
        parts.push(`${key} in (${values.join(',')})`);
        break;
      case 'NotIn':
        parts.push(`${key} notin (${values.join(',')})`);
        break;
      case 'Exists':
        parts.push(key);
        break;
      case 'DoesNotExist':
        parts.push(`!${key}`);
        break;
      default:
        return undefined;
    }
  }
  return parts.length === 0 ? undefined : parts.join(',');
}
