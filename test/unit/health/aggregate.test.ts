import assert from 'node:assert/strict';
import fc from 'fast-check';
import { aggregate } from '../../../src/health/aggregate.ts';
import type { HealthState, Verdict } from '../../../src/health/verdict.ts';

const verdict = (state: HealthState, holds: boolean, final?: true): Verdict => ({
  state,
  reason: state,
  message: '',
  holds,
  ...(final ? { final } : {}),
});
const anyVerdict = fc.record({
  state: fc.constantFrom<HealthState>('healthy', 'progressing', 'suspended', 'degraded', 'not-assessed'),
  reason: fc.string(),
  message: fc.string(),
  holds: fc.boolean(),
  final: fc.option(fc.constant(true), { nil: undefined }),
});

describe('many verdicts as one', () => {
  it('of nothing is healthy, and not assessed', () => {
    assert.deepEqual(aggregate([]), { healthy: true, final: false, assessed: false, state: 'not-assessed' });
  });

  it('an autoscaler without metrics is shown, and holds nothing up', () => {
    const { healthy, state, worst } = aggregate([verdict('healthy', true), verdict('degraded', false)]);
    assert.deepEqual([healthy, state, worst?.state], [true, 'degraded', 'degraded']);
  });

  it('what holds is shown before what is worse and does not', () => {
    const { healthy, state, worst } = aggregate([verdict('degraded', false), verdict('progressing', true)]);
    assert.deepEqual([healthy, state, worst?.state], [false, 'degraded', 'progressing']);
  });

  it('one object that is well makes the whole assessed; without one it is not', () => {
    assert.deepEqual(aggregate([verdict('not-assessed', false), verdict('healthy', false)]).state, 'healthy');
    assert.equal(aggregate([verdict('not-assessed', false)]).assessed, false);
    assert.equal(aggregate([verdict('not-assessed', false)]).healthy, true);
  });

  it('a suspended Job holds', () => assert.equal(aggregate([verdict('suspended', true)]).healthy, false));

  it('is final when something that holds is, not when something else is', () => {
    assert.equal(aggregate([verdict('degraded', false, true), verdict('progressing', true)]).final, false);
    assert.equal(aggregate([verdict('degraded', true, true), verdict('progressing', true)]).final, true);
    assert.equal(aggregate([verdict('degraded', true), verdict('degraded', true, true)]).worst?.final, true);
  });

  it('does not depend on the order', () => {
    const facts = (verdicts: Verdict[]) => {
      const { worst, ...rest } = aggregate(verdicts);
      return { ...rest, worst: worst && [worst.state, worst.final === true] };
    };
    fc.assert(fc.property(fc.array(anyVerdict), (verdicts) => assert.deepEqual(facts(verdicts), facts([...verdicts].reverse()))));
  });

  it('never gets better by another verdict', () => {
    fc.assert(
      fc.property(fc.array(anyVerdict), anyVerdict, (verdicts, more) => {
        assert.ok(!aggregate([...verdicts, more]).healthy || aggregate(verdicts).healthy);
        assert.ok(aggregate([...verdicts, more]).final || !aggregate(verdicts).final);
      }),
    );
  });
});
