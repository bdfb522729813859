import assert from 'node:assert/strict';
import { casesOf, type Group, runCase } from '../../conformance/compare.ts';
import { pending } from '../../conformance/pending.ts';

const groups: Group[] = ['components', 'traits'];

for (const group of groups) {
  const waiting = new Set<string>(pending[group]);

  describe(`conformance of ${group} with KubeVela v1.10.9`, () => {
    for (const name of casesOf(group).filter((each) => !waiting.has(each))) {
      it(`renders ${name} as recorded, or as declared`, async () => {
        const outcome = await runCase(group, name);
        assert.notEqual(outcome.verdict, 'pending', `no definition for ${outcome.unknownTypes.join(', ')}: declare the case in pending.ts`);
        assert.deepEqual(outcome.differences, [], 'differences that are not declared in declared.ts');
        assert.deepEqual(outcome.idle, [], 'declared in declared.ts, but equal');
      });
    }

    it(`waits for ${waiting.size} cases whose types have no definition, and for no other`, async () => {
      const outcomes = await Promise.all(pending[group].map((name) => runCase(group, name)));
      const buildable = outcomes.filter((outcome) => outcome.verdict !== 'pending').map((outcome) => outcome.case);
      assert.deepEqual(buildable, [], 'their types are defined now: take them off pending.ts');
    });
  });
}
