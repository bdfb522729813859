import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fieldChanges } from '../../../src/cli/field-diff.ts';
import { visibleChanges } from '../../../src/cli/object-diff.ts';

describe('field differences', () => {
  it('finds a field of a named item of a list', () => {
    const pod = (image: string) => ({
      spec: {
        containers: [
          { name: 'log', image: 'x' },
          { name: 'web', image },
        ],
      },
    });
    assert.deepEqual(fieldChanges(pod('a'), pod('b')), [{ path: 'spec.containers[web].image', before: 'a', after: 'b' }]);
  });

  it('tells apart what is added, what goes and what changes', () => {
    assert.deepEqual(fieldChanges({ a: 1, b: 2 }, { b: 3, c: 4 }), [
      { path: 'a', before: 1, after: undefined },
      { path: 'b', before: 2, after: 3 },
      { path: 'c', before: undefined, after: 4 },
    ]);
  });

  it('names an item that comes or goes, whatever its place', () => {
    const before = [
      { name: 'a', v: 1 },
      { name: 'b', v: 2 },
    ];
    assert.deepEqual(fieldChanges(before, [{ name: 'b', v: 2 }]), [{ path: '[a]', before: { name: 'a', v: 1 }, after: undefined }]);
  });

  it('tells another order of named items', () => {
    const changes = fieldChanges({ l: [{ name: 'a' }, { name: 'b' }] }, { l: [{ name: 'b' }, { name: 'a' }] });
    assert.deepEqual(changes, [{ path: 'l', before: ['a', 'b'], after: ['b', 'a'] }]);
  });

  it('compares lists without names by place and lists of scalars as a whole', () => {
    assert.deepEqual(fieldChanges({ a: [1, 2] }, { a: [1, 3] }), [{ path: 'a', before: [1, 2], after: [1, 3] }]);
    assert.deepEqual(fieldChanges({ p: [{ port: 1 }] }, { p: [{ port: 2 }] }), [{ path: 'p[0].port', before: 1, after: 2 }]);
  });

  it('gives changes exactly when two values differ', () => {
    const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
    fc.assert(
      fc.property(json, json, (a, b) => {
        assert.deepEqual(fieldChanges(a, a), []);
        assert.equal(fieldChanges(a, b).length > 0, fc.stringify(sorted(a)) !== fc.stringify(sorted(b)));
      }),
    );
  });
});

/** Keys in order, so that equal values have equal text; -0 is 0 in JSON. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  );
}

describe('differences of objects', () => {
  const secret = (password: string) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', uid: 'u', resourceVersion: password },
    data: { password, same: 'eA==' },
  });

  it('tells that a Secret changes and never its values', () => {
    const changes = visibleChanges(secret('b2xk'), secret('bmV3'));
    assert.deepEqual(changes, [{ path: 'data.password', before: '(hidden)', after: '(hidden, another value)' }]);
  });

  it('hides the bookkeeping of the API server and labels that follow the revision', () => {
    const before = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', resourceVersion: '1', labels: { 'app.oam.dev/appRevision': 'x-v1' } },
      status: 1,
    };
    const after = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', resourceVersion: '2', labels: { 'app.oam.dev/appRevision': 'x-v2' } },
      status: 2,
    };
    assert.deepEqual(visibleChanges(before, after), []);
  });
});
