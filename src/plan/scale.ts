/**
 * Who decides about replicas. Where an autoscaler targets a workload, whoever's it is, they are not applied. Leaving them
 * out of an apply would reset them to 1 as long as nobody else owns the field (measured: 10 → 1), so giving them up keeps
 * the live count through a hand-over (design.md §4 "Writing", decision 39).
 */
import { type KubeObject, type ObjectRef, refOf } from '../api/object.ts';
import { isObject, valueAt } from '../base/json.ts';
import type { Resource } from '../definitions/resource.ts';
import { scaleTargetOf } from '../renderers/autoscaler.ts';
import { applyEntry, fieldManager } from './fingerprint.ts';
import { entryKey, type RecordEntry } from './record.ts';

/** The field manager that holds a count between us, who give it up, and the autoscaler, who has not set it yet. */
export const handOverManager = 'lateen-handover';

export interface Scale {
  /** What is sent: without replicas where they are an autoscaler's. */
  manifest: KubeObject;
  /** The live count to hand over before that. */
  handOver?: number;
  /** The hand-over has to end: the count is ours again. */
  takeBack?: true;
}

/** @param isAutoscaled whether an autoscaler targets the workload. @param live the object as it is, where it is. */
export function decideScale(manifest: KubeObject, live: KubeObject | undefined, isAutoscaled: boolean): Scale {
  if (!isAutoscaled)
    return valueAt(manifest, ['spec', 'replicas']) !== undefined && isHandedOver(live) ? { manifest, takeBack: true } : { manifest };
  const without = withoutReplicas(manifest);
  const count = live && valueAt(live, ['spec', 'replicas']);
  const isOurs = live !== undefined && ownsReplicas(applyEntry(live)?.fieldsV1);
  return isOurs && typeof count === 'number' && !isOwnedByOthers(live) ? { manifest: without, handOver: count } : { manifest: without };
}

/** True while the hand-over manager stands on the object. */
export function isHandedOver(live: KubeObject | undefined): boolean {
  return live !== undefined && applyEntry(live, handOverManager) !== undefined;
}

function isOwnedByOthers({ metadata }: KubeObject): boolean {
  return (metadata.managedFields ?? []).some(({ manager, operation, fieldsV1 }) => {
    const isApply = operation === 'Apply' && (manager === fieldManager || manager === handOverManager);
    return !isApply && ownsReplicas(fieldsV1);
  });
}

function ownsReplicas(fields: unknown): boolean {
  return valueAt(fields, ['f:spec', 'f:replicas']) !== undefined;
}

export function withoutReplicas(manifest: KubeObject): KubeObject {
  if (!isObject(manifest.spec) || manifest.spec.replicas === undefined) return manifest;
  const { replicas: _given, ...spec } = manifest.spec;
  return { ...manifest, spec };
}

export interface AutoscalerInput {
  /** What is delivered in this pass. */
  due: readonly { resource: Resource }[];
  entries: ReadonlyMap<string, RecordEntry>;
  /** Autoscalers on the cluster that target an object. */
  autoscalersOf(cluster: string, target: ObjectRef): readonly ObjectRef[];
}

/**
 * Tells of a workload whether an autoscaler targets it: one that is delivered with it, or one that is there. One of the
 * application's own that its component, delivered now, no longer renders is about to be pruned and does not count.
 */
export function autoscaledBy({ due, entries, autoscalersOf }: AutoscalerInput): (resource: Resource) => boolean {
  const targets = new Set(due.flatMap(({ resource }) => targetKey(resource.cluster, scaleTargetOf(resource.manifest))));
  const delivered = new Set(due.map(({ resource: { cluster, manifest } }) => entryKey(cluster, refOf(manifest))));
  const components = new Set(due.map(({ resource }) => resource.origin.component));
  return ({ cluster, manifest }) => {
    if (valueAt(manifest, ['spec', 'template']) === undefined) return false;
    const { namespace = '', name } = manifest.metadata;
    if (targets.has(`${cluster}|${manifest.kind}/${namespace}/${name}`)) return true;
    return autoscalersOf(cluster, refOf(manifest)).some((autoscaler) => {
      const key = entryKey(cluster, autoscaler);
      const entry = entries.get(key);
      const isDropped = entry !== undefined && (entry.unwanted || (components.has(entry.origin.component) && !delivered.has(key)));
      return !isDropped;
    });
  };
}

function targetKey(cluster: string, target: string | undefined): string[] {
  return target === undefined ? [] : [`${cluster}|${target}`];
}
