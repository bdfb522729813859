import assert from 'node:assert/strict';
import type { ReplicaSet } from '../../../../sandbox/actors/kinds.ts';
import { decideReplicaSet } from '../../../../sandbox/actors/replicaset.ts';
import { at, pod, replicaSet, start } from './make.ts';

const labels = { app: 'web', 'pod-template-hash': 'rs' };
const mine = (name: string, ...rest: [Parameters<typeof pod>[1]?]) => pod(name, ...rest);
const owned = (name: string, phase: Parameters<typeof pod>[1] = 'Running') => ({
  ...mine(name, phase),
  metadata: { ...mine(name).metadata, labels },
});

describe('replicaset actor', () => {
  it('creates what is missing and counts neither finished nor leaving pods', () => {
    const leaving = owned('leaving');
    leaving.metadata.deletionTimestamp = at(1);
    const decision = decideReplicaSet({
      replicaSet: replicaSet('rs', 'web:1', 3),
      owned: [owned('a'), owned('done', 'Failed'), leaving],
      orphans: [],
      now: start,
    });
    assert.equal(decision.writes.filter(({ verb }) => verb === 'create').length, 2);
  });

  it('gives up the pod that helps least: unbound before ready, young before old', () => {
    const old = owned('old');
    const young = { ...owned('young'), metadata: { ...owned('young').metadata, creationTimestamp: at(9) } };
    const surplus = (pods: ReturnType<typeof owned>[], wanted: number): (string | undefined)[] =>
      decideReplicaSet({ replicaSet: replicaSet('rs', 'web:1', wanted), owned: pods, orphans: [], now: start }).writes.flatMap((write) =>
        write.verb === 'delete' ? [write.object.metadata.name] : [],
      );
    assert.deepEqual(surplus([old, young, owned('unbound', 'Pending')], 2), ['unbound']);
    assert.deepEqual(surplus([old, young], 1), ['young']);
  });

  it('adopts matching orphans instead of creating pods', () => {
    const decision = decideReplicaSet({ replicaSet: replicaSet('rs', 'web:1', 1), owned: [], orphans: [owned('orphan')], now: start });
    const [update] = decision.writes.filter(({ resource }) => resource.kind === 'Pod');
    assert.equal(update?.verb, 'update');
    assert.equal(update.verb === 'update' && update.object.metadata.ownerReferences?.[0]?.uid, 'rs');
  });

  it('creates and adopts nothing while it is being deleted', () => {
    const leaving = replicaSet('rs', 'web:1', 3);
    leaving.metadata.deletionTimestamp = at(1);
    const decision = decideReplicaSet({ replicaSet: leaving, owned: [], orphans: [owned('orphan')], now: start });
    assert.deepEqual(
      decision.writes.map(({ verb }) => verb),
      ['status'],
    );
  });

  it('reports a refused create as ReplicaFailure before it tries again, and takes it back', () => {
    const failing = decideReplicaSet({
      replicaSet: replicaSet('rs', 'web:1', 1),
      owned: [],
      orphans: [],
      refusal: { status: 403, message: 'exceeded quota: pods' },
      now: start,
    });
    assert.deepEqual(
      failing.writes.map(({ verb }) => verb),
      ['status', 'create'],
    );
    const [write] = failing.writes;
    const status = write?.verb === 'status' ? (write.object as ReplicaSet).status : undefined;
    assert.deepEqual(
      status?.conditions?.map(({ type, reason, message }) => [type, reason, message]),
      [['ReplicaFailure', 'FailedCreate', 'exceeded quota: pods']],
    );
    const again = decideReplicaSet({
      replicaSet: { ...replicaSet('rs', 'web:1', 1), status },
      owned: [],
      orphans: [],
      refusal: { status: 403, message: 'exceeded quota: pods, another name' },
      now: start,
    });
    assert.deepEqual(
      again.writes.map(({ verb }) => verb),
      ['create'],
    );
    const recovered = decideReplicaSet({
      replicaSet: { ...replicaSet('rs', 'web:1', 1), status },
      owned: [owned('a')],
      orphans: [],
      now: start,
    });
    const [after] = recovered.writes;
    assert.equal(after?.verb === 'status' ? (after.object as ReplicaSet).status?.conditions : 'none', undefined);
  });

  it('counts a pod as available minReadySeconds after it became ready, and wakes then', () => {
    const waiting = replicaSet('rs', 'web:1', 1, 0);
    waiting.spec.minReadySeconds = 10;
    const early = decideReplicaSet({ replicaSet: waiting, owned: [owned('a')], orphans: [], now: start + 4_000 });
    assert.equal(early.againInMs, 6_010);
    const late = decideReplicaSet({ replicaSet: waiting, owned: [owned('a')], orphans: [], now: start + 10_000 });
    const [write] = late.writes;
    assert.equal(write?.verb === 'status' && (write.object as ReplicaSet).status?.availableReplicas, 1);
  });
});
