import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Decision } from '../../../../sandbox/actors/actor.ts';
import { type DeploymentObserved, decideDeployment } from '../../../../sandbox/actors/deployment.ts';
import type { Deployment, ReplicaSet } from '../../../../sandbox/actors/kinds.ts';
import { at, deployment, pod, replicaSet, start, templateWith } from './make.ts';

function decide(observed: Partial<DeploymentObserved> & { deployment: Deployment }): Decision {
  return decideDeployment({ owned: [], orphans: [], podsOf: () => [], now: start + 5_000, ...observed });
}

/** New sizes of ReplicaSets by name. */
function sizes(decision: Decision): Record<string, number | undefined> {
  return Object.fromEntries(
    decision.writes.flatMap((write) =>
      write.verb === 'update' && write.resource.kind === 'ReplicaSet'
        ? [[write.object.metadata.name, (write.object as ReplicaSet).spec.replicas]]
        : [],
    ),
  );
}

function statusIn(decision: Decision): NonNullable<Deployment['status']> {
  const write = decision.writes.find(({ verb }) => verb === 'status');
  assert.ok(write, 'no status was written');
  return (write.object as Deployment).status ?? {};
}

function reason(decision: Decision, type: string): string {
  const found = statusIn(decision).conditions?.find((each) => each.type === type);
  return `${found?.status} ${found?.reason}`;
}

describe('deployment actor', () => {
  it('creates the first ReplicaSet at full size, with hash, revision and owner', () => {
    const decision = decide({ deployment: deployment() });
    const created = decision.writes.find(({ verb }) => verb === 'create');
    assert.ok(created?.verb === 'create');
    const { metadata, spec } = created.object;
    const hash = String(metadata.name).slice('web-'.length);
    assert.equal((spec as ReplicaSet['spec']).replicas, 3);
    assert.equal((spec as ReplicaSet['spec']).selector.matchLabels?.['pod-template-hash'], hash);
    assert.equal((metadata.annotations as Record<string, string>)['deployment.kubernetes.io/revision'], '1');
    assert.equal(reason(decision, 'Progressing'), 'True NewReplicaSetCreated');
    assert.equal(reason(decision, 'Available'), 'False MinimumReplicasUnavailable');
  });

  it('starts a rollout with maxSurge pods of the new template', () => {
    const decision = decide({ deployment: deployment({ template: templateWith('web:2') }), owned: [replicaSet('old', 'web:1', 3)] });
    const created = decision.writes.find(({ verb }) => verb === 'create');
    assert.ok(created?.verb === 'create');
    assert.equal((created.object.spec as ReplicaSet['spec']).replicas, 1);
    assert.equal((created.object.metadata.annotations as Record<string, string>)['deployment.kubernetes.io/revision'], '2');
  });

  it('takes an old pod away for each new one that is available', () => {
    const changed = deployment({ template: templateWith('web:2') });
    const waiting = decide({ deployment: changed, owned: [replicaSet('old', 'web:1', 3), replicaSet('new', 'web:2', 1, 0, 2)] });
    assert.equal(sizes(waiting).old ?? 3, 3);
    const going = decide({ deployment: changed, owned: [replicaSet('old', 'web:1', 3), replicaSet('new', 'web:2', 1, 1, 2)] });
    assert.equal(sizes(going).old, 2);
  });

  it('never goes below the minimum nor above the maximum, whatever is available', () => {
    const count = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 0, max: 4 }),
        count,
        count,
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 0, max: 100 }),
        (replicas, surge, unavailable, oldSize, newSize, oldShare, newShare) => {
          const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } };
          const oldOne = replicaSet('old', 'web:1', oldSize, Math.round((oldSize * oldShare) / 100));
          const newOne = replicaSet('new', 'web:2', newSize, Math.round((newSize * newShare) / 100), 2);
          // Written by the real flow: both know the present size, so that this is no scaling event.
          for (const each of [oldOne, newOne])
            each.metadata.annotations = { ...each.metadata.annotations, 'deployment.kubernetes.io/desired-replicas': String(replicas) };
          const decision = decide({
            deployment: deployment({ replicas, template: templateWith('web:2'), strategy }),
            owned: [oldOne, newOne],
          });
          const after = { old: sizes(decision).old ?? oldSize, new: sizes(decision).new ?? newSize };
          const most = Math.max(replicas + surge, oldSize + newSize);
          assert.ok(after.old + after.new <= most, `${after.old} + ${after.new} pods, at most ${most} allowed`);
          // Available old pods are only given up down to the minimum (unavailable ones go first).
          const availableOld = Math.min(after.old, oldOne.status?.availableReplicas ?? 0);
          const availableNew = Math.min(after.new, newOne.status?.availableReplicas ?? 0);
          const before = (oldOne.status?.availableReplicas ?? 0) + Math.min(newOne.status?.availableReplicas ?? 0, Math.max(after.new, 0));
          const least = replicas - Math.min(replicas, surge === 0 && unavailable === 0 ? 1 : unavailable);
          if (newSize <= replicas)
            assert.ok(availableOld + availableNew >= Math.min(before, least), `${availableOld + availableNew} available`);
        },
      ),
    );
  });

  it('comes to rest: full new ReplicaSet, empty old one, NewReplicaSetAvailable, then nothing to write', () => {
    const owned = [replicaSet('old', 'web:1', 0), replicaSet('new', 'web:2', 3, 3, 2)];
    const changed = deployment({ template: templateWith('web:2') });
    const first = decide({ deployment: changed, owned });
    assert.equal(reason(first, 'Progressing'), 'True FoundNewReplicaSet');
    const second = decide({ deployment: { ...changed, status: statusIn(first) }, owned });
    assert.equal(reason(second, 'Progressing'), 'True NewReplicaSetAvailable');
    const stored = { deployment: changed, owned: [...owned] };
    for (const write of second.writes) {
      if (write.verb === 'status') stored.deployment = write.object as Deployment;
      if (write.verb === 'update')
        stored.owned = stored.owned.map((each) => (each.metadata.uid === write.object.metadata.uid ? (write.object as ReplicaSet) : each));
    }
    const third = decide(stored);
    assert.deepEqual(third, { writes: [], againInMs: undefined });
  });

  it('says ProgressDeadlineExceeded when nothing moved for so long, and looks again exactly then', () => {
    const progressing = {
      type: 'Progressing',
      status: 'True',
      reason: 'ReplicaSetUpdated',
      lastUpdateTime: at(0),
      lastTransitionTime: at(0),
    };
    const stuck = deployment(
      { progressDeadlineSeconds: 60 },
      { status: { observedGeneration: 1, replicas: 3, updatedReplicas: 3, unavailableReplicas: 3, conditions: [progressing] } },
    );
    const owned = [replicaSet('new', 'web:1', 3, 0)];
    const early = decide({ deployment: stuck, owned, now: start + 10_000 });
    assert.equal(early.againInMs, 51_000);
    assert.equal(reason(decide({ deployment: stuck, owned, now: start + 61_000 }), 'Progressing'), 'False ProgressDeadlineExceeded');
  });

  it('does nothing but scale while paused', () => {
    const decision = decide({
      deployment: deployment({ paused: true, replicas: 5, template: templateWith('web:2') }),
      owned: [replicaSet('old', 'web:1', 3)],
    });
    assert.deepEqual(sizes(decision), { old: 5 });
    assert.ok(!decision.writes.some(({ verb }) => verb === 'create'));
    assert.equal(reason(decision, 'Progressing'), 'Unknown DeploymentPaused');
  });

  it('Recreate waits until the last old pod is gone', () => {
    const changed = deployment({ template: templateWith('web:2'), strategy: { type: 'Recreate' } });
    const owned = [replicaSet('old', 'web:1', 0), replicaSet('new', 'web:2', 0, 0, 2)];
    const waiting = decide({ deployment: changed, owned, podsOf: (each) => (each.metadata.name === 'old' ? [pod('a')] : []) });
    assert.equal(sizes(waiting).new, 0);
    assert.equal(sizes(decide({ deployment: changed, owned })).new, 3);
  });

  it('shares a change of size out over both ReplicaSets of a rollout', () => {
    const desired = { 'deployment.kubernetes.io/desired-replicas': '10' };
    const [oldOne, newOne] = [replicaSet('old', 'web:1', 8), replicaSet('new', 'web:2', 5, 5, 2)];
    for (const each of [oldOne, newOne]) each.metadata.annotations = { ...each.metadata.annotations, ...desired };
    const decision = decide({ deployment: deployment({ replicas: 20, template: templateWith('web:2') }), owned: [oldOne, newOne] });
    const { old = 0, new: fresh = 0 } = sizes(decision);
    assert.equal(old + fresh, 25);
    assert.ok(old > 8 && fresh > 5, `${old} and ${fresh}`);
  });

  it('keeps revisionHistoryLimit old ReplicaSets, the newest ones', () => {
    const owned = [replicaSet('one', 'web:1', 0, 0, 1), replicaSet('two', 'web:2', 0, 0, 2), replicaSet('three', 'web:3', 3, 3, 3)];
    const decision = decide({ deployment: deployment({ template: templateWith('web:3'), revisionHistoryLimit: 1 }), owned });
    assert.deepEqual(
      decision.writes.flatMap((write) => (write.verb === 'delete' ? [write.object.metadata.name] : [])),
      ['one'],
    );
  });

  it('takes an earlier template up again under a new revision instead of making a new ReplicaSet', () => {
    const owned = [replicaSet('one', 'web:1', 0, 0, 1), replicaSet('two', 'web:2', 3, 3, 2)];
    const decision = decide({ deployment: deployment(), owned });
    assert.ok(!decision.writes.some(({ verb }) => verb === 'create'));
    const again = decision.writes.find((write) => write.verb === 'update' && write.object.metadata.name === 'one');
    assert.equal(
      again?.object.metadata.annotations instanceof Object &&
        (again.object as ReplicaSet).metadata.annotations?.['deployment.kubernetes.io/revision'],
      '3',
    );
  });

  it('hands the failure of a ReplicaSet on', () => {
    const failing = replicaSet('new', 'web:1', 3, 0);
    failing.status = {
      replicas: 0,
      conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota' }],
    };
    assert.equal(reason(decide({ deployment: deployment(), owned: [failing] }), 'ReplicaFailure'), 'True FailedCreate');
  });
});
