/** Every Application that the documentation and examples/ show goes through our CRD schemas and renders offline. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Application } from '../../../src/api/application.ts';
import type { JsonObject } from '../../../src/base/json.ts';
import { parseApplications } from '../../../src/cli/application-file.ts';
import { renderWhole } from '../../../src/cli/rendering.ts';
import { offlineFacts } from '../../../src/controllers/application/surroundings.ts';
import { complaints, droppedFields, filesBelow, objectsOf, read, repository } from '../api/validation.ts';
import { blocksOf, pages } from './pages.ts';

interface Shown {
  where: string;
  yaml: string;
  /** Objects that stand on the page beside it: Workflows that applications refer to. */
  beside: readonly JsonObject[];
}

const examples: Shown[] = filesBelow(join(repository, 'examples'), '.yaml').map((path) => ({
  where: path.slice(repository.length + 1),
  yaml: read(path),
  beside: [],
}));
const blocks: Shown[] = pages().flatMap((page) => {
  const found = blocksOf(page.text, 'yaml').filter(({ text }) => /^kind:/m.test(text));
  const beside = found.flatMap(({ text }) => objectsOf(text));
  return found.map(({ line, text }) => ({ where: `${page.name}:${line}`, yaml: text, beside }));
});

/** Pages that show what the kinds are for before the operator can do it, with what it answers today. */
const notYet: Record<string, RegExp> = {
  'docs/kinds/policy.md': /UnknownPolicy: .*nor a Policy object/,
};

/** Renders everything an application would deliver; a refusal or a warning fails the test. */
async function renders(application: Application): Promise<number> {
  const { name } = application.metadata;
  const whole = await renderWhole({
    application,
    revision: { name: `${name}-v1`, number: 1, run: `${name}-v1` },
    cluster: offlineFacts,
    now: 0,
  });
  assert.ok(whole.ok, whole.ok ? '' : `${whole.problem.code}: ${whole.problem.message}`);
  assert.deepEqual(whole.value.warnings, []);
  return whole.value.steps.flatMap(({ resources }) => resources).length + whole.value.awaiting.length;
}

describe('Applications in the documentation and in examples/', () => {
  for (const { where, yaml, beside } of [...examples, ...blocks]) {
    it(`are accepted and render: ${where}`, async () => {
      for (const object of objectsOf(yaml)) {
        assert.deepEqual(complaints(object) ?? [], []);
        assert.deepEqual(droppedFields(object) ?? [], []);
      }
      if (!objectsOf(yaml).some(({ kind }) => kind === 'Application')) return;
      for (const application of parseApplications(yaml, where, 'default').applications) {
        const answer = notYet[where.split(':')[0] ?? ''];
        if (answer) {
          await assert.rejects(renders(application), answer, `${where} can be taken off the list of what is not there yet`);
          continue;
        }
        const ref = application.spec.workflow?.ref;
        // Its steps stand in another block of the page; the schema of both was checked, and the words of the components count.
        if (ref !== undefined) {
          assert.ok(beside.some((object) => object.kind === 'Workflow' && (object.metadata as JsonObject | undefined)?.name === ref));
          const { workflow: _elsewhere, ...spec } = application.spec;
          assert.ok((await renders({ ...application, spec })) > 0);
        } else assert.ok((await renders(application)) > 0, 'it makes an object');
      }
    });
  }

  it('are as many as there are', () => {
    assert.ok(examples.length >= 2);
    assert.ok(blocks.length >= 10);
  });

  it('are refused where they are wrong', async () => {
    const [first] = parseApplications(
      read(join(repository, 'examples/first.yaml')).replace('scaler', 'scalar'),
      'first',
      'default',
    ).applications;
    assert.ok(first);
    await assert.rejects(renders(first), /did you mean "scaler"\?/);
  });

  it('begin, in README, with examples/first.yaml as it is', () => {
    const readme = pages()[0]?.text ?? '';
    assert.equal(blocksOf(readme, 'yaml')[0]?.text, read(join(repository, 'examples/first.yaml')));
  });

  it('say in README what a misspelt trait is answered with', async () => {
    const readme = pages()[0]?.text ?? '';
    assert.match(readme, /component "web": there is no trait definition "scalar" \(did you mean "scaler"\?\)/);
  });
});
