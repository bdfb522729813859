import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, loadAll } from 'js-yaml';
import { commands } from '../../../src/cli/commands.ts';
import { run } from '../../../src/cli/main.ts';
import { memoryTerminal } from './memory-terminal.ts';

describe('the command line', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lateen-cli-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const lateen = async (...args: string[]) => {
    const terminal = memoryTerminal();
    const exitCode = await run(args, terminal);
    return { exitCode, out: terminal.results.join('\n'), notes: terminal.notes.join('\n') };
  };
  const file = (text: string): string => {
    const path = join(folder, 'app.yaml');
    writeFileSync(path, text);
    return path;
  };
  const app = (type: string, more = '') =>
    `apiVersion: core.oam.dev/v1beta1\nkind: Application\nmetadata: {name: shop}\nspec:\n  components:\n    - {name: web, type: ${type}, properties: {image: nginx${more}}}\n`;

  it('describes every command in its help', async () => {
    const { exitCode, out } = await lateen('--help');
    assert.equal(exitCode, 0);
    for (const { name } of commands) assert.match(out, new RegExp(`^  ${name} `, 'm'));
  });

  for (const { name } of commands) {
    it(`has help for ${name}`, async () => {
      const { exitCode, out } = await lateen(name, '--help');
      assert.equal(exitCode, 0);
      assert.match(out, new RegExp(`^Usage: lateen ${name}`));
    });
    it(`refuses unknown flags of ${name}`, async () => {
      const { exitCode, notes } = await lateen(name, ...(['diff', 'render'].includes(name) ? ['-f', 'x'] : []), '--no-such-flag');
      assert.equal(exitCode, 2);
      assert.match(notes, /unknown (option|command)/);
    });
  }

  it('refuses an unknown command', async () => {
    assert.equal((await lateen('frobnicate')).exitCode, 2);
  });

  it('refuses values an option cannot have', async () => {
    for (const args of [
      ['start', '--port', 'x'],
      ['start', '--nodes', '0'],
      ['controller', '--metrics-address', 'nowhere'],
      ['controller', '--concurrency', '1.5'],
      ['status', 'a', '-o', 'xml'],
    ]) {
      assert.equal((await lateen(...args)).exitCode, 2, args.join(' '));
    }
  });

  it('renders offline, as YAML and as JSON', async () => {
    const path = file(app('webservice'));
    const yaml = await lateen('render', '-f', path);
    assert.equal(yaml.exitCode, 0, yaml.notes);
    const [deployment] = loadAll(yaml.out) as { kind: string; metadata: { name: string; namespace: string } }[];
    assert.deepEqual([deployment?.kind, deployment?.metadata.name, deployment?.metadata.namespace], ['Deployment', 'web', 'default']);
    const json = await lateen('render', '-f', path, '-o', 'json', '-n', 'team');
    const listed = load(json.out) as { kind: string; items: { metadata: { namespace: string } }[] };
    assert.deepEqual([listed.kind, listed.items[0]?.metadata.namespace], ['List', 'team']);
  });

  it('says in plain words what is wrong with an Application', async () => {
    const unknownType = await lateen('render', '-f', file(app('webservise')));
    assert.equal(unknownType.exitCode, 2);
    assert.match(unknownType.notes, /^lateen: application shop: component "web": .*"webservise".*did you mean "webservice"/);
    const unknownFile = await lateen('render', '-f', join(folder, 'none.yaml'));
    assert.equal(unknownFile.exitCode, 2);
    assert.doesNotMatch(unknownFile.notes, /\n\s+at /);
  });

  it('says which kubeconfig is missing', async () => {
    const { exitCode, notes } = await lateen('ls', '--kubeconfig', join(folder, 'none'));
    assert.equal(exitCode, 2);
    assert.match(notes, /there is no kubeconfig .*none/);
  });
});
