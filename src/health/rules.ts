/** Which rule judges which kind, by API group and kind: versions of one kind share their rule. */
import { groupOf } from '../api/object.ts';
import { horizontalPodAutoscaler, verticalPodAutoscaler } from './autoscalers.ts';
import { apiService, customResourceDefinition, namespace } from './crds.ts';
import { byConditions, byReady } from './custom-resources.ts';
import { podDisruptionBudget } from './disruption.ts';
import { cronJob, job } from './jobs.ts';
import {
  argoWorkflow,
  canary,
  certificate,
  knativeService,
  kyvernoPolicy,
  rollout,
  scaledObject,
  veleroRun,
  veleroSchedule,
} from './known-resources.ts';
import { gateway, gatewayRoute, ingress, istioConfiguration, service, serviceExport } from './networking.ts';
import { pod } from './pods.ts';
import { healthy, type Rule } from './rule.ts';
import { persistentVolume, persistentVolumeClaim, volumeSnapshot } from './storage.ts';
import { daemonSet, deployment, replicaSet, statefulSet } from './workloads.ts';

/** Kinds that nothing works on: they are data, and well when they exist. */
const passive: Rule = { holds: false, assess: () => healthy('Exists') };

const rules: Record<string, Record<string, Rule>> = {
  '': {
    Pod: pod,
    Service: service,
    PersistentVolumeClaim: persistentVolumeClaim,
    PersistentVolume: persistentVolume,
    ReplicationController: replicaSet,
    Namespace: namespace,
    ConfigMap: passive,
    Secret: passive,
    ServiceAccount: passive,
    Endpoints: passive,
    LimitRange: passive,
    ResourceQuota: passive,
    PodTemplate: passive,
  },
  apps: { Deployment: deployment, StatefulSet: statefulSet, DaemonSet: daemonSet, ReplicaSet: replicaSet, ControllerRevision: passive },
  batch: { Job: job, CronJob: cronJob },
  autoscaling: { HorizontalPodAutoscaler: horizontalPodAutoscaler },
  'autoscaling.k8s.io': { VerticalPodAutoscaler: verticalPodAutoscaler },
  policy: { PodDisruptionBudget: podDisruptionBudget },
  'networking.k8s.io': { Ingress: ingress, IngressClass: passive, NetworkPolicy: passive },
  extensions: { Ingress: ingress },
  'discovery.k8s.io': { EndpointSlice: passive },
  'rbac.authorization.k8s.io': { Role: passive, RoleBinding: passive, ClusterRole: passive, ClusterRoleBinding: passive },
  'storage.k8s.io': { StorageClass: passive, CSIDriver: passive },
  'scheduling.k8s.io': { PriorityClass: passive },
  'coordination.k8s.io': { Lease: passive },
  'node.k8s.io': { RuntimeClass: passive },
  'admissionregistration.k8s.io': {
    MutatingWebhookConfiguration: passive,
    ValidatingWebhookConfiguration: passive,
    ValidatingAdmissionPolicyBinding: passive,
  },
  'apiextensions.k8s.io': { CustomResourceDefinition: customResourceDefinition },
  'apiregistration.k8s.io': { APIService: apiService },

  'gateway.networking.k8s.io': {
    Gateway: gateway,
    HTTPRoute: gatewayRoute,
    GRPCRoute: gatewayRoute,
    TLSRoute: gatewayRoute,
    TCPRoute: gatewayRoute,
    UDPRoute: gatewayRoute,
    ReferenceGrant: passive,
  },
  'networking.istio.io': {
    VirtualService: istioConfiguration,
    DestinationRule: istioConfiguration,
    Gateway: istioConfiguration,
    ServiceEntry: istioConfiguration,
    Sidecar: istioConfiguration,
  },
  'multicluster.x-k8s.io': { ServiceExport: serviceExport, ServiceImport: passive },
  'serving.knative.dev': { Service: knativeService, Configuration: byReady, Route: byReady, Revision: byReady },
  'keda.sh': { ScaledObject: scaledObject, ScaledJob: scaledObject, TriggerAuthentication: passive },
  'cert-manager.io': { Certificate: certificate, Issuer: byReady, ClusterIssuer: byReady },
  'external-secrets.io': { ExternalSecret: byReady, SecretStore: byReady, ClusterSecretStore: byReady },
  'helm.toolkit.fluxcd.io': { HelmRelease: byReady },
  'kustomize.toolkit.fluxcd.io': { Kustomization: byReady },
  'source.toolkit.fluxcd.io': {
    GitRepository: byReady,
    HelmRepository: byReady,
    HelmChart: byReady,
    OCIRepository: byReady,
    Bucket: byReady,
  },
  'flagger.app': { Canary: canary },
  'argoproj.io': { Rollout: rollout, Workflow: argoWorkflow },
  'kyverno.io': { Policy: kyvernoPolicy, ClusterPolicy: kyvernoPolicy },
  'velero.io': { Backup: veleroRun, Restore: veleroRun, Schedule: veleroSchedule },
  'snapshot.storage.k8s.io': { VolumeSnapshot: volumeSnapshot },
  'monitoring.coreos.com': { ServiceMonitor: passive, PodMonitor: passive, PrometheusRule: passive, Probe: passive },
};

/** The rule for a kind; kinds without one are judged by their conditions. */
export function ruleFor(apiVersion: string, kind: string): Rule {
  const group = groupOf(apiVersion);
  const ofGroup = Object.hasOwn(rules, group) ? rules[group] : undefined;
  return (ofGroup !== undefined && Object.hasOwn(ofGroup, kind) ? ofGroup[kind] : undefined) ?? byConditions;
}

/** Kinds with a rule of their own, as `Deployment.apps`, for tests and documentation. */
export function ruledKinds(): string[] {
  return Object.entries(rules).flatMap(([group, kinds]) => Object.keys(kinds).map((kind) => (group === '' ? kind : `${kind}.${group}`)));
}
