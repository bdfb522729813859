/** What is kept in memory of objects that are only looked at in part: memory follows need. */
import type { KubeObject } from '../../api/object.ts';
import { isObject, valueAt } from '../../base/json.ts';

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

/** Of a CRD, what decides which kinds the cluster serves. */
export function stripCrd(crd: KubeObject): KubeObject {
  const { apiVersion, kind, metadata } = crd;
  const { name, uid = '', resourceVersion = '', deletionTimestamp } = metadata;
  const versions = valueAt(crd, ['spec', 'versions']);
  const conditions = valueAt(crd, ['status', 'conditions']);
  return {
    apiVersion,
    kind,
    metadata: { name, uid, resourceVersion, ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }) },
    spec: {
      versions: Array.isArray(versions) ? versions.map((version) => [valueAt(version, ['name']), valueAt(version, ['served'])]) : [],
    },
    status: {
      established:
        Array.isArray(conditions) &&
        conditions.some((one) => valueAt(one, ['type']) === 'Established' && valueAt(one, ['status']) === 'True'),
    },
  };
}
