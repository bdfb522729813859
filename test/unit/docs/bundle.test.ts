/** The file that `npm run bundle` makes runs where the sources and packages are not, as the Dockerfile needs it to. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands } from '../../../src/cli/commands.ts';
import { read, repository } from '../api/validation.ts';

describe('the bundle', () => {
  let folder: string;
  const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  const lateen = (...args: string[]) => run(join(folder, 'out', 'lateen.mjs'), ...args);

  before(function () {
    this.timeout(60_000);
    folder = mkdtempSync(join(tmpdir(), 'lateen-bundle-'));
    const made = run(join(repository, 'scripts/bundle.ts'), '--out', join(folder, 'out'));
    assert.equal(made.status, 0, made.stderr);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('has the CRDs beside it', () => {
    assert.deepEqual(readdirSync(join(folder, 'out', 'crds')), readdirSync(join(repository, 'crds')));
  });

  it('names every command, and its version', () => {
    const { stdout, status } = lateen('--help');
    assert.equal(status, 0);
    for (const { name } of commands) assert.match(stdout, new RegExp(`^  ${name}\\b`, 'm'));
    assert.equal(lateen('--version').stdout.trim(), (JSON.parse(read(join(repository, 'package.json'))) as { version: string }).version);
  });

  it('loads every command, and renders an application', () => {
    for (const { name } of commands) assert.equal(lateen(name, '--help').status, 0, name);
    const rendered = lateen('render', '-f', join(repository, 'examples/first.yaml'));
    assert.equal(rendered.status, 0, rendered.stderr);
    assert.match(rendered.stdout, /^kind: Deployment$/m);
  }).timeout(60_000);
});
