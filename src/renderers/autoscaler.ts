/**
 * Who decides about replicas. Where an autoscaler of the application targets a workload, `replicas` is not applied:
 * each apply would reset what the autoscaler just decided (decisions.md 14 and 39). Two autoscalers on one workload
 * fight for ever, so that is an error.
 */
import { groupOf, type KubeObject } from '../api/object.ts';
import { invalid, type Problem, type Result, success } from '../base/errors.ts';
import { isObject, valueAt } from '../base/json.ts';
import type { Resource } from '../definitions/resource.ts';

const autoscalerKinds: Record<string, string[]> = {
  'autoscaling/HorizontalPodAutoscaler': ['spec', 'scaleTargetRef'],
  'keda.sh/ScaledObject': ['spec', 'scaleTargetRef'],
};

/** Identity of the workload an autoscaler steers, or undefined when the object is no autoscaler. */
export function scaleTargetOf(object: KubeObject): string | undefined {
  const path = autoscalerKinds[`${groupOf(object.apiVersion)}/${object.kind}`];
  const target = path && valueAt(object, path);
  if (!isObject(target) || typeof target.name !== 'string') return undefined;
  // KEDA's target is a Deployment unless it says otherwise.
  const kind = typeof target.kind === 'string' ? target.kind : 'Deployment';
  return `${kind}/${object.metadata.namespace ?? ''}/${target.name}`;
}

/** Over all resources of one delivery to one cluster. Warnings name the component whose replicas are left alone. */
export function yieldToAutoscalers(resources: readonly Resource[]): Result<{ resources: Resource[]; warnings: string[] }> {
  const autoscalers = new Map<string, Resource>();
  for (const resource of resources) {
    const target = scaleTargetOf(resource.manifest);
    if (target === undefined) continue;
    const key = `${resource.cluster}/${target}`;
    const other = autoscalers.get(key);
    if (other) return { ok: false, problem: twoAutoscalers(other, resource, target) };
    autoscalers.set(key, resource);
  }
  const warnings: string[] = [];
  const yielded = resources.map((resource) => {
    const { kind, metadata } = resource.manifest;
    const autoscaler = autoscalers.get(`${resource.cluster}/${kind}/${metadata.namespace ?? ''}/${metadata.name}`);
    if (!autoscaler || valueAt(resource.manifest, ['spec', 'replicas']) === undefined) return resource;
    warnings.push(
      `component "${resource.origin.component}": replicas are left to ${autoscaler.manifest.kind} "${autoscaler.manifest.metadata.name}"`,
    );
    return { ...resource, manifest: withoutReplicas(resource.manifest) };
  });
  return success({ resources: yielded, warnings });
}

function withoutReplicas(manifest: KubeObject): KubeObject {
  if (!isObject(manifest.spec)) return manifest;
  const { replicas: _, ...spec } = manifest.spec;
  return { ...manifest, spec };
}

function twoAutoscalers(first: Resource, second: Resource, target: string): Problem {
  const [kind, , name] = target.split('/');
  return invalid('TwoAutoscalers', `${kind} "${name}" has two autoscalers: ${describeOrigin(first)} and ${describeOrigin(second)}`);
}

/** `component "cart", trait "hpa"`, as messages name where an object comes from. */
export function describeOrigin({ origin }: Resource): string {
  if (origin.role === 'STEP') return `step "${origin.component || origin.type}"`;
  if (origin.role === 'WORKLOAD') return `component "${origin.component}"`;
  if (origin.traitIndex < 0) return `component "${origin.component}" (output "${origin.output}")`;
  return `component "${origin.component}", trait "${origin.type}"`;
}
