import assert from 'node:assert/strict';
import { assessObject } from '../../../src/health/assess.ts';
import { vectors } from './vectors.ts';

for (const [family, list] of Object.entries(vectors)) {
  describe(`health: ${family}`, () => {
    for (const { title, object, surroundings, state, reason, holds, final } of list) {
      it(`${title} is ${state}`, () => {
        const verdict = assessObject(object, surroundings);
        assert.deepEqual(
          { state: verdict.state, reason: verdict.reason, holds: verdict.holds, final: verdict.final === true },
          { state, reason, holds, final: final === true },
        );
        assert.ok(state === 'healthy' || verdict.message !== '', 'a state that is not healthy says why');
      });
    }
  });
}

describe('the rules', () => {
  it('are tried on at least 20 built-in kinds', () => {
    const builtIn = /^(v1|apps|batch|autoscaling|policy|([a-z]+\.)+k8s\.io)(\/|$)/;
    const kinds = new Set(
      Object.values(vectors)
        .flat()
        .filter(({ object }) => builtIn.test(object.apiVersion))
        .map(({ object }) => object.kind),
    );
    assert.ok(kinds.size >= 20, `${kinds.size} kinds`);
  });
});
