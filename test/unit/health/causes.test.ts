import assert from 'node:assert/strict';
import { assessObject } from '../../../src/health/assess.ts';
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

const rolling = deployment({ updatedReplicas: 3, replicas: 4, readyReplicas: 3 });
const oldSet = replicaSet('web-1', 1);
const newSet = replicaSet('web-10', 10);
const replicaSets = [newSet, oldSet, replicaSet('web-9', 9)];
const missingImage = waiting('ImagePullBackOff', 'Back-off pulling image "x": ErrImagePull: not found');

describe('the cause of a Deployment that does not get on', () => {
  it('is the pod whose image cannot be pulled', () => {
    const verdict = assessObject(rolling, { pods: [pod('web-10-a', missingImage, newSet)], replicaSets });
    assert.deepEqual(verdict, {
      state: 'degraded',
      reason: 'ImagePullBackOff',
      message: 'container "app" cannot pull image "registry.example.com/shop/web:9": not found (pod web-10-a)',
      cause: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web-10-a' },
      holds: true,
    });
  });

  it('is never a pod of an older template, of another owner or on its way out', () => {
    const pods = [
      pod('web-1-a', missingImage, oldSet),
      pod('other', missingImage, replicaSet('other', 10)),
      pod('web-10-a', missingImage, newSet, { deletionTimestamp: '2026-01-01T00:00:00Z' }),
    ];
    assert.equal(assessObject(rolling, { pods, replicaSets }).reason, 'OldPodsTerminating');
  });

  it('is found without ReplicaSets too', () => {
    assert.equal(assessObject(rolling, { pods: [pod('web-10-a', missingImage, newSet)] }).reason, 'ImagePullBackOff');
  });

  it('is not looked for while it is healthy', () => {
    const verdict = assessObject(deployment(), { pods: [pod('web-10-a', missingImage, newSet)], replicaSets });
    assert.deepEqual([verdict.state, verdict.cause], ['healthy', undefined]);
  });

  it('is the worst one, the first by name, with the number of others like it', () => {
    const pods = [
      pod('web-10-d', unschedulable, newSet),
      pod('web-10-c', missingImage, newSet),
      pod('web-10-b', missingImage, newSet),
      pod('web-10-a', readyPod, newSet),
    ];
    const verdict = assessObject(rolling, { pods, replicaSets });
    assert.equal(verdict.cause?.name, 'web-10-b');
    assert.match(verdict.message, /\(pod web-10-b and 1 more\)$/);
  });

  it('keeps it progressing when no node takes the pod: one may come', () => {
    const verdict = assessObject(rolling, { pods: [pod('web-10-a', unschedulable, newSet)], replicaSets });
    assert.deepEqual([verdict.state, verdict.reason, verdict.cause?.name], ['progressing', 'Unschedulable', 'web-10-a']);
    assert.match(verdict.message, /3 Insufficient cpu/);
  });

  it('is added to an exceeded deadline, which keeps its reason and stays final', () => {
    const late = deployment({ updatedReplicas: 1, conditions: [condition('Progressing', 'False', 'ProgressDeadlineExceeded')] });
    const verdict = assessObject(late, { pods: [pod('web-10-a', unschedulable, newSet)], replicaSets });
    assert.deepEqual(
      [verdict.state, verdict.reason, verdict.final, verdict.cause?.name],
      ['degraded', 'ProgressDeadlineExceeded', true, 'web-10-a'],
    );
    assert.match(verdict.message, /^no progress within 600 s, 3 of 3 pods available: no node takes it/);
  });

  it('is the ReplicaSet that may not create pods, without the names of pods that never were', () => {
    const refused = (name: string) =>
      replicaSet('web-10', 10, {
        conditions: [
          condition('ReplicaFailure', 'True', 'FailedCreate', `pods "${name}" is forbidden: exceeded quota: small, used: pods=2`),
        ],
      });
    const verdicts = ['web-10-x7', 'web-10-k2'].map((name) =>
      assessObject(deployment({ replicas: 2 }), { replicaSets: [refused(name), oldSet] }),
    );
    assert.deepEqual(verdicts[0], {
      state: 'degraded',
      reason: 'QuotaExceeded',
      message: 'pods cannot be created: exceeded quota: small, used: pods=2',
      cause: { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: 'shop', name: 'web-10' },
      holds: true,
    });
    assert.deepEqual(verdicts[0], verdicts[1]);
  });

  it('is not a failure of an older ReplicaSet', () => {
    const oldFailure = replicaSet('web-1', 1, { conditions: [condition('ReplicaFailure', 'True', 'FailedCreate', 'x')] });
    assert.equal(assessObject(deployment({ replicas: 2 }), { replicaSets: [oldFailure, newSet] }).reason, 'PodsNotCreated');
  });
});

describe('the cause of other workloads', () => {
  it('is the pod of a StatefulSet or a DaemonSet', () => {
    for (const workload of [statefulSet({ readyReplicas: 2 }), daemonSet({ numberReady: 2 })]) {
      const crashing = pod('web-0', unready({ waiting: { reason: 'CrashLoopBackOff' } }, { exitCode: 1, reason: 'Error' }), workload);
      const verdict = assessObject(workload, { pods: [crashing] });
      assert.deepEqual([verdict.state, verdict.reason, verdict.cause?.name], ['degraded', 'CrashLoopBackOff', 'web-0'], workload.kind);
      assert.equal(verdict.message, 'container "app" keeps failing with exit code 1 (pod web-0)');
    }
  });

  it('is the quota where no pod is there and no condition tells', () => {
    const quota = object('v1', 'ResourceQuota', { name: 'small', status: { hard: { pods: '0' }, used: { pods: '0' } } });
    const verdict = assessObject(statefulSet({ replicas: 0, readyReplicas: 0 }), { pods: [], quotas: [quota] });
    assert.deepEqual([verdict.reason, verdict.cause?.kind, verdict.cause?.name], ['QuotaExceeded', 'ResourceQuota', 'small']);
    const roomy = object('v1', 'ResourceQuota', { status: { hard: { pods: '10', cpu: '1' }, used: { pods: '9', cpu: '1' } } });
    assert.equal(assessObject(statefulSet({ replicas: 0 }), { pods: [], quotas: [roomy] }).reason, 'PodsNotCreated');
  });

  it('is the pod that keeps a Job from ending, which may still recover', () => {
    const running = job({ startTime: '2026-01-01T00:00:00Z', active: 1 });
    const verdict = assessObject(running, { pods: [pod('web-x', missingImage, running)] });
    assert.deepEqual([verdict.state, verdict.reason, verdict.final], ['degraded', 'ImagePullBackOff', undefined]);
  });

  it('is the pod of a failed Job that failed last, with its exit code', () => {
    const failed = job({
      failed: 2,
      conditions: [condition('Failed', 'True', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit')],
    });
    const ended = (exitCode: number) => ({
      phase: 'Failed',
      containerStatuses: [{ name: 'app', state: { terminated: { exitCode, reason: 'Error' } } }],
    });
    const verdict = assessObject(failed, {
      pods: [
        pod('web-b', ended(2), failed, { creationTimestamp: '2026-01-01T00:02:00Z' }),
        pod('web-z', ended(1), failed, { creationTimestamp: '2026-01-01T00:01:00Z' }),
        pod('web-s', { phase: 'Succeeded' }, failed, { creationTimestamp: '2026-01-01T00:03:00Z' }),
      ],
    });
    assert.deepEqual(verdict, {
      state: 'degraded',
      reason: 'BackoffLimitExceeded',
      message: 'Job has reached the specified backoff limit: container "app" ended with exit code 2 (pod web-b)',
      cause: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web-b' },
      final: true,
      holds: true,
    });
  });

  it('is not a failed pod of a Job that still tries', () => {
    const running = job({ startTime: '2026-01-01T00:00:00Z', active: 1, failed: 1 });
    const failed = pod('web-a', { phase: 'Failed', containerStatuses: [{ name: 'app', state: { terminated: { exitCode: 1 } } }] }, running);
    const verdict = assessObject(running, { pods: [failed, pod('web-b', readyPod, running)] });
    assert.deepEqual([verdict.state, verdict.reason, verdict.message], ['progressing', 'Running', '0 of 3 done, 1 running, 1 failed']);
  });
});

describe('a container that fails again and again', () => {
  const message = (status: Parameters<typeof pod>[1]) => {
    const { reason, message: text } = assessObject(pod('a', status));
    return `${reason}: ${text}`;
  };

  it('has one and the same problem in all states it passes through', () => {
    const error = { exitCode: 1, reason: 'Error' };
    const states = [
      unready({ terminated: error }),
      unready({ waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container' } }, error),
      unready({ running: {} }, error),
      unready({ waiting: { reason: 'CrashLoopBackOff', message: 'back-off 2m40s restarting failed container' } }, error),
    ];
    assert.deepEqual(new Set(states.map(message)), new Set(['CrashLoopBackOff: container "app" keeps failing with exit code 1']));
  });

  it('says so when memory is the reason', () => {
    const killed = { exitCode: 137, reason: 'OOMKilled' };
    const states = [
      unready({ terminated: killed }),
      unready({ waiting: { reason: 'CrashLoopBackOff' } }, killed),
      unready({ running: {} }, killed),
    ];
    assert.deepEqual(new Set(states.map(message)), new Set(['OOMKilled: container "app" needs more memory than its limit of 64Mi']));
  });

  it('has one and the same problem while its image is tried again', () => {
    const states = [
      waiting('ErrImagePull', 'not found'),
      waiting('ImagePullBackOff', 'Back-off pulling image "x:9": ErrImagePull: not found'),
    ];
    assert.equal(new Set(states.map(message)).size, 1);
  });

  it('has recovered when it is ready, however often it was restarted', () => {
    const recovered = {
      phase: 'Running',
      conditions: [condition('Ready', 'False')],
      containerStatuses: [{ name: 'app', ready: true, state: { running: {} }, lastState: { terminated: { exitCode: 1 } } }],
    };
    assert.match(message(recovered), /^ContainersNotReady/);
  });

  it('may be an init container', () => {
    const status = {
      phase: 'Pending',
      initContainerStatuses: [
        { name: 'migrate', ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 2 } } },
      ],
      containerStatuses: [{ name: 'app', ready: false, state: { waiting: { reason: 'PodInitializing' } } }],
    };
    assert.equal(message(status), 'CrashLoopBackOff: container "migrate" keeps failing with exit code 2');
  });
});
