/** Who decides about replicas, as a table. */
import assert from 'node:assert/strict';
import type { KubeObject, ManagedFieldsEntry } from '../../../src/api/object.ts';
import { autoscaledBy, decideScale } from '../../../src/plan/scale.ts';
import { entryOf, recordOf, resource } from './objects.ts';

const workload = (replicas?: number): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { ...(replicas === undefined ? {} : { replicas }), template: {} },
});
const fields = { 'f:spec': { 'f:replicas': {} } };
const ours: ManagedFieldsEntry = { manager: 'lateen', operation: 'Apply', fieldsV1: fields };
const handed: ManagedFieldsEntry = { manager: 'lateen-handover', operation: 'Apply', fieldsV1: fields };
const scaled: ManagedFieldsEntry = { manager: 'kube-controller-manager', operation: 'Update', subresource: 'scale', fieldsV1: fields };
const live = (replicas: number, ...managedFields: ManagedFieldsEntry[]): KubeObject => {
  const object = workload(replicas);
  return { ...object, metadata: { ...object.metadata, uid: 'u', managedFields } };
};
const autoscaler: KubeObject = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
};

describe('decideScale', () => {
  it('hands over the live count that only we own', () => {
    assert.deepEqual(decideScale(workload(), live(5, ours), true), { manifest: workload(), handOver: 5 });
    assert.deepEqual(decideScale(workload(2), live(5, ours), true), { manifest: workload(), handOver: 5 });
  });

  it('hands over nothing that somebody has already, that is not ours, or that is not there', () => {
    assert.deepEqual(decideScale(workload(2), live(5, ours, scaled), true), { manifest: workload() });
    assert.deepEqual(decideScale(workload(2), live(5, handed), true), { manifest: workload() });
    assert.deepEqual(decideScale(workload(2), live(5), true), { manifest: workload() });
    assert.deepEqual(decideScale(workload(2), undefined, true), { manifest: workload() });
  });

  it('takes the count back when no autoscaler is left, and ends the hand-over', () => {
    assert.deepEqual(decideScale(workload(4), live(5, handed), false), { manifest: workload(4), takeBack: true });
    assert.deepEqual(decideScale(workload(4), live(5, ours), false), { manifest: workload(4) });
    assert.deepEqual(decideScale(workload(), live(5, handed), false), { manifest: workload() });
  });
});

describe('autoscaledBy', () => {
  const web = resource(workload(2), 'web');
  const hpa = resource(autoscaler, 'web', 0);
  const none = () => [];
  const there = () => [{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', namespace: 'shop', name: 'web' }];
  const of = (due: (typeof web)[], recorded: (typeof web)[], autoscalersOf: typeof there | typeof none) =>
    autoscaledBy({
      due: due.map((one) => ({ resource: one })),
      entries: recordOf(recorded.map((one) => entryOf(one))).entries,
      autoscalersOf,
    })(web);

  it('sees one that is delivered with the workload, and one of anybody', () => {
    assert.equal(of([web], [], none), false);
    assert.equal(of([web, hpa], [], none), true);
    assert.equal(of([web], [], there), true);
    assert.equal(of([web], [resource(autoscaler, 'other', 0)], there), true);
  });

  it('does not count one that the workload’s component renders no longer', () => {
    assert.equal(of([web], [hpa], there), false);
  });

  it('asks only about workloads', () => {
    assert.equal(autoscaledBy({ due: [], entries: new Map(), autoscalersOf: there })(hpa), false);
  });
});
