import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ProblemError } from '../../../../src/base/errors.ts';
import { applyPatch } from '../../../../src/renderers/patch/apply.ts';
import { applyJsonMergePatch } from '../../../../src/renderers/patch/json-merge-patch.ts';
import { applyJsonPatch } from '../../../../src/renderers/patch/json-patch.ts';
import { jsonMergePatch, jsonPatch } from '../../../../src/renderers/patch/markers.ts';

const message = (work: () => unknown): string => {
  try {
    work();
    return 'applied';
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.message;
    throw error;
  }
};

describe('JSON merge patch', () => {
  it('follows the examples of RFC 7396', () => {
    const examples: [unknown, unknown, unknown][] = [
      [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
      [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
      [{ a: 'b' }, { a: null }, {}],
      [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
      [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
      [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
      [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
      [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
      [
        ['a', 'b'],
        ['c', 'd'],
        ['c', 'd'],
      ],
      [{ a: 'foo' }, 'bar', 'bar'],
      [{ e: null }, { a: 1 }, { e: null, a: 1 }],
      [[1, 2], { a: 'b', c: null }, { a: 'b' }],
      [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    ];
    for (const [target, patch, result] of examples) assert.deepEqual(applyJsonMergePatch(target, patch), result);
  });

  it('does nothing the second time', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (target, patch) => {
        const once = applyJsonMergePatch(target, patch);
        assert.deepEqual(applyJsonMergePatch(once, patch), once);
      }),
    );
  });
});

describe('JSON patch', () => {
  it('does the operations in order', () => {
    const result = applyJsonPatch({ a: [1, 2], b: { 'x/y': 1 } }, [
      { op: 'test', path: '/a/1', value: 2 },
      { op: 'add', path: '/a/-', value: 3 },
      { op: 'add', path: '/a/0', value: 0 },
      { op: 'replace', path: '/b/x~1y', value: 2 },
      { op: 'copy', from: '/b', path: '/c' },
      { op: 'move', from: '/a/0', path: '/d' },
      { op: 'remove', path: '/b' },
    ]);
    assert.deepEqual(result, { a: [1, 2, 3], c: { 'x/y': 2 }, d: 0 });
  });

  it('refuses with the operation and the path', () => {
    const pod = { spec: { template: { spec: {} } } };
    const refusals: [object, string][] = [
      [{ op: 'remove', path: '/spec/template/spec/nodeName' }, 'operation 0: path /spec/template/spec/nodeName does not exist'],
      [{ op: 'replace', path: '/spec/x', value: 1 }, 'operation 0: path /spec/x does not exist'],
      [{ op: 'add', path: '/no/where', value: 1 }, 'operation 0: path /no/where does not exist'],
      [{ op: 'add', path: '/spec/x' }, 'operation 0: value is required'],
      [{ op: 'test', path: '/spec/template', value: 1 }, 'operation 0: test of path /spec/template failed'],
      [{ op: 'move', path: '/a', from: '/b' }, 'operation 0: path /b does not exist'],
      [{ op: 'merge', path: '/a' }, 'operation 0: op must be one of add, remove, replace, move, copy, test, got "merge"'],
      [{ op: 'remove', path: 'spec' }, 'operation 0: path must be a JSON pointer such as /spec/replicas'],
    ];
    for (const [operation, text] of refusals)
      assert.equal(
        message(() => applyJsonPatch(pod, [{ ...operation }])),
        text,
      );
  });

  it('applies all or nothing, and never to the document given', () => {
    const document = { a: [1] };
    message(() =>
      applyJsonPatch(document, [
        { op: 'add', path: '/a/-', value: 2 },
        { op: 'remove', path: '/b' },
      ]),
    );
    assert.deepEqual(document, { a: [1] });
  });

  it('takes a value of null for a value', () => {
    assert.deepEqual(applyJsonPatch({}, [{ op: 'add', path: '/a', value: null }]), { a: null });
  });
});

describe('a patch of a whole object', () => {
  const map = { apiVersion: 'v1', kind: 'ConfigMap', data: { a: '1' } };

  it('is told apart by its marker', () => {
    assert.deepEqual(applyPatch(map, jsonMergePatch({ data: { a: null } })), { apiVersion: 'v1', kind: 'ConfigMap', data: {} });
    assert.deepEqual(applyPatch(map, jsonPatch([{ op: 'replace', path: '/data/a', value: '2' }])).data, { a: '2' });
    assert.deepEqual(applyPatch(map, { data: { b: '2' } }).data, { a: '1', b: '2' });
  });

  it('must leave an object', () => {
    assert.equal(
      message(() => applyPatch(map, jsonMergePatch({ kind: null }))),
      'the patched object has no apiVersion or kind any more',
    );
  });
});
