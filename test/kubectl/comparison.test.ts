/** What the comparison of transcripts lets pass and what it does not: a blind one would agree with everything. */
import assert from 'node:assert/strict';
import { isNeeded, lineDifference, undeclared } from './comparison.ts';
import { normalise } from './transcript.ts';

describe('comparison of kubectl transcripts', () => {
  it('takes out what no two runs have in common', () => {
    const one =
      'web-d52xbbrnws-7jg9v   1/1   Running   0   3s    10.190.66.109\n  uid: e09e9f14-e075-4c5d-bd75-59e241091c43\n  resourceVersion: "63"\n';
    const two =
      'web-d52xbbrnws-vgqhj   1/1   Running   0   12m   10.1.2.3\n  uid: cda7f061-c6fb-483a-939c-a83c185b7ad1\n  resourceVersion: "1109"\n';
    assert.equal(normalise(one, {}), normalise(two, {}));
  });

  it('keeps what is said: numbers, names, states', () => {
    for (const [one, two] of [
      ['web   2/2   2', 'web   1/2   2'],
      ['web-d52xbbrnws-7jg9v', 'web-d52xbbrnwt-7jg9v'],
      ['generation: 1', 'generation: 2'],
      ['node-1   Ready', 'node-2   Ready'],
      ['[0]', '[1]'],
    ] as const) {
      assert.notEqual(normalise(one, {}), normalise(two, {}));
    }
  });

  it('sorts rows only from the line on that is named, and drops only passing lines', () => {
    assert.equal(normalise('Name: b\nEvents:\nz\ny', { unordered: /^Events/ }), 'Name: b\nEvents:\ny\nz');
    assert.equal(normalise('Waiting for 1\ndone', { passing: /^Waiting/ }), 'done');
  });

  it('reports a line that only one side has', () => {
    assert.equal(undeclared({ embedded: 'a\nb\nc', real: 'a\nc' }, undefined), '  a\n- b\n  c');
    assert.equal(lineDifference(['a'], ['a', 'b']), '  a\n+ b');
    assert.equal(undeclared({ embedded: 'a', real: 'a' }, undefined), undefined);
  });

  it('lets a declared difference pass and nothing beside it', () => {
    const declared = { command: 'x', reason: 'y', lines: /^extra/ };
    assert.equal(undeclared({ embedded: 'a', real: 'a\nextra 1' }, declared), undefined);
    assert.equal(undeclared({ embedded: 'a', real: 'b\nextra 1' }, declared), '- a\n+ b');
    const says = { command: 'x', reason: 'y', says: { embedded: /no kubelet/, real: /dial/ } };
    assert.equal(undeclared({ embedded: 'no kubelet', real: 'dial tcp' }, says), undefined);
    assert.match(undeclared({ embedded: 'hm', real: 'dial tcp' }, says) ?? '', /embedded server was to say/);
  });

  it('knows a declaration that has nothing left to declare', () => {
    assert.equal(isNeeded({ embedded: 'a', real: 'a' }, { command: 'x', reason: 'y', lines: /^extra/ }), false);
  });
});
