import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { KubeObject } from '../../../src/api/object.ts';
import { assessObject } from '../../../src/health/assess.ts';
import { needsPods, podSelectorOf, pointWatchesFor, spellSelector } from '../../../src/health/point-watches.ts';
import { ruledKinds } from '../../../src/health/rules.ts';
import { deployment, job, object, statefulSet } from './objects.ts';

describe('a verdict', () => {
  it('names the finalizers an object is held by, and since when', () => {
    const { message } = assessObject(deployment({}, {}, { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['a.example.com/b'] }));
    assert.equal(message, 'being deleted since 2026-01-01T00:00:00Z, held by finalizer a.example.com/b');
  });

  it('is given for whatever an object holds, and never throws', () => {
    const kinds = ruledKinds().map((name) => {
      const [kind = '', ...group] = name.split('.');
      return { apiVersion: group.length === 0 ? 'v1' : `${group.join('.')}/v1`, kind };
    });
    const words = fc.constantFrom(
      'status',
      'conditions',
      'type',
      'reason',
      'phase',
      'replicas',
      'Ready',
      'True',
      'False',
      'parents',
      'ingress',
      'loadBalancer',
    );
    const values = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constant(null),
        fc.boolean(),
        fc.integer(),
        words,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(words, tie('value'), { maxKeys: 4 }),
      ),
    })).value;
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds, { apiVersion: 'x.example.com/v1', kind: 'constructor' }),
        values,
        values,
        (kind, spec, status) => {
          const odd: KubeObject = { ...kind, metadata: { name: 'odd', generation: 1 }, spec, status };
          const verdict = assessObject(odd, { pods: [odd], replicaSets: [odd], quotas: [odd] });
          assert.ok(verdict.reason !== '' && typeof verdict.holds === 'boolean');
        },
      ),
      { numRuns: 500 },
    );
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
