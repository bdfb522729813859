/**
 * States of objects with the verdict a user would give, and what kstatus says of the same object. The latter is
 * checked against the real library where its binary was built (kstatus.test.ts); `differs` says why we do not follow.
 */
import type { KubeObject } from '../../../src/api/object.ts';
import type { Surroundings } from '../../../src/health/surroundings.ts';
import type { HealthState } from '../../../src/health/verdict.ts';
import {
  condition,
  daemonSet,
  deployment,
  job,
  object,
  pod,
  readyPod,
  replicaSet,
  statefulSet,
  unready,
  unschedulable,
  waiting,
} from './objects.ts';

export type Kstatus = 'Current' | 'InProgress' | 'Failed' | 'Terminating';

export interface Vector {
  title: string;
  object: KubeObject;
  surroundings?: Surroundings;
  state: HealthState;
  reason: string;
  holds: boolean;
  final?: true;
  kstatus: Kstatus;
  /** Why our state is not what kstatus' would be; must be given when they differ, and only then. */
  differs?: string;
}

const started = '2026-01-01T00:00:00Z';
const holding = (state: HealthState, reason: string, kstatus: Kstatus, differs?: string) => ({
  state,
  reason,
  holds: true,
  kstatus,
  differs,
});
const shown = (state: HealthState, reason: string, kstatus: Kstatus, differs?: string) => ({
  state,
  reason,
  holds: false,
  kstatus,
  differs,
});

const conditionsOf = (apiVersion: string, kind: string, conditions: ReturnType<typeof condition>[], more = {}) =>
  object(apiVersion, kind, { status: { observedGeneration: 2, conditions, ...more } });

/** kstatus computes nothing for these kinds: an object that exists is current. */
const noRule = 'kstatus has no rule for the kind';
const causes = 'kstatus does not look for causes';

export const deploymentVectors: Vector[] = [
  { title: 'complete', object: deployment(), ...holding('healthy', 'Available', 'Current') },
  {
    title: 'without a status',
    object: object('apps/v1', 'Deployment', { spec: { replicas: 1 } }),
    ...holding('progressing', 'LatestGenerationNotObserved', 'InProgress'),
  },
  {
    title: 'newer than its status',
    object: deployment({ observedGeneration: 1 }),
    ...holding('progressing', 'LatestGenerationNotObserved', 'InProgress'),
  },
  { title: 'pods missing', object: deployment({ replicas: 2 }), ...holding('progressing', 'PodsNotCreated', 'InProgress') },
  { title: 'old template', object: deployment({ updatedReplicas: 1 }), ...holding('progressing', 'RolloutInProgress', 'InProgress') },
  { title: 'old pods left', object: deployment({ replicas: 4 }), ...holding('progressing', 'OldPodsTerminating', 'InProgress') },
  {
    title: 'not ready',
    object: deployment({ readyReplicas: 2, availableReplicas: 2 }),
    ...holding('progressing', 'PodsNotReady', 'InProgress'),
  },
  {
    title: 'not long enough ready',
    object: deployment({ availableReplicas: 2 }),
    ...holding('progressing', 'PodsNotAvailable', 'InProgress'),
  },
  {
    title: 'right counts, rollout not declared complete',
    object: deployment({ conditions: [condition('Progressing', 'True', 'ReplicaSetUpdated'), condition('Available', 'True')] }),
    ...holding('progressing', 'RolloutInProgress', 'InProgress'),
  },
  {
    title: 'right counts, not available',
    object: deployment({ conditions: [condition('Progressing', 'True', 'NewReplicaSetAvailable'), condition('Available', 'False')] }),
    ...holding('progressing', 'PodsNotAvailable', 'InProgress'),
  },
  {
    title: 'no deadline (MaxInt32): only Available counts',
    object: deployment({ conditions: [condition('Available', 'True')] }, { progressDeadlineSeconds: 2147483647 }),
    ...holding('healthy', 'Available', 'Current'),
  },
  {
    title: 'deadline exceeded',
    object: deployment({ updatedReplicas: 1, conditions: [condition('Progressing', 'False', 'ProgressDeadlineExceeded')] }),
    ...holding('degraded', 'ProgressDeadlineExceeded', 'Failed'),
    final: true,
  },
  {
    title: 'no replicas wanted',
    object: deployment({ replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0 }, { replicas: 0 }),
    ...holding('healthy', 'Available', 'Current'),
  },
  {
    title: 'paused in the middle of a rollout',
    object: deployment({ updatedReplicas: 1 }, { paused: true }),
    ...holding('suspended', 'Paused', 'InProgress', 'as Argo CD: a person has stopped it'),
  },
  {
    title: 'paused at rest',
    object: deployment(
      { conditions: [condition('Progressing', 'Unknown', 'DeploymentPaused'), condition('Available', 'True')] },
      { paused: true },
    ),
    ...shown('suspended', 'Paused', 'InProgress', 'as Argo CD: a person has stopped it'),
  },
  {
    title: 'scaled by an autoscaler beyond spec.replicas of the past',
    object: deployment({ replicas: 5, updatedReplicas: 5, readyReplicas: 5, availableReplicas: 5 }),
    surroundings: { autoscaled: true },
    ...holding('healthy', 'Available', 'InProgress', 'kstatus does not know whose the count is'),
  },
  {
    title: 'scaled by an autoscaler, one pod not ready',
    object: deployment({ replicas: 5, updatedReplicas: 5, readyReplicas: 4, availableReplicas: 4 }),
    surroundings: { autoscaled: true },
    ...holding('progressing', 'PodsNotReady', 'InProgress'),
  },
  {
    title: 'health checks disabled',
    object: deployment({ readyReplicas: 0 }, {}, { annotations: { 'app.oam.dev/disable-health-check': '' } }),
    ...holding('healthy', 'HealthCheckDisabled', 'InProgress', 'an annotation kstatus does not know'),
  },
  {
    title: 'being deleted',
    object: deployment({}, {}, { deletionTimestamp: started, finalizers: ['foregroundDeletion'] }),
    ...holding('progressing', 'Terminating', 'Terminating'),
  },
  {
    title: 'refused by quota',
    object: deployment({
      replicas: 0,
      conditions: [condition('ReplicaFailure', 'True', 'FailedCreate', 'pods "web-x" is forbidden: exceeded quota: small')],
    }),
    ...holding('degraded', 'QuotaExceeded', 'InProgress', causes),
  },
];

export const statefulSetVectors: Vector[] = [
  { title: 'at rest', object: statefulSet(), ...holding('healthy', 'Ready', 'Current') },
  {
    title: 'newer than its status',
    object: statefulSet({ observedGeneration: 1 }),
    ...holding('progressing', 'LatestGenerationNotObserved', 'InProgress'),
  },
  { title: 'pods missing', object: statefulSet({ replicas: 1 }), ...holding('progressing', 'PodsNotCreated', 'InProgress') },
  { title: 'not ready', object: statefulSet({ readyReplicas: 2 }), ...holding('progressing', 'PodsNotReady', 'InProgress') },
  { title: 'more than wanted', object: statefulSet({ replicas: 4 }), ...holding('progressing', 'OldPodsTerminating', 'InProgress') },
  {
    title: 'between two revisions',
    object: statefulSet({ updateRevision: 'web-2' }),
    ...holding('progressing', 'RolloutInProgress', 'InProgress'),
  },
  {
    title: 'not all of the current revision',
    object: statefulSet({ currentReplicas: 2 }),
    ...holding('progressing', 'RolloutInProgress', 'InProgress'),
  },
  {
    title: 'partitioned, its part done',
    object: statefulSet(
      { updatedReplicas: 1, currentReplicas: 2, updateRevision: 'web-2' },
      { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } },
    ),
    ...holding('healthy', 'Ready', 'Current'),
  },
  {
    title: 'partitioned, its part not done',
    object: statefulSet(
      { updatedReplicas: 1, updateRevision: 'web-2' },
      { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } } },
    ),
    ...holding('progressing', 'RolloutInProgress', 'InProgress'),
  },
  {
    title: 'OnDelete with pods of the old revision',
    object: statefulSet({ updatedReplicas: 0, updateRevision: 'web-2' }, { updateStrategy: { type: 'OnDelete' } }),
    ...holding('healthy', 'Ready', 'Current'),
  },
  {
    title: 'OnDelete, not ready',
    object: statefulSet({ readyReplicas: 0 }, { updateStrategy: { type: 'OnDelete' } }),
    ...holding('progressing', 'PodsNotReady', 'Current', 'as Argo CD: OnDelete says nothing about pods that do not run'),
  },
];

export const daemonSetVectors: Vector[] = [
  { title: 'at rest', object: daemonSet(), ...holding('healthy', 'Ready', 'Current') },
  {
    title: 'without a status',
    object: object('apps/v1', 'DaemonSet', { spec: {} }),
    ...holding('progressing', 'LatestGenerationNotObserved', 'InProgress'),
  },
  {
    title: 'nodes not counted',
    object: object('apps/v1', 'DaemonSet', { status: { observedGeneration: 2 } }),
    ...holding('progressing', 'NotScheduled', 'InProgress'),
  },
  { title: 'pods missing', object: daemonSet({ currentNumberScheduled: 2 }), ...holding('progressing', 'PodsNotCreated', 'InProgress') },
  { title: 'old template', object: daemonSet({ updatedNumberScheduled: 2 }), ...holding('progressing', 'RolloutInProgress', 'InProgress') },
  {
    title: 'not ready',
    object: daemonSet({ numberReady: 2, numberAvailable: 2 }),
    ...holding('progressing', 'PodsNotReady', 'InProgress'),
  },
  { title: 'not available', object: daemonSet({ numberAvailable: 2 }), ...holding('progressing', 'PodsNotAvailable', 'InProgress') },
  {
    title: 'OnDelete with old pods',
    object: daemonSet({ updatedNumberScheduled: 0 }, { updateStrategy: { type: 'OnDelete' } }),
    ...holding('healthy', 'Ready', 'InProgress', 'as Argo CD: nothing more happens by itself'),
  },
  {
    title: 'no node matches',
    object: daemonSet({
      desiredNumberScheduled: 0,
      currentNumberScheduled: 0,
      updatedNumberScheduled: 0,
      numberReady: 0,
      numberAvailable: 0,
    }),
    ...holding('healthy', 'Ready', 'Current'),
  },
];

export const replicaSetVectors: Vector[] = [
  { title: 'at rest', object: replicaSet('web-1', 1), ...holding('healthy', 'Available', 'Current') },
  {
    title: 'not available',
    object: replicaSet('web-1', 1, { availableReplicas: 2 }),
    ...holding('progressing', 'PodsNotAvailable', 'InProgress'),
  },
  {
    title: 'labels lag',
    object: replicaSet('web-1', 1, { fullyLabeledReplicas: 2 }),
    ...holding('progressing', 'PodsNotLabelled', 'InProgress'),
  },
  { title: 'too many', object: replicaSet('web-1', 1, { replicas: 4 }), ...holding('progressing', 'OldPodsTerminating', 'InProgress') },
  {
    title: 'pods refused',
    object: replicaSet('web-1', 1, {
      replicas: 0,
      conditions: [condition('ReplicaFailure', 'True', 'FailedCreate', 'serviceaccount "x" not found')],
    }),
    ...holding('degraded', 'FailedCreate', 'InProgress', 'as Argo CD: somebody has to act'),
  },
];

export const podVectors: Vector[] = [
  { title: 'ready', object: pod('a', readyPod), ...holding('healthy', 'Ready', 'Current') },
  { title: 'succeeded', object: pod('a', { phase: 'Succeeded' }), ...holding('healthy', 'Completed', 'Current') },
  {
    title: 'failed',
    object: pod('a', { phase: 'Failed', containerStatuses: [{ name: 'app', state: { terminated: { exitCode: 3, reason: 'Error' } } }] }),
    ...holding('degraded', 'Error', 'Current', 'as Argo CD: it has ended, and not well'),
    final: true,
  },
  {
    title: 'evicted',
    object: pod('a', { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' }),
    ...holding('degraded', 'Evicted', 'Current', 'as Argo CD: it has ended, and not well'),
    final: true,
  },
  { title: 'without a status', object: pod('a', {}), ...holding('progressing', 'PodPending', 'InProgress') },
  { title: 'pending', object: pod('a', { phase: 'Pending' }), ...holding('progressing', 'PodPending', 'InProgress') },
  {
    title: 'running, not ready',
    object: pod('a', unready({ running: {} })),
    ...holding('progressing', 'ContainersNotReady', 'InProgress'),
  },
  {
    title: 'crash loop',
    object: pod('a', unready({ waiting: { reason: 'CrashLoopBackOff' } })),
    ...holding('degraded', 'CrashLoopBackOff', 'Failed'),
  },
  {
    title: 'image cannot be pulled',
    object: pod('a', waiting('ImagePullBackOff', 'Back-off pulling image "x"')),
    ...holding('degraded', 'ImagePullBackOff', 'InProgress', 'as Argo CD: somebody has to act'),
  },
  {
    title: 'no config',
    object: pod('a', waiting('CreateContainerConfigError', 'secret "db" not found')),
    ...holding('degraded', 'CreateContainerConfigError', 'InProgress', 'as Argo CD: somebody has to act'),
  },
  {
    title: 'restarted after using too much memory, not ready',
    object: pod('a', unready({ running: {} }, { exitCode: 137, reason: 'OOMKilled' })),
    ...holding('degraded', 'OOMKilled', 'InProgress', 'as Argo CD: the last end tells'),
  },
  {
    title: 'no node takes it',
    object: pod('a', unschedulable),
    // kstatus calls it failed once the condition is older than 15 s; it has no time here, which counts as old.
    ...holding(
      'progressing',
      'Unschedulable',
      'Failed',
      'a cluster autoscaler or a volume on its way resolves it; the progress deadline ends it',
    ),
  },
];

export const jobVectors: Vector[] = [
  {
    title: 'complete',
    object: job({ startTime: started, succeeded: 3, conditions: [condition('Complete', 'True')] }),
    ...holding('healthy', 'Complete', 'Current'),
  },
  {
    title: 'failed',
    object: job({
      startTime: started,
      failed: 7,
      conditions: [condition('Failed', 'True', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit')],
    }),
    ...holding('degraded', 'BackoffLimitExceeded', 'Failed'),
    final: true,
  },
  {
    title: 'past its deadline',
    object: job({
      startTime: started,
      conditions: [condition('Failed', 'True', 'DeadlineExceeded', 'Job was active longer than specified deadline')],
    }),
    ...holding('degraded', 'DeadlineExceeded', 'Failed'),
    final: true,
  },
  {
    title: 'failed, its pods still ending',
    object: job({ startTime: started, active: 1, conditions: [condition('FailureTarget', 'True', 'BackoffLimitExceeded')] }),
    ...holding('degraded', 'BackoffLimitExceeded', 'Current', 'the outcome is known before Failed is written (KEP-3329)'),
    final: true,
  },
  {
    title: 'suspended',
    object: job({ conditions: [condition('Suspended', 'True', 'JobSuspended')] }, { suspend: true }),
    ...holding('suspended', 'Suspended', 'InProgress', 'as Argo CD: a person has stopped it'),
  },
  { title: 'not started', object: job(), ...holding('progressing', 'NotStarted', 'InProgress') },
  {
    title: 'running',
    object: job({ startTime: started, active: 2, succeeded: 1 }),
    ...holding('progressing', 'Running', 'Current', 'as Argo CD: who waits for a Job waits for its end'),
  },
  {
    title: 'as many pods done as run at once, not as many as wanted',
    object: job({ startTime: started, active: 1, succeeded: 2 }),
    ...holding('progressing', 'Running', 'Current', 'as Argo CD: who waits for a Job waits for its end'),
  },
];

const cron = (status: object, spec: object = {}) => object('batch/v1', 'CronJob', { spec: { ...spec }, status: { ...status } });
const cronRule = 'as Argo CD: the last run counts';

export const cronJobVectors: Vector[] = [
  { title: 'never scheduled', object: cron({}), ...shown('healthy', 'NotYetScheduled', 'Current') },
  { title: 'suspended', object: cron({ lastScheduleTime: started }, { suspend: true }), ...shown('healthy', 'Suspended', 'Current') },
  { title: 'running', object: cron({ lastScheduleTime: started, active: [{ name: 'x' }] }), ...shown('healthy', 'Running', 'Current') },
  {
    title: 'last run succeeded',
    object: cron({ lastScheduleTime: started, lastSuccessfulTime: '2026-01-01T00:01:00Z' }),
    ...shown('healthy', 'LastRunSucceeded', 'Current'),
  },
  {
    title: 'last run failed',
    object: cron({ lastScheduleTime: started, lastSuccessfulTime: '2025-12-31T00:01:00Z' }),
    ...shown('degraded', 'LastRunFailed', 'Current', cronRule),
  },
  {
    title: 'no run ever succeeded',
    object: cron({ lastScheduleTime: started }),
    ...shown('degraded', 'LastRunFailed', 'Current', cronRule),
  },
];

const hpa = (...conditions: ReturnType<typeof condition>[]) =>
  object('autoscaling/v2', 'HorizontalPodAutoscaler', { status: { conditions } });

export const autoscalerVectors: Vector[] = [
  {
    title: 'HPA scales',
    object: hpa(condition('AbleToScale', 'True'), condition('ScalingActive', 'True')),
    ...shown('healthy', 'AbleToScale', 'Current'),
  },
  { title: 'HPA not looked at', object: hpa(), ...shown('progressing', 'NotYetScaling', 'Current', noRule) },
  {
    title: 'HPA without a target',
    object: hpa(condition('AbleToScale', 'False', 'FailedGetScale', 'deployments.apps "x" not found')),
    ...shown('degraded', 'FailedGetScale', 'Current', noRule),
  },
  {
    title: 'HPA without metrics',
    object: hpa(condition('AbleToScale', 'True'), condition('ScalingActive', 'False', 'FailedGetResourceMetric', 'no metrics')),
    ...shown('degraded', 'FailedGetResourceMetric', 'Current', noRule),
  },
  {
    title: 'HPA with an invalid selector',
    object: hpa(condition('AbleToScale', 'True'), condition('ScalingActive', 'False', 'InvalidSelector')),
    ...shown('degraded', 'InvalidSelector', 'Current', noRule),
  },
  {
    title: 'HPA of a workload scaled to zero',
    object: hpa(condition('AbleToScale', 'True'), condition('ScalingActive', 'False', 'ScalingDisabled')),
    ...shown('suspended', 'ScalingDisabled', 'Current'),
  },
  {
    title: 'HPA v1, conditions in an annotation',
    object: object('autoscaling/v1', 'HorizontalPodAutoscaler', {
      metadata: {
        annotations: {
          'autoscaling.alpha.kubernetes.io/conditions': JSON.stringify([condition('AbleToScale', 'False', 'FailedGetScale', 'x')]),
        },
      },
    }),
    ...shown('degraded', 'FailedGetScale', 'Current', noRule),
  },
  {
    title: 'VPA with a recommendation',
    object: conditionsOf('autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', [condition('RecommendationProvided', 'True')]),
    ...shown('healthy', 'RecommendationProvided', 'Current'),
  },
  {
    title: 'VPA that matches nothing',
    object: conditionsOf('autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', [
      condition('NoPodsMatched', 'True', 'NoPodsMatched', 'no pods'),
    ]),
    ...shown('degraded', 'NoPodsMatched', 'Current', noRule),
  },
];

const pdb = (status: object) => object('policy/v1', 'PodDisruptionBudget', { status: { observedGeneration: 2, ...status } });

export const disruptionVectors: Vector[] = [
  { title: 'enough pods', object: pdb({ currentHealthy: 3, desiredHealthy: 2 }), ...shown('healthy', 'SufficientPods', 'Current') },
  {
    title: 'too few pods',
    object: pdb({ currentHealthy: 1, desiredHealthy: 2, conditions: [condition('DisruptionAllowed', 'False', 'InsufficientPods')] }),
    ...shown('healthy', 'InsufficientPods', 'Current'),
  },
  {
    title: 'cannot be computed',
    object: pdb({ conditions: [condition('DisruptionAllowed', 'False', 'SyncFailed', 'found no controllers')] }),
    ...shown('degraded', 'SyncFailed', 'Current', 'as Argo CD'),
  },
  { title: 'not looked at', object: pdb({ observedGeneration: 1 }), ...shown('progressing', 'LatestGenerationNotObserved', 'InProgress') },
];

const lb = (ingress: object[]) => ({ loadBalancer: { ingress: ingress as never } });
const parents = (name: string, accepted: ReturnType<typeof condition>, observedGeneration = 2) => ({
  parents: [{ parentRef: { name }, conditions: [{ ...accepted, observedGeneration }] }],
});
const route = (status: object) =>
  object('gateway.networking.k8s.io/v1', 'HTTPRoute', { spec: { parentRefs: [{ name: 'edge' }] }, status: { ...status } });
const addressRule = 'as Argo CD: it has no address yet';

export const networkingVectors: Vector[] = [
  {
    title: 'Service',
    object: object('v1', 'Service', { spec: { type: 'ClusterIP', clusterIP: '10.0.0.1' } }),
    ...shown('healthy', 'Ready', 'Current'),
  },
  {
    title: 'Service without ready pods',
    object: object('v1', 'Service', { spec: { clusterIP: '10.0.0.1', selector: { app: 'web' } } }),
    surroundings: { readyEndpoints: 0 },
    ...shown('healthy', 'NoEndpoints', 'Current'),
  },
  {
    title: 'load balancer with an IP',
    object: object('v1', 'Service', { spec: { type: 'LoadBalancer', clusterIP: '10.0.0.1' }, status: lb([{ ip: '192.0.2.1' }]) }),
    ...shown('healthy', 'Ready', 'Current'),
  },
  {
    title: 'load balancer with a host name',
    object: object('v1', 'Service', {
      spec: { type: 'LoadBalancer', clusterIP: '10.0.0.1' },
      status: lb([{ hostname: 'lb.example.com' }]),
    }),
    ...shown('healthy', 'Ready', 'Current'),
  },
  {
    title: 'load balancer without an address',
    object: object('v1', 'Service', { spec: { type: 'LoadBalancer', clusterIP: '10.0.0.1' }, status: lb([]) }),
    ...shown('progressing', 'LoadBalancerPending', 'Current', addressRule),
  },
  {
    title: 'Ingress with an address',
    object: object('networking.k8s.io/v1', 'Ingress', { status: lb([{ hostname: 'lb.example.com' }]) }),
    ...shown('healthy', 'AddressAssigned', 'Current'),
  },
  {
    title: 'Ingress without an address',
    object: object('networking.k8s.io/v1', 'Ingress'),
    ...shown('progressing', 'AddressPending', 'Current', addressRule),
  },
  { title: 'route accepted', object: route(parents('edge', condition('Accepted', 'True'))), ...shown('healthy', 'Accepted', 'Current') },
  {
    title: 'route accepted by another gateway than the one it names',
    object: route(parents('other', condition('Accepted', 'True'))),
    ...shown('progressing', 'NotYetAccepted', 'Current', noRule),
  },
  {
    title: 'route accepted in an older state',
    object: route(parents('edge', condition('Accepted', 'True'), 1)),
    ...shown('progressing', 'NotYetAccepted', 'Current', noRule),
  },
  {
    title: 'route refused',
    object: route(parents('edge', condition('Accepted', 'False', 'NotAllowedByListeners', 'no'))),
    ...shown('degraded', 'NotAllowedByListeners', 'Current', noRule),
  },
  {
    title: 'gateway programmed',
    object: conditionsOf('gateway.networking.k8s.io/v1', 'Gateway', [condition('Accepted', 'True'), condition('Programmed', 'True')]),
    ...shown('healthy', 'Programmed', 'Current'),
  },
  {
    title: 'gateway with a broken listener',
    object: conditionsOf('gateway.networking.k8s.io/v1', 'Gateway', [condition('Accepted', 'True'), condition('Programmed', 'True')], {
      listeners: [
        {
          name: 'https',
          conditions: [condition('Accepted', 'True'), condition('ResolvedRefs', 'False', 'InvalidCertificateRef', 'no such secret')],
        },
      ],
    }),
    ...shown('degraded', 'InvalidCertificateRef', 'Current', noRule),
  },
  {
    title: 'gateway on its way',
    object: conditionsOf('gateway.networking.k8s.io/v1', 'Gateway', [
      condition('Accepted', 'True'),
      condition('Programmed', 'False', 'Pending'),
    ]),
    ...shown('progressing', 'NotProgrammed', 'Current', noRule),
  },
  {
    title: 'VirtualService',
    object: object('networking.istio.io/v1', 'VirtualService'),
    ...shown('healthy', 'Exists', 'Current'),
  },
  {
    title: 'VirtualService with an error',
    object: object('networking.istio.io/v1', 'VirtualService', {
      status: { validationMessages: [{ level: 'ERROR', type: { name: 'ReferencedResourceNotFound' } }] },
    }),
    ...shown('degraded', 'ReferencedResourceNotFound', 'Current', noRule),
  },
  {
    title: 'ServiceExport in conflict',
    object: conditionsOf('multicluster.x-k8s.io/v1alpha1', 'ServiceExport', [
      condition('Valid', 'True'),
      condition('Conflict', 'True', 'PortConflict'),
    ]),
    ...shown('degraded', 'PortConflict', 'Current', noRule),
  },
];

const claim = (phase: string) => object('v1', 'PersistentVolumeClaim', { status: { phase } });

export const storageVectors: Vector[] = [
  { title: 'claim bound', object: claim('Bound'), ...shown('healthy', 'Bound', 'Current') },
  { title: 'claim bound, in use', object: claim('Bound'), surroundings: { hasConsumer: true }, ...holding('healthy', 'Bound', 'Current') },
  {
    title: 'claim pending, in use',
    object: claim('Pending'),
    surroundings: { hasConsumer: true },
    ...holding('progressing', 'NotBound', 'InProgress'),
  },
  {
    title: 'claim pending, not in use',
    object: claim('Pending'),
    surroundings: { hasConsumer: false },
    ...shown('healthy', 'NoConsumer', 'InProgress', 'with WaitForFirstConsumer it would wait for ever'),
  },
  { title: 'claim pending, nobody looked for users', object: claim('Pending'), ...shown('progressing', 'NotBound', 'InProgress') },
  {
    title: 'claim lost',
    object: claim('Lost'),
    surroundings: { hasConsumer: true },
    ...holding('degraded', 'Lost', 'InProgress', 'as Argo CD: the volume is gone'),
  },
  {
    title: 'volume available',
    object: object('v1', 'PersistentVolume', { status: { phase: 'Available' } }),
    ...shown('healthy', 'Available', 'Current'),
  },
  {
    title: 'volume failed',
    object: object('v1', 'PersistentVolume', { status: { phase: 'Failed' } }),
    ...shown('degraded', 'ReclaimFailed', 'Current', noRule),
  },
  {
    title: 'snapshot ready',
    object: object('snapshot.storage.k8s.io/v1', 'VolumeSnapshot', { status: { readyToUse: true } }),
    ...shown('healthy', 'ReadyToUse', 'Current'),
  },
  {
    title: 'snapshot failed',
    object: object('snapshot.storage.k8s.io/v1', 'VolumeSnapshot', { status: { error: { message: 'no space' } } }),
    ...shown('degraded', 'SnapshotFailed', 'Current', noRule),
  },
];

const crd = (...conditions: ReturnType<typeof condition>[]) =>
  conditionsOf('apiextensions.k8s.io/v1', 'CustomResourceDefinition', conditions);

export const extensionVectors: Vector[] = [
  {
    title: 'CRD established',
    object: crd(condition('NamesAccepted', 'True'), condition('Established', 'True')),
    ...shown('healthy', 'Established', 'Current'),
  },
  {
    title: 'CRD names taken',
    object: crd(condition('NamesAccepted', 'False', 'PluralConflict')),
    ...shown('degraded', 'PluralConflict', 'Failed'),
  },
  {
    title: 'CRD installing',
    object: crd(condition('NamesAccepted', 'True'), condition('Established', 'False', 'Installing')),
    ...shown('progressing', 'Installing', 'InProgress'),
  },
  {
    title: 'CRD not established',
    object: crd(condition('NamesAccepted', 'True'), condition('Established', 'False', 'NotAccepted')),
    ...shown('degraded', 'NotAccepted', 'Failed'),
  },
  {
    title: 'CRD not structural',
    object: crd(
      condition('NamesAccepted', 'True'),
      condition('Established', 'True'),
      condition('NonStructuralSchema', 'True', 'Violations'),
    ),
    ...shown('degraded', 'Violations', 'Current', 'as Argo CD'),
  },
  {
    title: 'CRD without a status',
    object: object('apiextensions.k8s.io/v1', 'CustomResourceDefinition'),
    ...shown('progressing', 'Installing', 'InProgress'),
  },
  {
    title: 'APIService available',
    object: conditionsOf('apiregistration.k8s.io/v1', 'APIService', [condition('Available', 'True')]),
    ...shown('healthy', 'Available', 'Current'),
  },
  {
    title: 'APIService not available',
    object: conditionsOf('apiregistration.k8s.io/v1', 'APIService', [condition('Available', 'False', 'ServiceNotFound')]),
    ...shown('progressing', 'ServiceNotFound', 'Current', 'as Argo CD'),
  },
  { title: 'namespace', object: object('v1', 'Namespace', { status: { phase: 'Active' } }), ...shown('healthy', 'Active', 'Current') },
  {
    title: 'namespace on its way out',
    object: object('v1', 'Namespace', { status: { phase: 'Terminating' } }),
    ...shown('progressing', 'Terminating', 'Current', 'its phase says so even where the deletionTimestamp is stripped'),
  },
];

export const passiveVectors: Vector[] = (
  [
    ['v1', 'ConfigMap'],
    ['v1', 'Secret'],
    ['v1', 'ServiceAccount'],
    ['v1', 'ResourceQuota'],
    ['v1', 'LimitRange'],
    ['rbac.authorization.k8s.io/v1', 'Role'],
    ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'],
    ['networking.k8s.io/v1', 'NetworkPolicy'],
    ['networking.k8s.io/v1', 'IngressClass'],
    ['storage.k8s.io/v1', 'StorageClass'],
    ['scheduling.k8s.io/v1', 'PriorityClass'],
    ['admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration'],
    ['monitoring.coreos.com/v1', 'ServiceMonitor'],
  ] as const
).map(([apiVersion, kind]) => ({ title: `${kind} exists`, object: object(apiVersion, kind), ...shown('healthy', 'Exists', 'Current') }));

const cr = (conditions: ReturnType<typeof condition>[], more = {}) => conditionsOf('example.com/v1', 'Widget', conditions, more);

export const conditionVectors: Vector[] = [
  { title: 'ready', object: cr([condition('Ready', 'True', 'Done')]), ...holding('healthy', 'Done', 'Current') },
  { title: 'not ready', object: cr([condition('Ready', 'False', 'Wait')]), ...holding('progressing', 'Wait', 'InProgress') },
  {
    title: 'newer than its status',
    object: cr([condition('Ready', 'True')], { observedGeneration: 1 }),
    ...shown('progressing', 'LatestGenerationNotObserved', 'InProgress'),
  },
  {
    title: 'a condition about an older state',
    object: cr([{ ...condition('Ready', 'True'), observedGeneration: 1 }], { observedGeneration: undefined }),
    ...holding('progressing', 'LatestGenerationNotObserved', 'Current', 'kstatus does not read observedGeneration of conditions'),
  },
  {
    title: 'reconciling',
    object: cr([condition('Ready', 'True'), condition('Reconciling', 'True', 'Working')]),
    ...shown('progressing', 'Working', 'InProgress'),
  },
  {
    title: 'stalled',
    object: cr([condition('Ready', 'False'), condition('Stalled', 'True', 'Broken')]),
    ...shown('degraded', 'Broken', 'Failed'),
    final: true,
  },
  { title: 'available', object: cr([condition('Available', 'True', 'Up')]), ...holding('healthy', 'Up', 'Current') },
  {
    title: 'not available',
    object: cr([condition('Available', 'False', 'Down')]),
    ...holding('progressing', 'Down', 'Current', 'kstatus knows only Ready'),
  },
  {
    title: 'Crossplane, synced and ready',
    object: cr([condition('Synced', 'True'), condition('Ready', 'True', 'Available')]),
    ...holding('healthy', 'Available', 'Current'),
  },
  {
    title: 'Crossplane, ready but not synced',
    object: cr([condition('Synced', 'False', 'ReconcileError'), condition('Ready', 'True')]),
    ...holding('degraded', 'ReconcileError', 'Current', 'the newest state cannot be brought about'),
  },
  {
    title: 'Tekton, running',
    object: cr([condition('Succeeded', 'Unknown', 'Running')]),
    ...shown('progressing', 'Running', 'Current', 'kstatus knows only Ready'),
  },
  {
    title: 'Tekton, failed',
    object: cr([condition('Succeeded', 'False', 'Failed')]),
    ...shown('degraded', 'Failed', 'Current', 'kstatus knows only Ready'),
    final: true,
  },
  { title: 'Tekton, succeeded', object: cr([condition('Succeeded', 'True', 'Succeeded')]), ...shown('healthy', 'Succeeded', 'Current') },
  {
    title: 'degraded',
    object: cr([condition('Available', 'True'), condition('Degraded', 'True', 'Partly')]),
    ...holding('degraded', 'Partly', 'Current', 'kstatus knows only Ready'),
  },
  { title: 'no conditions', object: object('example.com/v1', 'Widget'), ...shown('not-assessed', 'NoKnownConditions', 'Current') },
  { title: 'unknown conditions', object: cr([condition('Green', 'True')]), ...shown('not-assessed', 'NoKnownConditions', 'Current') },
];

const known = (apiVersion: string, kind: string, status: object = {}) => object(apiVersion, kind, { status: { ...status } });

export const knownVectors: Vector[] = [
  {
    title: 'Certificate not looked at',
    object: known('cert-manager.io/v1', 'Certificate'),
    ...holding('progressing', 'NotYetReady', 'Current', 'its controller always writes Ready'),
  },
  {
    title: 'Certificate being renewed',
    object: known('cert-manager.io/v1', 'Certificate', { conditions: [condition('Ready', 'True'), condition('Issuing', 'True')] }),
    ...holding('progressing', 'Issuing', 'Current', 'a renewal is going on'),
  },
  {
    title: 'Certificate issued',
    object: known('cert-manager.io/v1', 'Certificate', { conditions: [condition('Ready', 'True', 'Ready')] }),
    ...holding('healthy', 'Ready', 'Current'),
  },
  {
    title: 'ExternalSecret synced',
    object: known('external-secrets.io/v1', 'ExternalSecret', { conditions: [condition('Ready', 'True', 'SecretSynced')] }),
    ...holding('healthy', 'SecretSynced', 'Current'),
  },
  {
    title: 'HelmRelease stalled',
    object: known('helm.toolkit.fluxcd.io/v2', 'HelmRelease', {
      observedGeneration: 2,
      conditions: [condition('Stalled', 'True', 'RetriesExceeded'), condition('Ready', 'False')],
    }),
    ...holding('degraded', 'RetriesExceeded', 'Failed'),
    final: true,
  },
  {
    title: 'Knative Service ready',
    object: known('serving.knative.dev/v1', 'Service', {
      conditions: [condition('ConfigurationsReady', 'True'), condition('RoutesReady', 'True'), condition('Ready', 'True')],
    }),
    ...holding('healthy', 'Ready', 'Current'),
  },
  {
    title: 'Knative Service failed',
    object: known('serving.knative.dev/v1', 'Service', {
      conditions: [condition('ConfigurationsReady', 'False', 'RevisionFailed'), condition('Ready', 'False')],
    }),
    ...holding('degraded', 'RevisionFailed', 'InProgress', 'as Argo CD: False is a failure, Unknown the way up'),
  },
  {
    title: 'ScaledObject ready',
    object: known('keda.sh/v1alpha1', 'ScaledObject', { conditions: [condition('Ready', 'True')] }),
    ...holding('healthy', 'Ready', 'Current'),
  },
  {
    title: 'ScaledObject on its fallback',
    object: known('keda.sh/v1alpha1', 'ScaledObject', {
      conditions: [condition('Ready', 'True'), condition('Fallback', 'True', 'FallbackExists')],
    }),
    ...holding('degraded', 'FallbackExists', 'Current', 'as Argo CD'),
  },
  {
    title: 'ScaledObject paused',
    object: known('keda.sh/v1alpha1', 'ScaledObject', {
      conditions: [condition('Ready', 'True'), condition('Paused', 'True', 'ScaledObjectPaused')],
    }),
    ...shown('suspended', 'Paused', 'Current'),
  },
  {
    title: 'Canary failed',
    object: known('flagger.app/v1beta1', 'Canary', { phase: 'Failed' }),
    ...shown('degraded', 'Failed', 'Current', noRule),
  },
  {
    title: 'Canary on its way',
    object: known('flagger.app/v1beta1', 'Canary', { phase: 'Progressing' }),
    ...shown('progressing', 'Progressing', 'Current', noRule),
  },
  {
    title: 'Canary done',
    object: known('flagger.app/v1beta1', 'Canary', { phase: 'Succeeded' }),
    ...shown('healthy', 'Succeeded', 'Current'),
  },
  {
    title: 'Rollout paused',
    object: known('argoproj.io/v1alpha1', 'Rollout', { observedGeneration: 2, phase: 'Paused' }),
    ...holding('suspended', 'Paused', 'Current'),
  },
  {
    title: 'Rollout degraded',
    object: known('argoproj.io/v1alpha1', 'Rollout', { observedGeneration: 2, phase: 'Degraded' }),
    ...holding('degraded', 'Degraded', 'Current', noRule),
  },
  {
    title: 'Rollout healthy',
    object: known('argoproj.io/v1alpha1', 'Rollout', { observedGeneration: 2, phase: 'Healthy' }),
    ...holding('healthy', 'Healthy', 'Current'),
  },
  {
    title: 'Workflow failed',
    object: known('argoproj.io/v1alpha1', 'Workflow', { phase: 'Error' }),
    ...shown('degraded', 'Error', 'Current', noRule),
    final: true,
  },
  {
    title: 'Backup partly failed',
    object: known('velero.io/v1', 'Backup', { phase: 'PartiallyFailed' }),
    ...shown('degraded', 'PartiallyFailed', 'Current', noRule),
    final: true,
  },
  { title: 'Backup done', object: known('velero.io/v1', 'Backup', { phase: 'Completed' }), ...shown('healthy', 'Completed', 'Current') },
  {
    title: 'Schedule not valid',
    object: known('velero.io/v1', 'Schedule', { phase: 'FailedValidation' }),
    ...shown('degraded', 'FailedValidation', 'Current', noRule),
  },
  { title: 'Schedule enabled', object: known('velero.io/v1', 'Schedule', { phase: 'Enabled' }), ...shown('healthy', 'Enabled', 'Current') },
  {
    title: 'ClusterPolicy ready, old form',
    object: known('kyverno.io/v1', 'ClusterPolicy', { ready: true }),
    ...holding('healthy', 'Ready', 'Current'),
  },
];

export const vectors: Record<string, Vector[]> = {
  Deployment: deploymentVectors,
  StatefulSet: statefulSetVectors,
  DaemonSet: daemonSetVectors,
  ReplicaSet: replicaSetVectors,
  Pod: podVectors,
  Job: jobVectors,
  CronJob: cronJobVectors,
  autoscalers: autoscalerVectors,
  PodDisruptionBudget: disruptionVectors,
  networking: networkingVectors,
  storage: storageVectors,
  'extensions of the API server': extensionVectors,
  'kinds without a controller': passiveVectors,
  'custom resources by their conditions': conditionVectors,
  'known custom resources': knownVectors,
};
