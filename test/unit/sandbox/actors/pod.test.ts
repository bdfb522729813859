import assert from 'node:assert/strict';
import type { Pod } from '../../../../sandbox/actors/kinds.ts';
import { decidePod, type PodObserved } from '../../../../sandbox/actors/pod.ts';
import { fateOf } from '../../../../sandbox/actors/pod-status.ts';
import { defaultDelays } from '../../../../sandbox/actors/stage.ts';
import { at, node, pod, start } from './make.ts';

const delays = { ...defaultDelays, startMs: 100, readyMs: 200, slowReadyMs: 8_000, jobMs: 500, terminateMs: 50 };

function decide(each: Pod, rest: Partial<PodObserved> = {}) {
  return decidePod({
    pod: each,
    nodes: [node('node-1')],
    placed: () => [],
    claim: () => undefined,
    storageClass: () => undefined,
    inStageMs: 1_000_000,
    delays,
    now: start,
    ...rest,
  });
}

/** Lets a pod live step by step, each as soon as it is due; the text of each state it passes. */
function lifeOf(image: string, options: { restartPolicy?: string; steps?: number } = {}): string[] {
  let each = pod('a', 'Pending', {
    spec: { nodeName: 'node-1', restartPolicy: options.restartPolicy ?? 'Always', containers: [{ name: 'main', image }] },
    status: { phase: 'Pending', conditions: [] },
  });
  const seen: string[] = [];
  let now = start;
  for (let step = 0; step < (options.steps ?? 5); step++) {
    const wait = decide(each, { inStageMs: 0, now });
    const [write] = wait.writes.length > 0 ? wait.writes : decide(each, { now: now + (wait.againInMs ?? 0) }).writes;
    if (write?.verb !== 'status') break;
    now += wait.againInMs ?? 0;
    each = write.object as Pod;
    const [container] = each.status?.containerStatuses ?? [];
    const state = container?.state;
    const ready = each.status?.conditions?.find(({ type }) => type === 'Ready')?.status;
    seen.push(
      `${wait.againInMs ?? 0}ms ${each.status?.phase} ${state?.waiting?.reason ?? state?.terminated?.reason ?? 'Running'} restarts=${container?.restartCount} ready=${ready}`,
    );
  }
  return seen;
}

describe('pod actor', () => {
  describe('a life on a node', () => {
    it('runs, becomes ready after the delay, then rests', () => {
      assert.deepEqual(lifeOf('web:1'), ['100ms Running Running restarts=0 ready=False', '200ms Running Running restarts=0 ready=True']);
    });
    it('image slow: the same, later', () => {
      assert.deepEqual(lifeOf('web:slow'), [
        '100ms Running Running restarts=0 ready=False',
        '8000ms Running Running restarts=0 ready=True',
      ]);
    });
    it('image never-ready: runs for ever without being ready', () => {
      assert.deepEqual(lifeOf('web:never-ready'), ['100ms Running Running restarts=0 ready=False']);
    });
    it('image crashloop: restarts with a back-off that doubles', () => {
      assert.deepEqual(lifeOf('app:crashloop', { steps: 3 }), [
        '100ms Running CrashLoopBackOff restarts=1 ready=False',
        '10000ms Running CrashLoopBackOff restarts=2 ready=False',
        '20000ms Running CrashLoopBackOff restarts=3 ready=False',
      ]);
    });
    it('image imagepull: ErrImagePull, then ImagePullBackOff for good', () => {
      assert.deepEqual(lifeOf('app:imagepull'), [
        '100ms Pending ErrImagePull restarts=0 ready=False',
        '10000ms Pending ImagePullBackOff restarts=0 ready=False',
      ]);
    });
    it('a job pod ends by itself', () => {
      assert.deepEqual(lifeOf('task:1', { restartPolicy: 'Never' }), [
        '100ms Running Running restarts=0 ready=False',
        '500ms Succeeded Completed restarts=0 ready=False',
      ]);
    });
    it('image fail: a job pod ends with exit code 1', () => {
      assert.deepEqual(lifeOf('task:fail', { restartPolicy: 'Never' }).at(-1), '500ms Failed Error restarts=0 ready=False');
    });
  });

  it("reads an image's fate from its name and tag, not from the registry's host", () => {
    assert.equal(fateOf('slow.example.com:5000/shop/web:1'), 'runs');
    assert.equal(fateOf('example.com/shop/web:1-slow'), 'slow');
    assert.equal(fateOf('shop/does-not-exist'), 'cannot-pull');
  });

  describe('scheduling', () => {
    const unbound = (spec: Partial<Pod['spec']>): Pod => pod('a', 'Pending', { spec });
    const messageOf = (decision: ReturnType<typeof decide>): string | undefined => {
      const [write] = decision.writes;
      return write?.verb === 'status'
        ? (write.object as Pod).status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message
        : write?.verb;
    };
    it('binds to a node that takes the pod', () => {
      const nodes = [node('node-1'), node('node-2', { labels: { disk: 'ssd' } })];
      const [write] = decide(unbound({ nodeSelector: { disk: 'ssd' } }), { nodes }).writes;
      assert.deepEqual([write?.verb, write?.verb === 'bind' && write.node], ['bind', 'node-2']);
    });
    it('says why no node does, once', () => {
      const lost = unbound({ nodeSelector: { disk: 'ssd' } });
      const decision = decide(lost);
      assert.equal(messageOf(decision), "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.");
      const [write] = decision.writes;
      assert.deepEqual(decide(write?.object as Pod).writes, []);
    });
    it('respects taints, tolerations and room', () => {
      const tainted = [node('node-1', { taints: [{ key: 'gpu', effect: 'NoSchedule' }] })];
      assert.equal(messageOf(decide(unbound({}), { nodes: tainted })), '0/1 nodes are available: 1 node(s) had untolerated taint {gpu: }.');
      assert.equal(messageOf(decide(unbound({ tolerations: [{ key: 'gpu', operator: 'Exists' }] }), { nodes: tainted })), 'bind');
      const hungry = unbound({ containers: [{ name: 'main', resources: { requests: { cpu: '5' } } }] });
      assert.equal(messageOf(decide(hungry)), '0/1 nodes are available: 1 Insufficient cpu.');
    });
    it('spreads the pods of one owner over zones', () => {
      const zone = (name: string) => ({ labels: { 'topology.kubernetes.io/zone': name } });
      const nodes = [node('node-1', zone('a')), node('node-2', zone('a')), node('node-3', zone('b'))];
      const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'r', controller: true }];
      const sibling = pod('b', 'Running', { metadata: { ownerReferences } });
      const [write] = decide(pod('a', 'Pending', { metadata: { ownerReferences } }), { nodes, placed: () => [sibling] }).writes;
      assert.equal(write?.verb === 'bind' && write.node, 'node-3');
    });
    it('waits for a claim, and tells a waiting one where its consumer goes', () => {
      const user = unbound({ volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] });
      assert.equal(messageOf(decide(user)), 'persistentvolumeclaim "data" not found');
      const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: 'shop' }, spec: {} };
      assert.equal(messageOf(decide(user, { claim: () => claim })), 'pod has unbound immediate PersistentVolumeClaims');
      const storageClass = {
        apiVersion: 'storage.k8s.io/v1',
        kind: 'StorageClass',
        metadata: { name: 's' },
        provisioner: 'p',
        volumeBindingMode: 'WaitForFirstConsumer',
      };
      const [write] = decide(user, { claim: () => claim, storageClass: () => storageClass }).writes;
      assert.equal(
        write?.object.metadata.annotations instanceof Object &&
          write.object.metadata.annotations['volume.kubernetes.io/selected-node' as never],
        'node-1',
      );
      assert.equal(messageOf(decide(user, { claim: () => ({ ...claim, status: { phase: 'Bound' } }) })), 'bind');
    });
  });

  describe('deletion', () => {
    const leaving = (graceSeconds: number): Pod =>
      pod('a', 'Running', { metadata: { deletionTimestamp: at(1), deletionGracePeriodSeconds: graceSeconds } });
    it('ends within the grace period by a delete without grace, guarded by uid', () => {
      assert.deepEqual(decide(leaving(30), { inStageMs: 10 }), { writes: [], againInMs: 40 });
      const [write] = decide(leaving(30)).writes;
      assert.deepEqual([write?.verb, write?.verb === 'delete' && write.graceSeconds, write?.object.metadata.uid], ['delete', 0, 'a']);
    });
    it('leaves the rest to finalizers', () => {
      assert.deepEqual(decide(leaving(0)).writes, []);
    });
  });
});
