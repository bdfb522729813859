/**
 * Validation of built-in kinds by kind, after defaulting. What is checked is what users hit; fields that are not
 * looked at here pass.
 */
import type { KubeObject } from '../../api/object.ts';
import type { JsonObject } from '../../base/json.ts';
import type { FieldIssue } from '../issues.ts';
import { checkMetadata } from './labels.ts';
import {
  checkConfigMap,
  checkIngress,
  checkPersistentVolumeClaim,
  checkPriorityClass,
  checkRoleBinding,
  checkSecret,
  checkService,
  checkStorageClass,
} from './other-validation.ts';
import { inner } from './pod-defaults.ts';
import { checkPodSpec } from './pod-validation.ts';
import { dns1035Label, dns1123Label, dns1123Subdomain, pathSegment } from './texts.ts';
import {
  checkCronJob,
  checkDaemonSet,
  checkDeployment,
  checkHpa,
  checkJob,
  checkPodDisruptionBudget,
  checkReplicaSet,
  checkStatefulSet,
} from './workload-validation.ts';

type Check = (object: JsonObject, old?: JsonObject) => FieldIssue[];

const checkPod: Check = (object, old) => (old === undefined ? checkPodSpec(inner(object, 'spec') ?? {}, 'spec') : []);

const checks: Record<string, Check> = {
  'v1/Pod': checkPod,
  'v1/Service': checkService,
  'v1/ConfigMap': checkConfigMap,
  'v1/Secret': checkSecret,
  'v1/PersistentVolumeClaim': checkPersistentVolumeClaim,
  'apps/v1/Deployment': checkDeployment,
  'apps/v1/ReplicaSet': checkReplicaSet,
  'apps/v1/DaemonSet': checkDaemonSet,
  'apps/v1/StatefulSet': checkStatefulSet,
  'batch/v1/Job': checkJob,
  'batch/v1/CronJob': checkCronJob,
  'autoscaling/v1/HorizontalPodAutoscaler': checkHpa,
  'autoscaling/v2/HorizontalPodAutoscaler': checkHpa,
  'policy/v1/PodDisruptionBudget': checkPodDisruptionBudget,
  'networking.k8s.io/v1/Ingress': checkIngress,
  'rbac.authorization.k8s.io/v1/RoleBinding': checkRoleBinding,
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': checkRoleBinding,
  'storage.k8s.io/v1/StorageClass': checkStorageClass,
  'scheduling.k8s.io/v1/PriorityClass': checkPriorityClass,
};

const nameRules: Record<string, (name: string) => string[]> = {
  'v1/Service': dns1035Label,
  'v1/Namespace': dns1123Label,
  'apps/v1/StatefulSet': dns1123Label,
  'rbac.authorization.k8s.io/v1/Role': pathSegment,
  'rbac.authorization.k8s.io/v1/ClusterRole': pathSegment,
  'rbac.authorization.k8s.io/v1/RoleBinding': pathSegment,
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': pathSegment,
};

/**
 * What is wrong with a built-in object, in the server's words and order. Call it on the defaulted object; `old`
 * makes it an update and adds what may not change.
 */
export function validateBuiltin(object: KubeObject, old?: KubeObject): FieldIssue[] {
  const key = `${object.apiVersion}/${object.kind}`;
  const next = object as unknown as JsonObject;
  const before = old as unknown as JsonObject | undefined;
  const check = checks[key];
  return [
    ...checkMetadata(next, nameRules[key] ?? dns1123Subdomain, old !== undefined),
    ...(check === undefined ? [] : check(next, before)),
  ];
}
