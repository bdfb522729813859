import assert from 'node:assert/strict';
import { virtualClock } from '../../../src/base/virtual-clock.ts';
import type { Progress } from '../../../src/controllers/application/memory.ts';
import { explainIn } from '../../../src/controllers/application/patience.ts';
import { defaultSettings } from '../../../src/controllers/application/world.ts';
import type { HealthState, Verdict } from '../../../src/health/verdict.ts';

describe('patience with what is not well', () => {
  const setUp = () => {
    const clock = virtualClock();
    const memory = { progress: new Map<string, Progress>() };
    const look = (state: HealthState, resourceVersion = '1'): number | undefined => {
      const verdict: Verdict = { state, reason: '', message: '', holds: true };
      const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'cart', resourceVersion } };
      return explainIn('cart', verdict, object, memory, {
        clock,
        settings: { ...defaultSettings, explainAfterMs: 1500, explainAtLastMs: 10_000 },
      });
    };
    return { clock, memory, look };
  };

  it('explains what is degraded at once, and what is well never', () => {
    const { look } = setUp();
    assert.equal(look('degraded'), 0);
    for (const state of ['healthy', 'suspended', 'not-assessed'] as const) assert.equal(look(state), undefined);
  });

  it('waits while a workload moves, and explains it when it stands still', async () => {
    const { clock, look } = setUp();
    assert.equal(look('progressing', '1'), 1500);
    await clock.advance(1000);
    assert.equal(look('progressing', '1'), 500);
    assert.equal(look('progressing', '2'), 1500, 'it has moved');
    await clock.advance(1500);
    assert.equal(look('progressing', '2'), 0);
  });

  it('explains at last what moves without getting anywhere', async () => {
    const { clock, look } = setUp();
    for (let second = 0; second < 10; second++) {
      assert.notEqual(look('progressing', String(second)), 0, `after ${second} s`);
      await clock.advance(1000);
    }
    assert.equal(look('progressing', 'x'), 0);
  });

  it('begins anew after it was well, and remembers nothing of what is well', async () => {
    const { clock, memory, look } = setUp();
    look('progressing');
    await clock.advance(5000);
    look('healthy');
    assert.equal(memory.progress.size, 0);
    assert.equal(look('progressing'), 1500);
  });
});
