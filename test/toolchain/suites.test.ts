/** `npm test` runs every test file once on every server: none is forgotten, none runs twice. */
import assert from 'node:assert/strict';
import { glob } from 'node:fs/promises';
import { filesOf, noRealServer, suites, titlesOf } from '../../scripts/test/suites.ts';

const byTests = (tests: string) => suites.filter((suite) => suite.tests === tests);

describe('the suites of npm test', () => {
  it('hold every test file under test/ once (a new folder needs its line in scripts/test/suites.ts)', async () => {
    const all: string[] = [];
    for await (const file of glob('test/**/*.test.ts')) all.push(file);
    const whole = (await Promise.all(byTests('all').map(filesOf))).flat();
    const embedded = (await Promise.all(byTests('not on a real server').map(filesOf))).flat();
    const real = (await Promise.all(byTests('on a real server').map(filesOf))).flat();
    assert.deepEqual([...whole, ...embedded].sort(), all.sort());
    assert.deepEqual(real.sort(), embedded.sort());
  });

  it('choose between the two halves of onEachServer by their titles', () => {
    const [embedded, real] = ['not on a real server', 'on a real server'].map((tests) => {
      const [suite] = byTests(tests);
      return new RegExp((suite && titlesOf(suite, 'image')) ?? '');
    });
    const titles = [
      'updating (embedded API server) changes an image',
      'updating (real kube-apiserver) changes an image',
      'updating (real kube-apiserver) removes a component',
      'examples run an image',
    ];
    assert.deepEqual(
      titles.map((title) => [embedded?.test(title), real?.test(title)]),
      [
        [true, false],
        [false, true],
        [false, false],
        [true, false],
      ],
    );
  });

  it('run against a real server whenever one was asked for, so that its absence is a failure', async () => {
    for (const env of [{ CI: 'true' }, { LATEEN_REAL: '1' }, { TEST_KUBECONFIG: 'missing' }])
      assert.equal(await noRealServer(env), undefined);
  });
});
