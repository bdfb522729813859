import assert from 'node:assert/strict';
import type { Decision } from '../../../../sandbox/actors/actor.ts';
import { decideAutoscaler } from '../../../../sandbox/actors/autoscaler.ts';
import { decideDaemonSet } from '../../../../sandbox/actors/daemonset.ts';
import { decideDisruption } from '../../../../sandbox/actors/disruption.ts';
import {
  type ControllerRevision,
  type DaemonSet,
  deployments,
  type HorizontalPodAutoscaler,
  type Pod,
  type StatefulSet,
} from '../../../../sandbox/actors/kinds.ts';
import { decideStatefulSet } from '../../../../sandbox/actors/statefulset.ts';
import { decideClaim, decideVolume } from '../../../../sandbox/actors/storage.ts';
import { at, deployment, node, pod, start, templateWith } from './make.ts';

/** What a decision does to pods: `create web-0`, `delete web-2`. */
const onPods = ({ writes }: Decision): string[] =>
  writes.flatMap(({ verb, resource, object }) =>
    resource.kind === 'Pod' ? [`${verb} ${object.metadata.name ?? object.metadata.generateName}`] : [],
  );
const record = (name: string, revision: number, image: string): ControllerRevision => ({
  apiVersion: 'apps/v1',
  kind: 'ControllerRevision',
  metadata: { name, uid: name },
  revision,
  data: JSON.parse(JSON.stringify({ spec: { template: templateWith(image) } })),
});
const revised = (name: string, revision: string, phase: 'Running' | 'Pending' = 'Running', more: Partial<Pod['metadata']> = {}): Pod =>
  pod(name, phase, { metadata: { labels: { app: 'web', 'controller-revision-hash': revision }, ...more } });

describe('statefulset actor', () => {
  const set = (spec: Partial<StatefulSet['spec']> = {}, currentRevision?: string): StatefulSet => ({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'web', namespace: 'shop', uid: 's', generation: 1 },
    spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: templateWith('web:1'), ...spec },
    status: currentRevision ? { replicas: 0, availableReplicas: 0, currentRevision } : undefined,
  });
  const decide = (each: StatefulSet, owned: Pod[], revisions = [record('one', 1, 'web:1')]): Decision =>
    decideStatefulSet({ set: each, owned, revisions, claim: () => undefined, now: start });
  it('starts one after the other, each when the one before it is ready', () => {
    assert.deepEqual(onPods(decide(set(), [])), ['create web-0']);
    assert.deepEqual(onPods(decide(set(), [revised('web-0', 'one', 'Pending')])), []);
    assert.deepEqual(onPods(decide(set(), [revised('web-0', 'one')])), ['create web-1']);
  });
  it('Parallel starts all at once', () => {
    assert.deepEqual(onPods(decide(set({ podManagementPolicy: 'Parallel' }), [])), ['create web-0', 'create web-1', 'create web-2']);
  });
  it('creates the claims of a pod before it', () => {
    const { writes } = decide(set({ volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }] }), []);
    assert.deepEqual(
      writes.filter(({ verb }) => verb === 'create').map(({ object }) => object.metadata.name),
      ['data-web-0', 'web-0'],
    );
  });
  it('stops from the highest ordinal', () => {
    const three = ['web-0', 'web-1', 'web-2'].map((name) => revised(name, 'one'));
    assert.deepEqual(onPods(decide(set({ replicas: 1 }), three)), ['delete web-2']);
  });
  it('updates from the highest ordinal, one at a time, down to the partition, and not at all OnDelete', () => {
    const three = ['web-0', 'web-1', 'web-2'].map((name) => revised(name, 'one'));
    const revisions = [record('one', 1, 'web:1'), record('two', 2, 'web:2')];
    const changed = { template: templateWith('web:2') };
    assert.deepEqual(onPods(decide(set(changed, 'one'), three, revisions)), ['delete web-2']);
    const last = [...three.slice(0, 2), revised('web-2', 'two', 'Pending')];
    assert.deepEqual(onPods(decide(set(changed, 'one'), last, revisions)), []);
    const partition = { ...changed, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } };
    assert.deepEqual(onPods(decide(set(partition, 'one'), [...three.slice(0, 2), revised('web-2', 'two')], revisions)), []);
    assert.deepEqual(onPods(decide(set({ ...changed, updateStrategy: { type: 'OnDelete' } }, 'one'), three, revisions)), []);
  });
  it('starts a pod below the partition with the old template', () => {
    const revisions = [record('one', 1, 'web:1'), record('two', 2, 'web:2')];
    const partition = { template: templateWith('web:2'), updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } };
    const { writes } = decide(set(partition, 'one'), [], revisions);
    assert.equal((writes.find(({ verb }) => verb === 'create')?.object as Pod | undefined)?.spec.containers[0]?.image, 'web:1');
  });
});

describe('daemonset actor', () => {
  const daemonSet = (spec: Partial<DaemonSet['spec']> = {}): DaemonSet => ({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'web', namespace: 'shop', uid: 's', generation: 1 },
    spec: { selector: { matchLabels: { app: 'web' } }, template: templateWith('web:2'), ...spec },
  });
  const on = (name: string, nodeName: string, revision: string): Pod => ({
    ...revised(name, revision),
    spec: { nodeName, containers: [] },
  });
  const revisions = [record('web-one', 1, 'web:1'), record('web-two', 2, 'web:2')];
  const decide = (each: DaemonSet, owned: Pod[], nodes = [node('node-1'), node('node-2')]): Decision =>
    decideDaemonSet({ daemonSet: each, owned, nodes, revisions, now: start });
  it('runs on nodes that match and are tolerated, and leaves others', () => {
    const nodes = [
      node('node-1'),
      node('node-2', { taints: [{ key: 'gpu', effect: 'NoSchedule' }] }),
      node('node-3', { taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] }),
    ];
    assert.equal(onPods(decide(daemonSet(), [], nodes)).length, 2);
    const gone = decide(
      daemonSet({ template: { ...templateWith('web:2'), spec: { ...templateWith('web:2').spec, nodeSelector: { disk: 'ssd' } } } }),
      [on('a', 'node-1', 'two')],
    );
    assert.deepEqual(onPods(gone), ['delete a']);
  });
  it('replaces maxUnavailable pods at a time', () => {
    const old = [on('a', 'node-1', 'one'), on('b', 'node-2', 'one')];
    assert.deepEqual(onPods(decide(daemonSet(), old)), ['delete a']);
    assert.deepEqual(onPods(decide(daemonSet({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } } }), old)), [
      'delete a',
      'delete b',
    ]);
    assert.deepEqual(onPods(decide(daemonSet({ updateStrategy: { type: 'OnDelete' } }), old)), []);
  });
  it('with maxSurge starts the new pod beside the old one, which goes when the new one is available', () => {
    const surge = daemonSet({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } });
    assert.deepEqual(onPods(decide(surge, [on('a', 'node-1', 'one'), on('b', 'node-2', 'two')])), ['create web-']);
    assert.deepEqual(onPods(decide(surge, [on('a', 'node-1', 'one'), on('c', 'node-1', 'two'), on('b', 'node-2', 'two')])), ['delete a']);
  });
});

describe('autoscaler actor', () => {
  const autoscaler = (spec: Partial<HorizontalPodAutoscaler['spec']> = {}): HorizontalPodAutoscaler => ({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      scaleTargetRef: { kind: 'Deployment', name: 'web' },
      minReplicas: 2,
      maxReplicas: 10,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
      ...spec,
    },
  });
  /** The new size and the reasons. */
  const decide = (replicas: number, cpuPercent?: number, highestRecent = 0): [number | undefined, string] => {
    const { writes } = decideAutoscaler({
      autoscaler: autoscaler(),
      target: { resource: deployments, object: deployment({ replicas }) },
      cpuPercent,
      highestRecent,
      now: start,
    });
    const scaled = writes.find((write) => write.verb === 'scale');
    const status = writes.find(({ verb }) => verb === 'status')?.object as HorizontalPodAutoscaler | undefined;
    return [
      scaled?.verb === 'scale' ? scaled.replicas : undefined,
      (status?.status?.conditions ?? []).map(({ reason }) => reason).join(' '),
    ];
  };
  it('says that there is no metrics API', () => assert.deepEqual(decide(3), [undefined, 'SucceededGetScale FailedGetResourceMetric']));
  it('keeps the bounds also without a metric', () => {
    assert.equal(decide(1)[0], 2);
    assert.equal(decide(12)[0], 10);
  });
  it('scales up by the metric, at most to twice the size or four more, at most to the maximum', () => {
    assert.equal(decide(3, 100)[0], 6);
    assert.equal(decide(2, 500)[0], 6);
    assert.deepEqual(decide(8, 100), [10, 'SucceededRescale ValidMetricFound TooManyReplicas']);
  });
  it('stays within the tolerance, and scales down no further than the highest recent wish', () => {
    assert.equal(decide(4, 54)[0], undefined);
    assert.equal(decide(8, 10, 5)[0], 5);
    assert.equal(decide(8, 10, 8)[0], undefined);
  });
  it('is disabled by a target of size 0', () => assert.deepEqual(decide(0, 90), [undefined, 'SucceededGetScale ScalingDisabled']));
});

describe('disruption actor', () => {
  const decide = (spec: object, pods: Pod[], replicas = pods.length, status?: object): number[] => {
    const budget = {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web', namespace: 'shop', generation: 1 },
      spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
      ...status,
    };
    const [write] = decideDisruption({ budget, pods, scaleOf: () => ({ uid: 'd', replicas }), now: start + 10_000 }).writes;
    const { expectedPods, currentHealthy, desiredHealthy, disruptionsAllowed } =
      (write?.object as { status?: Record<string, number> } | undefined)?.status ?? {};
    return [expectedPods, currentHealthy, desiredHealthy, disruptionsAllowed].map((each) => each ?? -1);
  };
  const three = [pod('a'), pod('b'), pod('c')];
  it('counts minAvailable against the pods, percentages and maxUnavailable against the scale', () => {
    assert.deepEqual(decide({ minAvailable: 2 }, three, 9), [3, 3, 2, 1]);
    assert.deepEqual(decide({ maxUnavailable: 1 }, three, 5), [5, 3, 4, 0]);
    assert.deepEqual(decide({ minAvailable: '50%' }, three, 5), [5, 3, 3, 0]);
  });
  it('counts neither unready nor leaving nor just evicted pods as healthy', () => {
    const leaving = pod('d', 'Running', { metadata: { deletionTimestamp: at(1) } });
    assert.deepEqual(decide({ minAvailable: 1 }, [...three, pod('e', 'Pending'), leaving]), [5, 3, 1, 2]);
    assert.deepEqual(decide({ minAvailable: 1 }, three, 3, { status: { disruptedPods: { a: at(0) } } }), [3, 2, 1, 1]);
  });
  it('allows nothing where there are no pods', () => assert.deepEqual(decide({ maxUnavailable: 1 }, [], 0), [0, 0, 0, 0]));
});

describe('storage actor', () => {
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: 'shop', uid: 'c' }, spec: {} };
  const storageClass = (volumeBindingMode: string) => ({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 's' },
    provisioner: 'sandbox.lateen.dev/volumes',
    volumeBindingMode,
  });
  const decide = (mode: string, annotations?: Record<string, string>, waitedMs = 1_000): string[] =>
    decideClaim({
      claim: { ...claim, metadata: { ...claim.metadata, annotations } },
      storageClass: storageClass(mode),
      users: [],
      waitedMs,
      volumeMs: 100,
    }).writes.map(({ verb, object }) => `${verb} ${object.metadata.name}`);
  it('provisions at once or when the first consumer has a node', () => {
    assert.deepEqual(decide('Immediate'), ['create pvc-c']);
    assert.deepEqual(decide('Immediate', undefined, 10), []);
    assert.deepEqual(decide('WaitForFirstConsumer'), []);
    assert.deepEqual(decide('WaitForFirstConsumer', { 'volume.kubernetes.io/selected-node': 'node-1' }), ['create pvc-c']);
  });
  it('keeps a claim while a pod uses it', () => {
    const leaving = { ...claim, metadata: { ...claim.metadata, deletionTimestamp: at(1), finalizers: ['kubernetes.io/pvc-protection'] } };
    const end = (users: Pod[]) =>
      decideClaim({ claim: leaving, users, waitedMs: 0, volumeMs: 0 }).writes.map(({ object }) => object.metadata.finalizers);
    assert.deepEqual([end([pod('a')]), end([])], [[], [[]]]);
  });
  it('deletes the volume of a claim that is gone, never one it did not make', () => {
    const volume = {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'pvc-c', annotations: { 'pv.kubernetes.io/provisioned-by': 'sandbox.lateen.dev/volumes' } },
      spec: { claimRef: { uid: 'c' }, persistentVolumeReclaimPolicy: 'Delete' },
    };
    assert.equal(decideVolume(volume, undefined).writes[0]?.verb, 'delete');
    assert.equal(decideVolume(volume, claim).writes[0]?.verb, 'status');
    assert.deepEqual(decideVolume({ ...volume, metadata: { name: 'other' } }, undefined).writes, []);
  });
});
