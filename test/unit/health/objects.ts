/** Builds live objects for the tests of health, each in a few words. */
import type { Condition, KubeObject } from '../../../src/api/object.ts';
import type { JsonObject } from '../../../src/base/json.ts';

export interface Parts {
  name?: string;
  generation?: number;
  spec?: JsonObject;
  status?: JsonObject;
  metadata?: JsonObject;
}

/** An object in the namespace `shop`, of generation 2 where nothing else is said. */
export function object(apiVersion: string, kind: string, { name = 'web', generation = 2, spec, status, metadata }: Parts = {}): KubeObject {
  return {
    apiVersion,
    kind,
    metadata: { name, namespace: 'shop', uid: `uid-${kind}-${name}`, generation, ...metadata },
    ...(spec === undefined ? {} : { spec }),
    ...(status === undefined ? {} : { status }),
  };
}

export function condition(type: string, status: Condition['status'], reason = '', message = ''): JsonObject {
  return { type, status, reason, message };
}

export const complete = [
  condition('Progressing', 'True', 'NewReplicaSetAvailable'),
  condition('Available', 'True', 'MinimumReplicasAvailable'),
];

/** A Deployment of three pods whose rollout is complete; `status` and `spec` change it. */
export function deployment(status: JsonObject = {}, spec: JsonObject = {}, metadata: JsonObject = {}): KubeObject {
  return object('apps/v1', 'Deployment', {
    metadata,
    spec: { replicas: 3, progressDeadlineSeconds: 600, selector: { matchLabels: { app: 'web' } }, ...spec },
    status: {
      observedGeneration: 2,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      conditions: complete,
      ...status,
    },
  });
}

/** A StatefulSet of three pods that is at rest. */
export function statefulSet(status: JsonObject = {}, spec: JsonObject = {}): KubeObject {
  return object('apps/v1', 'StatefulSet', {
    spec: { replicas: 3, updateStrategy: { type: 'RollingUpdate' }, selector: { matchLabels: { app: 'web' } }, ...spec },
    status: {
      observedGeneration: 2,
      replicas: 3,
      readyReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      currentRevision: 'web-1',
      updateRevision: 'web-1',
      ...status,
    },
  });
}

/** A DaemonSet on three nodes that is at rest. */
export function daemonSet(status: JsonObject = {}, spec: JsonObject = {}): KubeObject {
  return object('apps/v1', 'DaemonSet', {
    spec: { updateStrategy: { type: 'RollingUpdate' }, selector: { matchLabels: { app: 'web' } }, ...spec },
    status: {
      observedGeneration: 2,
      desiredNumberScheduled: 3,
      currentNumberScheduled: 3,
      updatedNumberScheduled: 3,
      numberReady: 3,
      numberAvailable: 3,
      ...status,
    },
  });
}

/** A ReplicaSet of three pods that is at rest, owned by the Deployment `web`. */
export function replicaSet(name: string, revision: number, status: JsonObject = {}): KubeObject {
  return object('apps/v1', 'ReplicaSet', {
    name,
    metadata: {
      annotations: { 'deployment.kubernetes.io/revision': String(revision) },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'uid-Deployment-web', controller: true }],
    },
    spec: { replicas: 3 },
    status: { observedGeneration: 2, replicas: 3, fullyLabeledReplicas: 3, readyReplicas: 3, availableReplicas: 3, ...status },
  });
}

/** A pod with one container `app`, owned by `owner` where it is given. */
export function pod(name: string, status: JsonObject, owner?: KubeObject, metadata: JsonObject = {}): KubeObject {
  return object('v1', 'Pod', {
    name,
    metadata: {
      generation: undefined as never,
      ...(owner === undefined
        ? {}
        : {
            ownerReferences: [
              {
                apiVersion: owner.apiVersion,
                kind: owner.kind,
                name: owner.metadata.name,
                uid: owner.metadata.uid ?? '',
                controller: true,
              },
            ],
          }),
      ...metadata,
    },
    spec: {
      restartPolicy: 'Always',
      containers: [{ name: 'app', image: 'registry.example.com/shop/web:9', resources: { limits: { memory: '64Mi' } } }],
    },
    status,
  });
}

/** Status of a pod whose container waits with a reason. */
export function waiting(reason: string, message = '', last?: JsonObject): JsonObject {
  return {
    phase: 'Pending',
    containerStatuses: [
      {
        name: 'app',
        ready: false,
        state: { waiting: { reason, message } },
        ...(last === undefined ? {} : { lastState: { terminated: last } }),
      },
    ],
  };
}

export function unready(state: JsonObject, last?: JsonObject): JsonObject {
  return {
    phase: 'Running',
    conditions: [condition('Ready', 'False', 'ContainersNotReady')],
    containerStatuses: [{ name: 'app', ready: false, state, ...(last === undefined ? {} : { lastState: { terminated: last } }) }],
  };
}

export const readyPod = {
  phase: 'Running',
  conditions: [condition('Ready', 'True')],
  containerStatuses: [{ name: 'app', ready: true, state: { running: {} } }],
};

export const unschedulable = {
  phase: 'Pending',
  conditions: [condition('PodScheduled', 'False', 'Unschedulable', '0/3 nodes are available: 3 Insufficient cpu.')],
};

export function job(status: JsonObject = {}, spec: JsonObject = {}): KubeObject {
  return object('batch/v1', 'Job', { spec: { parallelism: 2, completions: 3, ...spec }, status });
}
