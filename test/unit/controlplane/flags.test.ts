/** Which controllers run in which world: the tests' own actors and Kubernetes' must never both play one part. */
import assert from 'node:assert/strict';
import { controllers } from '../../controlplane/flags.ts';

describe('the controllers of a world', () => {
  it('runs none that makes or ends workloads where the tests bring their own actors', () => {
    const running = controllers('none').split(',');
    for (const played of [
      'deployment',
      'replicaset',
      'statefulset',
      'daemonset',
      'job',
      'cronjob',
      'horizontal-pod-autoscaler',
      'disruption',
      'persistentvolume-binder',
      'endpoints',
      'endpointslice',
      'pod-garbage-collector',
    ]) {
      assert.ok(!running.includes(`${played}-controller`), played);
    }
    assert.ok(!running.includes('*'));
  });

  it('runs in every world what the API itself needs', () => {
    for (const needed of [
      'garbage-collector-controller',
      'namespace-controller',
      'serviceaccount-controller',
      'resourcequota-controller',
    ]) {
      assert.ok(controllers('none').split(',').includes(needed), needed);
      assert.ok(!controllers('kube').includes(`-${needed}`), needed);
    }
    assert.ok(controllers('kube').startsWith('*,'));
  });
});
