/** What is kept in memory of objects that are only looked at in part: memory follows need. */
import type { KubeObject } from '../../api/object.ts';
import { isObject } from '../../base/json.ts';

/** A revision without its spec and manifests: names, labels and whether it succeeded are enough. */
export function stripRevision(revision: KubeObject): KubeObject {
  const { apiVersion, kind, metadata } = revision;
  const { managedFields: _dropped, ...kept } = metadata;
  const succeeded = isObject(revision.status) && revision.status.succeeded === true;
  return { apiVersion, kind, metadata: kept, status: { succeeded } };
}

/** An autoscaler without everything but its target. */
export function stripAutoscaler(autoscaler: KubeObject): KubeObject {
  const { apiVersion, kind, metadata } = autoscaler;
  const { name, namespace = '', uid = '', resourceVersion = '' } = metadata;
  const target = isObject(autoscaler.spec) ? autoscaler.spec.scaleTargetRef : undefined;
  return { apiVersion, kind, metadata: { name, namespace, uid, resourceVersion }, spec: { scaleTargetRef: target } };
}
