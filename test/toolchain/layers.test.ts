/** The contract of the layers bites: each rule refuses the import it is there for, seen in a small project of wrongs. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkLayers, readContract } from '../../scripts/check-layers.ts';

/** File → its imports; every one of them is wrong. */
const wrongs: Record<string, { file: string; imports: string; typeOnly?: boolean }> = {
  'api-base-schema-imports-nothing-above': { file: 'src/base/clock.ts', imports: '../kube/client.ts', typeOnly: true },
  'kube-imports-nothing-above': { file: 'src/kube/client.ts', imports: '../plan/diff.ts' },
  'definitions-renderers-policies-workflow-health-plan-imports-nothing-above': {
    file: 'src/workflow/machine.ts',
    imports: '../delivery/apply.ts',
  },
  'delivery-clusters-imports-nothing-above': { file: 'src/delivery/apply.ts', imports: '../controllers/reconcile.ts' },
  'controllers-admission-server-imports-nothing-above': { file: 'src/server/health.ts', imports: '../cli/main.ts' },
  'every-folder-has-a-layer': { file: 'src/cli/odd.ts', imports: '../utils/odds.ts' },
  'decisions-open-no-sockets': { file: 'src/health/probe.ts', imports: 'node:http' },
  'decisions-read-no-files': { file: 'src/policies/place.ts', imports: 'node:fs' },
  'only-definitions-start-workers': { file: 'src/renderers/worker.ts', imports: 'node:worker_threads' },
  'sandbox-stands-alone': { file: 'sandbox/server.ts', imports: '../src/api/object.ts', typeOnly: true },
  'operator-knows-no-sandbox': { file: 'src/controllers/reconcile.ts', imports: '../../sandbox/server.ts' },
  'product-imports-no-tests': { file: 'src/schema/tables.ts', imports: '../../test/tables.ts' },
  'nothing-outside-the-project': { file: 'src/api/kinds.ts', imports: '../../../outside/kinds.ts' },
  'no-cycles': { file: 'src/plan/hash.ts', imports: './hash-of.ts' },
  'everything-resolves': { file: 'src/api/names.ts', imports: './missing.ts' },
};
const present = ['src/plan/diff.ts', 'src/cli/main.ts', 'src/utils/odds.ts', 'src/api/object.ts', 'test/tables.ts', '../outside/kinds.ts'];

describe('the contract of the layers', function () {
  this.timeout(60_000);
  let root: string;
  before(async () => {
    root = join(await mkdtemp(join(tmpdir(), 'lateen-layers-')), 'project');
    const write = async (file: string, text: string) => {
      await mkdir(dirname(join(root, file)), { recursive: true });
      await writeFile(join(root, file), text);
    };
    for (const file of present) await write(file, 'export const x = 1;\n');
    await write('src/plan/hash-of.ts', `import { x } from './hash.ts';\nexport const y = x;\n`);
    for (const { file, imports, typeOnly } of Object.values(wrongs)) {
      await write(
        file,
        `import ${typeOnly ? 'type ' : ''}{ x } from '${imports}';\nexport const z${typeOnly ? ': typeof x | undefined = undefined' : ' = x'};\n`,
      );
    }
  });
  after(() => rm(dirname(root), { recursive: true, force: true }));

  it('refuses what each rule is there for', async () => {
    const { violations } = await checkLayers(readContract(), ['src', 'sandbox'], root);
    const unseen = Object.entries(wrongs).filter(
      ([rule, { file }]) => !violations.some((line) => line.startsWith(`${rule}: `) && line.includes(file)),
    );
    assert.deepEqual(
      unseen.map(([rule]) => rule),
      [],
      violations.join('\n'),
    );
  });

  it('has a wrong for every rule but the one that needs installed packages', () => {
    const names = readContract().forbidden?.map(({ name }) => name);
    assert.deepEqual(names?.filter((name) => name !== 'product-needs-only-dependencies').sort(), Object.keys(wrongs).sort());
  });
});
