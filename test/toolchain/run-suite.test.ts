/** What must not happen: a suite that crashed, hung, found no test or failed around its tests, and counts as green. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runSuite } from '../../scripts/test/run-suite.ts';
import type { Suite } from '../../scripts/test/suites.ts';

describe('running a suite', function () {
  this.timeout(60_000);
  let folder: string;
  before(async () => {
    // Below the project, where mocha's packages are found.
    await mkdir('coverage', { recursive: true });
    folder = await mkdtemp(join('coverage', 'suite-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function run(name: string, source: string, changes: Partial<Suite> = {}, countOnly = false) {
    const file = join(folder, `${name}.test.js`);
    await writeFile(file, source);
    const suite: Suite = {
      title: name,
      group: 'unit',
      files: [file],
      tests: 'all',
      requires: [],
      isMeasured: false,
      limitMs: 20_000,
      ...changes,
    };
    const { failures, ...counts } = await runSuite(suite, { env: process.env, countOnly, isQuiet: true });
    return { ...counts, errors: failures.map(({ title, error }) => `${title}: ${error.split('\n')[0]}`) };
  }
  const mixed = `describe('a', () => { it('b', () => {}); it('c', () => { throw new Error('d'); }); it.skip('e', () => {}); });`;

  it('counts what passed, failed and was skipped, with the errors', async () => {
    assert.deepEqual(await run('mixed', mixed), { passed: 1, failed: 1, skipped: 1, skippedTitles: ['a e'], errors: ['a c: Error: d'] });
  });

  it('counts every test of a suite that cannot run as skipped', async () => {
    const { passed, failed, skipped } = await run('obstructed', mixed, {}, true);
    assert.deepEqual([passed, failed, skipped], [0, 0, 3]);
  });

  it('takes a process that ends by itself for a failure', async () => {
    const { failed, errors } = await run('crashing', `it('a', () => process.exit(0));`);
    assert.deepEqual([failed, errors], [1, ['crashing: the tests ended without results (code 0)']]);
  });

  it('takes a process that does not end for a failure', async () => {
    const { failed, errors } = await run('hanging', `it('a', () => { for (;;); });`, { limitMs: 2_000 });
    assert.deepEqual([failed, errors], [1, ['hanging: the tests ended without results (no end within 2 s)']]);
  });

  it('takes a suite without tests, and one without files, for a failure', async () => {
    assert.deepEqual((await run('empty', '')).errors, ['empty: no test was found']);
    assert.deepEqual((await run('absent', '', { files: ['test/absent/*.test.ts'] })).errors, [
      'absent: no file matches test/absent/*.test.ts',
    ]);
  });

  it('refuses a test that shuts out the others', async () => {
    assert.equal((await run('only', `it.only('a', () => {}); it('b', () => {});`)).failed, 1);
  });
});
