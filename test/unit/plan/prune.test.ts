/** What may be deleted. Better a leftover than a loss. */
import assert from 'node:assert/strict';
import { decidePrune } from '../../../src/plan/prune.ts';
import { entryOf, map, recordOf, resource } from './objects.ts';

const step = { ...entryOf(resource(map('made'), '')), step: 'make' };
const record = recordOf([entryOf(resource(map('a'), 'alpha')), entryOf(resource(map('b'), 'beta')), step]);
const [a = '', b = '', made = ''] = record.entries.keys();
const decide = (given: Partial<Parameters<typeof decidePrune>[0]>) =>
  decidePrune({
    entries: record.entries,
    wanted: new Set(),
    components: new Set(),
    rendered: new Set(),
    steps: new Set(),
    ranSteps: new Set(),
    ...given,
  });

describe('decidePrune', () => {
  it('never takes what is wanted', () => {
    assert.deepEqual(decide({ wanted: new Set([a, b, made]) }).prune, []);
  });

  it('takes what a component rendered no longer, or whose component left', () => {
    const { prune } = decide({ components: new Set(['alpha']), rendered: new Set(['alpha']), wanted: new Set([made]) });
    assert.deepEqual(
      prune.map(({ key }) => key),
      [a, b],
    );
  });

  it('keeps the objects of a component that no step delivers, with a word (decision 49)', () => {
    const { prune, undelivered } = decide({
      components: new Set(['alpha', 'beta']),
      rendered: new Set(['alpha']),
      wanted: new Set([a, made]),
    });
    assert.deepEqual(prune, []);
    assert.deepEqual(undelivered, ['beta']);
  });

  it('keeps the objects of a step that was skipped, and takes those of one that left', () => {
    assert.deepEqual(decide({ wanted: new Set([a, b]), steps: new Set(['make']) }).prune, []);
    assert.deepEqual(
      decide({ wanted: new Set([a, b]), steps: new Set(['make']), ranSteps: new Set(['make']) }).prune.map(({ key }) => key),
      [made],
    );
    assert.deepEqual(
      decide({ wanted: new Set([a, b]) }).prune.map(({ key }) => key),
      [made],
    );
  });
});
