/**
 * Which fields an endpoint takes from nobody: a write to the object itself leaves status alone, a write to
 * `/status` leaves the rest. Source: GetResetFields of the registry strategies of Kubernetes 1.33.
 */

import type { KubeObject } from '../api/object.ts';
import { cloneJson, isObject } from '../base/json.ts';
import { type FieldNode, FieldSet } from './field-set.ts';
import { fieldKey } from './path-element.ts';

const of = (...paths: string[]): FieldSet => FieldSet.ofKeys(...paths.map((path) => path.split('.').map(fieldKey)));
const status = of('status');
const spec = of('spec');
const specAndLabels = of('spec', 'metadata.labels');
const specAndMetadata = of('spec', 'metadata');

/** Kinds whose object endpoint resets `status`. */
const withStatus = new Set([
  'v1/Pod',
  'v1/Service',
  'v1/Node',
  'v1/Namespace',
  'v1/PersistentVolume',
  'v1/PersistentVolumeClaim',
  'v1/ReplicationController',
  'v1/ResourceQuota',
  'apps/v1/Deployment',
  'apps/v1/ReplicaSet',
  'apps/v1/StatefulSet',
  'apps/v1/DaemonSet',
  'batch/v1/Job',
  'batch/v1/CronJob',
  'autoscaling/v1/HorizontalPodAutoscaler',
  'autoscaling/v2/HorizontalPodAutoscaler',
  'policy/v1/PodDisruptionBudget',
  'networking.k8s.io/v1/Ingress',
  'apiextensions.k8s.io/v1/CustomResourceDefinition',
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy',
]);

const ofStatus: Record<string, FieldSet> = {
  'apps/v1/Deployment': specAndLabels,
  'v1/Pod': of('spec', 'metadata.deletionTimestamp', 'metadata.ownerReferences'),
  'apiextensions.k8s.io/v1/CustomResourceDefinition': specAndMetadata,
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy': specAndMetadata,
};

/** The fields that the endpoint of a built-in kind ignores. `subresource` is empty for the object itself. */
export function resetFieldsFor(apiVersion: string, kind: string, subresource = ''): FieldSet {
  const key = `${apiVersion}/${kind}`;
  if (!withStatus.has(key)) return FieldSet.empty;
  if (subresource === '') return status;
  return subresource === 'status' ? (ofStatus[key] ?? spec) : FieldSet.empty;
}

/** The same for custom resources: with a status subresource, and without. */
export function resetFieldsForCustom(hasStatus: boolean, subresource = ''): FieldSet {
  if (!hasStatus) return FieldSet.empty;
  if (subresource === '') return status;
  return subresource === 'status' ? spec : FieldSet.empty;
}

function restore(
  next: Record<string, unknown>,
  live: Record<string, unknown>,
  level: ReadonlyMap<string, FieldNode>,
): Record<string, unknown> {
  const out = { ...next };
  for (const [key, node] of level) {
    const name = key.slice(2);
    const before = live[name];
    if (node.member) {
      if (before === undefined) delete out[name];
      else out[name] = cloneJson(before);
    } else if (node.children) {
      const inner = restore(isObject(out[name]) ? out[name] : {}, isObject(before) ? before : {}, node.children);
      if (Object.keys(inner).length > 0) out[name] = inner;
    }
  }
  return out;
}

/** `next` with the given fields as they are in `live` (absent where `live` has none). */
export function restoreFields(next: KubeObject, live: KubeObject | undefined, fields: FieldSet): KubeObject {
  return restore(next, live ?? {}, fields.children) as KubeObject;
}
