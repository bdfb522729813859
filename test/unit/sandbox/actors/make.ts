/** Objects for the tests of the actors, each as small as its test allows. */
import type { Condition, Deployment, Node, Pod, PodTemplate, ReplicaSet } from '../../../../sandbox/actors/kinds.ts';
import { toRfc3339 } from '../../../../src/base/clock.ts';

export const start = Date.UTC(2026, 0, 1);
export const at = (seconds: number): string => toRfc3339(start + seconds * 1_000);

export function templateWith(image: string): PodTemplate {
  return { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image }] } };
}

export function deployment(spec: Partial<Deployment['spec']> = {}, rest: Partial<Deployment> = {}): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', uid: 'd', generation: 1, resourceVersion: '1', creationTimestamp: at(0) },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      template: templateWith('web:1'),
      progressDeadlineSeconds: 600,
      ...spec,
    },
    ...rest,
  };
}

/** A ReplicaSet of the deployment above; `available` pods of its `replicas` are ready. */
export function replicaSet(name: string, image: string, replicas: number, available = replicas, revision = 1): ReplicaSet {
  const labels = { app: 'web', 'pod-template-hash': name };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      namespace: 'shop',
      uid: name,
      generation: 1,
      resourceVersion: '1',
      creationTimestamp: at(revision),
      labels,
      annotations: { 'deployment.kubernetes.io/revision': String(revision) },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'd', controller: true }],
    },
    spec: { replicas, selector: { matchLabels: labels }, template: { ...templateWith(image), metadata: { labels } } },
    status: { replicas, readyReplicas: available || undefined, availableReplicas: available || undefined, observedGeneration: 1 },
  };
}

export function condition(type: string, status: string, since = 0): Condition {
  return { type, status, lastTransitionTime: at(since) };
}

/** A pod; `phase` Running comes with Ready since second 0 on node-1. */
export function pod(
  name: string,
  phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' = 'Running',
  rest: { metadata?: Partial<Pod['metadata']>; spec?: Partial<Pod['spec']>; status?: Pod['status'] } = {},
): Pod {
  const ready = phase === 'Running' ? [condition('Ready', 'True'), condition('ContainersReady', 'True')] : [];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      uid: name,
      resourceVersion: '1',
      creationTimestamp: at(0),
      labels: { app: 'web' },
      ...rest.metadata,
    },
    spec: { nodeName: phase === 'Pending' ? undefined : 'node-1', containers: [{ name: 'main', image: 'web:1' }], ...rest.spec },
    status: { phase, conditions: ready, ...rest.status },
  };
}

export function node(
  name: string,
  rest: { labels?: Record<string, string>; taints?: { key: string; effect: string }[]; allocatable?: Record<string, string> } = {},
): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: name, labels: { 'kubernetes.io/hostname': name, ...rest.labels } },
    spec: { taints: rest.taints },
    status: { allocatable: rest.allocatable ?? { cpu: '4', memory: '8Gi', pods: '110' }, conditions: [condition('Ready', 'True')] },
  };
}
