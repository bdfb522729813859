import assert from 'node:assert/strict';
import { cloneJson, valueAt } from '../../../src/base/json.ts';
import { assessObject } from '../../../src/health/assess.ts';
import { needsPods, podSelectorOf, pointWatchesFor, spellSelector } from '../../../src/health/point-watches.ts';
import { deployment, job, object, statefulSet } from './objects.ts';
import { vectors } from './vectors.ts';

type Path = (string | number)[];

/** The path of a value and of all values in it. */
function* pathsOf(value: unknown, path: Path): Generator<Path> {
  yield path;
  if (typeof value !== 'object' || value === null) return;
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  for (const key of keys) yield* pathsOf(valueAt(value, [key]), [...path, key]);
}

function place(target: unknown, path: Path, value: unknown): void {
  const holder = valueAt(target, path.slice(0, -1)) ?? target;
  assert.ok(typeof holder === 'object' && holder !== null);
  Reflect.set(holder, path.at(-1) ?? '', value);
}

describe('a verdict', () => {
  it('names the finalizers an object is held by, and since when', () => {
    const { message } = assessObject(deployment({}, {}, { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['a.example.com/b'] }));
    assert.equal(message, 'being deleted since 2026-01-01T00:00:00Z, held by finalizer a.example.com/b');
  });

  it('is given whatever stands in any field of spec and status, and never throws', () => {
    const junk = [null, true, -1, 'odd', [], [null], ['odd'], {}, { odd: null }];
    let tried = 0;
    for (const { object: live, surroundings } of Object.values(vectors).flat()) {
      for (const path of [...pathsOf(live.spec, ['spec']), ...pathsOf(live.status, ['status'])]) {
        for (const value of junk) {
          const odd = cloneJson(live);
          place(odd, path, value);
          const verdict = assessObject(odd, { ...surroundings, pods: [odd], replicaSets: [odd], quotas: [odd] });
          assert.ok(verdict.reason !== '' && typeof verdict.holds === 'boolean');
          podSelectorOf(odd);
          tried++;
        }
      }
    }
    assert.ok(tried > 10_000, `${tried} objects`);
  });

  it('is given for kinds named like members of every object', () => {
    assert.equal(assessObject(object('constructor/v1', 'constructor')).state, 'not-assessed');
    assert.equal(assessObject(object('apps/v1', 'toString')).state, 'not-assessed');
  });

  it('does not depend on the version of the API', () => {
    const claim = { spec: {}, status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } };
    assert.equal(assessObject(object('networking.k8s.io/v1beta1', 'Ingress', claim)).reason, 'AddressAssigned');
    assert.equal(assessObject(object('networking.example.com/v1', 'Ingress', claim)).state, 'not-assessed');
  });
});

describe('what to watch for a cause', () => {
  it('is the pods and ReplicaSets of a Deployment while it is not well', () => {
    const rolling = deployment({ readyReplicas: 0 });
    assert.deepEqual(pointWatchesFor(rolling, assessObject(rolling)), [
      { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', labelSelector: 'app=web' },
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: 'shop', labelSelector: 'app=web' },
    ]);
  });

  it('is nothing when it is healthy, or put aside', () => {
    assert.deepEqual(pointWatchesFor(deployment(), assessObject(deployment())), []);
    const paused = deployment({ updatedReplicas: 0 }, { paused: true });
    assert.equal(needsPods(assessObject(paused)), false);
  });

  it('is the pods of other workloads', () => {
    const { labelSelector } = podSelectorOf(statefulSet()) ?? {};
    assert.equal(labelSelector, 'app=web');
    assert.equal(podSelectorOf(job())?.labelSelector, 'batch.kubernetes.io/job-name=web');
    assert.equal(
      podSelectorOf(job({}, { selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u' } } }))?.labelSelector,
      'batch.kubernetes.io/controller-uid=u',
    );
    assert.equal(podSelectorOf(object('v1', 'ReplicationController', { spec: { selector: { app: 'old' } } }))?.labelSelector, 'app=old');
    assert.equal(podSelectorOf(object('v1', 'ConfigMap')), undefined);
  });

  it('never selects all pods of a namespace', () => {
    assert.equal(podSelectorOf(statefulSet({}, { selector: {} })), undefined);
    assert.equal(podSelectorOf(statefulSet({}, { selector: { matchExpressions: [{ key: 'a', operator: 'Near' }] } })), undefined);
  });

  it('spells all operators of selectors', () => {
    assert.equal(
      spellSelector({
        matchLabels: { app: 'web' },
        matchExpressions: [
          { key: 'tier', operator: 'In', values: ['a', 'b'] },
          { key: 'env', operator: 'NotIn', values: ['test'] },
          { key: 'x', operator: 'Exists' },
          { key: 'y', operator: 'DoesNotExist' },
        ],
      }),
      'app=web,tier in (a,b),env notin (test),x,!y',
    );
  });
});
