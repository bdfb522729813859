import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { assessObject } from '../../../src/health/assess.ts';
import type { Verdict } from '../../../src/health/verdict.ts';
import { builtFile, isBuilt } from '../../controlplane/binaries.ts';
import { type Kstatus, type Vector, vectors } from './vectors.ts';

const all: Vector[] = Object.values(vectors).flat();

/** The word kstatus would use for our state. */
function inKstatus({ state, reason }: Verdict): Kstatus {
  if (reason === 'Terminating') return 'Terminating';
  if (state === 'progressing') return 'InProgress';
  return state === 'degraded' ? 'Failed' : 'Current';
}

describe('health and kstatus', () => {
  for (const { title, object, surroundings, kstatus, differs } of all) {
    const agrees = differs === undefined;
    it(`${agrees ? 'agree' : 'differ'}: ${object.kind} ${title}${agrees ? '' : ` (${differs})`}`, () => {
      assert.equal(inKstatus(assessObject(object, surroundings)) === kstatus, agrees);
    });
  }

  it('what is said of kstatus here is what the library says', function () {
    if (!isBuilt('kstatus')) {
      console.warn('    SKIPPED: kstatus is not built, its verdicts in vectors.ts are not checked (npm run controlplane)');
      this.skip();
    }
    const input = all.map(({ object }) => JSON.stringify(object)).join('\n');
    const { stdout, status } = spawnSync(builtFile('kstatus'), { input, encoding: 'utf8' });
    assert.equal(status, 0);
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { status?: string; message?: string; error?: string });
    assert.equal(answers.length, all.length);
    const wrong = all.flatMap(({ title, object, kstatus }, index) =>
      answers[index]?.status === kstatus ? [] : [`${object.kind} ${title}: expected ${kstatus}, got ${JSON.stringify(answers[index])}`],
    );
    assert.deepEqual(wrong, []);
  });
});
