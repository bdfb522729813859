/**
 * Defaulting of built-in kinds: what the server does in Go when it decodes an object, and OpenAPI does not tell.
 */
import type { KubeObject } from '../../api/object.ts';
import { cloneJson, type JsonObject } from '../../base/json.ts';
import { materialize } from '../materialize.ts';
import { schemaFor } from '../tables.ts';
import {
  defaultCustomResourceDefinition,
  defaultEndpointSlice,
  defaultEndpoints,
  defaultIngressClass,
  defaultLimitRange,
  defaultNamespace,
  defaultNetworkPolicy,
  defaultNode,
  defaultPersistentVolume,
  defaultPriorityClass,
  defaultRole,
  defaultRoleBinding,
  defaultSecret,
  defaultService,
  defaultStorageClass,
  defaultWebhooks,
} from './other-defaults.ts';
import { defaultPod, defaultPodSpec, inner } from './pod-defaults.ts';
import {
  defaultCronJob,
  defaultDaemonSet,
  defaultDeployment,
  defaultHpaV1,
  defaultHpaV2,
  defaultJob,
  defaultPersistentVolumeClaim,
  defaultPodTemplate,
  defaultReplicaSet,
  defaultReplicationController,
  defaultStatefulSet,
} from './workload-defaults.ts';

function defaultWholePod(object: JsonObject): void {
  const spec = inner(object, 'spec');
  if (spec !== undefined) defaultPodSpec(spec);
  defaultPod(object);
}

const defaulters: Record<string, (object: JsonObject) => void> = {
  'v1/Pod': defaultWholePod,
  'v1/PodTemplate': defaultPodTemplate,
  'v1/ReplicationController': defaultReplicationController,
  'v1/Service': defaultService,
  'v1/Secret': defaultSecret,
  'v1/Namespace': defaultNamespace,
  'v1/Node': defaultNode,
  'v1/LimitRange': defaultLimitRange,
  'v1/Endpoints': defaultEndpoints,
  'v1/PersistentVolume': defaultPersistentVolume,
  'v1/PersistentVolumeClaim': defaultPersistentVolumeClaim,
  'apps/v1/Deployment': defaultDeployment,
  'apps/v1/ReplicaSet': defaultReplicaSet,
  'apps/v1/DaemonSet': defaultDaemonSet,
  'apps/v1/StatefulSet': defaultStatefulSet,
  'batch/v1/Job': defaultJob,
  'batch/v1/CronJob': defaultCronJob,
  'autoscaling/v1/HorizontalPodAutoscaler': defaultHpaV1,
  'autoscaling/v2/HorizontalPodAutoscaler': defaultHpaV2,
  'networking.k8s.io/v1/NetworkPolicy': defaultNetworkPolicy,
  'networking.k8s.io/v1/IngressClass': defaultIngressClass,
  'discovery.k8s.io/v1/EndpointSlice': defaultEndpointSlice,
  'rbac.authorization.k8s.io/v1/Role': defaultRole,
  'rbac.authorization.k8s.io/v1/ClusterRole': defaultRole,
  'rbac.authorization.k8s.io/v1/RoleBinding': defaultRoleBinding,
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': defaultRoleBinding,
  'storage.k8s.io/v1/StorageClass': defaultStorageClass,
  'scheduling.k8s.io/v1/PriorityClass': defaultPriorityClass,
  'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration': defaultWebhooks,
  'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration': defaultWebhooks,
  'apiextensions.k8s.io/v1/CustomResourceDefinition': defaultCustomResourceDefinition,
};

/**
 * The object as the server holds it after decoding: fields Go always writes, canonical quantities, defaults.
 * What strategies and controllers fill in at creation (clusterIP, a Job's selector) is not here. Objects of kinds
 * that are not built in come back as they are.
 */
export function defaultBuiltin<T extends KubeObject>(object: T): T {
  const schema = schemaFor(object.apiVersion, object.kind);
  if (schema === undefined) return object;
  const held = materialize(object, schema) as T;
  const defaulter = defaulters[`${object.apiVersion}/${object.kind}`];
  if (defaulter === undefined) return held;
  const { managedFields, ...metadata } = held.metadata ?? {};
  // Fields that defaulters add may be structs that are written whole (a claim template's status): hold them too.
  const copy = cloneJson({ ...held, metadata }) as unknown as JsonObject;
  defaulter(copy);
  const done = materialize(copy, schema) as T;
  return managedFields === undefined ? done : { ...done, metadata: { ...done.metadata, managedFields } };
}
