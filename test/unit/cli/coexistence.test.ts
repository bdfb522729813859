import assert from 'node:assert/strict';
import type { KubeObject } from '../../../src/api/object.ts';
import { findKubeVela } from '../../../src/cli/coexistence.ts';
import type { KubeClient } from '../../../src/kube/types.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

function clusterWith(...objects: KubeObject[]): Pick<KubeClient, 'list'> {
  return {
    list: async ({ kind, namespace }) => ({
      ok: true,
      value: { resourceVersion: '1', items: objects.filter((one) => one.kind === kind && one.metadata.namespace === namespace) },
    }),
  };
}

function lease(name: string, holder: string, renewedAgoMs: number): KubeObject {
  const spec = { holderIdentity: holder, leaseDurationSeconds: 15, renewTime: new Date(now - renewedAgoMs).toISOString() };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace: 'vela-system' }, spec };
}

function deployment(name: string, readyReplicas: number): KubeObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'vela-system' }, status: { readyReplicas } };
}

async function found(...objects: KubeObject[]): Promise<string | undefined> {
  const answer = await findKubeVela(clusterWith(...objects), { systemNamespace: 'vela-system', nowMs: now });
  assert.ok(answer.ok);
  return answer.value;
}

describe('a KubeVela controller at work', () => {
  it('is seen by its Deployment with ready replicas', async () => {
    assert.equal(await found(deployment('kubevela-vela-core', 1)), 'Deployment vela-system/kubevela-vela-core has 1 ready replica');
    assert.equal(await found(deployment('kubevela-vela-core', 0)), undefined);
    assert.equal(await found(deployment('kubevela-cluster-gateway', 1)), undefined);
  });

  it('is seen by its Lease while that is renewed', async () => {
    assert.equal(await found(lease('kubevela', 'a', 1000)), 'Lease vela-system/kubevela is held by a');
    assert.equal(await found(lease('kubevela', 'a', 60_000)), undefined);
    assert.equal(await found(lease('kubevela', '', 1000)), undefined);
  });

  it('is not our own Lease', async () => {
    assert.equal(await found(lease('lateen', 'a', 1000)), undefined);
  });

  it('is seen by the lock of older releases', async () => {
    const record = JSON.stringify({ holderIdentity: 'b', leaseDurationSeconds: 15, renewTime: '2025-12-31T23:59:59Z' });
    const annotations = { 'control-plane.alpha.kubernetes.io/leader': record };
    const lock = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kubevela', namespace: 'vela-system', annotations } };
    assert.equal(await found(lock), 'ConfigMap vela-system/kubevela is held by b');
  });

  it('counts as absent where we may not look, and as unknown where nobody answers', async () => {
    const failing = (httpStatus: number): Pick<KubeClient, 'list'> => ({
      list: async () => ({ ok: false, failure: { httpStatus, reason: 'R', message: 'm' } }),
    });
    assert.deepEqual(await findKubeVela(failing(403), { systemNamespace: 's', nowMs: now }), { ok: true, value: undefined });
    assert.equal((await findKubeVela(failing(500), { systemNamespace: 's', nowMs: now })).ok, false);
  });
});
