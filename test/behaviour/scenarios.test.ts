/**
 * What happens over time, held against recordings of KubeVela v1.10.9: objects, their identity and ownership, phases,
 * health, steps and revisions after every step. Differences are declared or defects; half an hour of waiting is virtual.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { declaredInScenarios, pendingScenarios } from '../conformance/declared-scenarios.ts';
import { declaredVerdict, judgeScenario } from '../scenarios/judge.ts';
import { readRecording, readScenario, scenarioNames } from '../scenarios/read.ts';
import { scenarioTable } from '../scenarios/table.ts';

const names = scenarioNames();

describe('scenarios recorded with KubeVela (embedded API server)', () => {
  for (const id of names) {
    it(`${id}: ${readScenario(id).title}`, async function () {
      this.timeout(120_000);
      const { verdict, reason, undeclared, idle } = await judgeScenario(id);
      if (verdict === 'pending') {
        console.warn(`    SKIPPED: ${id} needs ${reason}`);
        this.skip();
      }
      assert.deepEqual(undeclared, [], 'differences that test/conformance/declared-scenarios.ts does not declare');
      assert.deepEqual(idle, [], 'declared differences that no longer happen');
      assert.equal(verdict, declaredVerdict(id));
    });
  }

  it('every declaration names a scenario, a step that is looked at, and a decision or a reason of ours', () => {
    const wrong = declaredInScenarios.filter(({ scenario, steps, decision, reason }) => {
      const looks = names.includes(scenario) ? readRecording(scenario) : [];
      return steps.some((step) => looks[step - 1]?.apps === undefined) || (decision === undefined) !== reason.startsWith('ours:');
    });
    assert.deepEqual(wrong, []);
    assert.deepEqual(
      Object.keys(pendingScenarios).filter((id) => !names.includes(id)),
      [],
    );
  });

  it('docs/kubevela-scenarios.md holds the table as the tests find it', () => {
    const page = readFileSync(new URL('../../docs/kubevela-scenarios.md', import.meta.url), 'utf8');
    const expected = scenarioTable();
    const shown = page.slice(page.indexOf('<!-- table -->'), page.indexOf('<!-- end of table -->')).replace('<!-- table -->', '').trim();
    assert.equal(shown, expected, `the page is behind the tables; it has to say:\n\n${expected}\n`);
  });
});
