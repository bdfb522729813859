import assert from 'node:assert/strict';
import { join, relative } from 'node:path';
import { kinds } from '../../../src/api/kinds.ts';
import { complaints, droppedFields, filesBelow, objectsOf, read, repository } from './validation.ts';

const docs = join(repository, 'docs');

/** The YAML blocks of a page, with the line each begins at. */
function yamlBlocks(page: string): { line: number; yaml: string }[] {
  return [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map((match) => ({
    line: page.slice(0, match.index).split('\n').length,
    yaml: match[1] ?? '',
  }));
}

describe('examples in the documentation', () => {
  const shown = new Set<string>();

  for (const file of filesBelow(docs, '.md')) {
    for (const { line, yaml } of yamlBlocks(read(file))) {
      if (!/^kind:/m.test(yaml)) continue;
      it(`are valid: ${relative(repository, file)}:${line}`, () => {
        for (const object of objectsOf(yaml)) {
          assert.deepEqual(complaints(object) ?? [], []);
          assert.deepEqual(droppedFields(object) ?? [], []);
          shown.add(String(object.kind));
        }
      });
    }
  }

  it('show every kind a user writes', () => {
    const expected = kinds.map((kind) => kind.kind);
    const unshown = ['PolicyDefinition', 'WorkflowStepDefinition', 'WorkloadDefinition'];
    assert.deepEqual(expected.filter((kind) => !shown.has(kind)).sort(), unshown);
  });
});
