import assert from 'node:assert/strict';
import { conditionOf, kstatusOf } from '../../../src/api/conditions.ts';
import type { Condition } from '../../../src/api/object.ts';

const condition = (type: string, status: Condition['status']): Condition => ({ type, status });
const state = (conditions: Condition[], observedGeneration = 2, deletionTimestamp?: string) =>
  kstatusOf({ metadata: { generation: 2, deletionTimestamp }, status: { observedGeneration, conditions } });

describe('how other tools read our conditions', () => {
  it('ready is current once the generation was seen', () => {
    assert.equal(state([condition('Ready', 'True')]), 'Current');
    assert.equal(state([condition('Ready', 'True')], 1), 'InProgress');
  });
  it('not ready is in progress, stalled is failed', () => {
    assert.equal(state([condition('Ready', 'False')]), 'InProgress');
    assert.equal(state([condition('Ready', 'Unknown')]), 'Unknown');
    assert.equal(state([condition('Ready', 'False'), condition('Stalled', 'True')]), 'Failed');
  });
  it('reconciling comes before stalled, deletion before all', () => {
    assert.equal(state([condition('Stalled', 'True'), condition('Reconciling', 'True')]), 'InProgress');
    assert.equal(state([condition('Ready', 'True')], 2, '2026-01-01T00:00:00Z'), 'Terminating');
  });
  it('the conditions that KubeVela adds do not matter to them', () => {
    assert.equal(state([condition('Parsed', 'False'), condition('Ready', 'True')]), 'Current');
  });
  it('no status at all counts as current: nothing says otherwise', () => {
    assert.equal(kstatusOf({ metadata: { generation: 1 } }), 'Current');
  });
  it('are found by type', () => {
    assert.equal(conditionOf([condition('Ready', 'True')], 'Ready')?.status, 'True');
    assert.equal(conditionOf(undefined, 'Ready'), undefined);
  });
});
