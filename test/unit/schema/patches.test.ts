/** Merge patches, JSON patches and strategic merge patches. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { isObject, type Json, type JsonObject, jsonEqual } from '../../../src/base/json.ts';
import { createMergePatch, jsonMergePatch, jsonPatch, schemaFor, strategicMergePatch } from '../../../src/schema/index.ts';

/** JSON in which no object has a null: merge patches cannot write those. */
const { value } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ maxLength: 3 }),
    fc.integer(),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), tie('value'), { maxKeys: 3 }),
  ),
}));

describe('JSON merge patch', () => {
  it('leads from one value to the other by the patch that is their difference', () => {
    fc.assert(
      fc.property(value, value, (before, after) => assert.ok(jsonEqual(jsonMergePatch(before, createMergePatch(before, after)), after))),
    );
  });
  it('is empty between equal objects', () => {
    fc.assert(fc.property(value, (each) => !isObject(each) || assert.deepEqual(createMergePatch(each, each), {})));
  });
  it('follows the examples of RFC 7396', () => {
    assert.deepEqual(jsonMergePatch({ a: 'b', c: { d: 'e', f: 'g' } }, { a: 'z', c: { f: null } }), { a: 'z', c: { d: 'e' } });
    assert.deepEqual(jsonMergePatch({ a: [{ b: 'c' }] }, { a: [1] }), { a: [1] });
    assert.deepEqual(jsonMergePatch({}, { a: { bb: { ccc: null } } }), { a: { bb: {} } });
    assert.deepEqual(jsonMergePatch(['a'], { a: 'b', c: null }), { a: 'b' });
  });
});

describe('JSON patch', () => {
  const run = (before: Json, ...operations: Json[]): unknown => {
    const result = jsonPatch(before, operations);
    return result.ok ? result.value : [result.code, result.detail];
  };
  it('adds, removes, replaces, moves, copies and tests', () => {
    assert.deepEqual(run({ a: [1, 3] }, { op: 'add', path: '/a/1', value: 2 }), { a: [1, 2, 3] });
    assert.deepEqual(run({ a: [1] }, { op: 'add', path: '/a/-', value: 2 }), { a: [1, 2] });
    assert.deepEqual(run({ 'a/b': 1, 'c~d': 2 }, { op: 'remove', path: '/a~1b' }, { op: 'replace', path: '/c~0d', value: 3 }), {
      'c~d': 3,
    });
    assert.deepEqual(run({ a: 1 }, { op: 'copy', from: '/a', path: '/b' }, { op: 'move', from: '/a', path: '/c' }), { b: 1, c: 1 });
    assert.deepEqual(run({ a: 1 }, { op: 'test', path: '/a', value: 1 }), { a: 1 });
  });
  it('is as lenient as the server: a missing key is replaced, or copied as null', () => {
    assert.deepEqual(run({}, { op: 'replace', path: '/a', value: 1 }), { a: 1 });
    assert.deepEqual(run({}, { op: 'copy', from: '/a', path: '/b' }), { b: null });
  });
  it('refuses what does not apply with the server’s one sentence, and says why', () => {
    const refused = jsonPatch({}, [{ op: 'move', from: '/a', path: '/b' }]);
    assert.ok(!refused.ok);
    assert.deepEqual([refused.code, refused.message], [422, 'the server rejected our request due to an error in our request']);
    assert.deepEqual(run({}, { op: 'remove', path: '/a' }), [422, 'unable to remove nonexistent key: a: missing value']);
    assert.deepEqual(run({}, { op: 'replace', path: '/a/b', value: 1 }), [
      422,
      'replace operation does not apply: doc is missing path: /a/b: missing value',
    ]);
    assert.deepEqual(run({ a: 1 }, { op: 'test', path: '/a', value: 2 }), [422, 'testing value /a failed: test failed']);
    assert.equal((run({}, { op: 'add', path: '/a/b', value: 1 }) as [number])[0], 422);
  });
  it('leaves the original alone', () => {
    const before = { a: [1] };
    run(before, { op: 'add', path: '/a/-', value: 2 });
    assert.deepEqual(before, { a: [1] });
  });
});

describe('strategic merge patch', () => {
  const schema = schemaFor('apps/v1', 'Deployment');
  const pod = (spec: JsonObject): JsonObject => ({ spec: { template: { spec } } });
  const run = (before: JsonObject, patch: JsonObject): unknown => {
    assert.ok(schema);
    const result = strategicMergePatch(pod(before), pod(patch), schema);
    if (!result.ok) return result.message;
    return ((result.value as JsonObject).spec as { template: { spec: unknown } }).template.spec;
  };
  const [a, b] = [
    { name: 'a', image: '1' },
    { name: 'b', image: '1' },
  ];

  it('merges containers by name and puts new ones first', () => {
    assert.deepEqual(run({ containers: [a, b] }, { containers: [{ name: 'b', image: '2' }] }), {
      containers: [a, { name: 'b', image: '2' }],
    });
    assert.deepEqual(run({ containers: [a] }, { containers: [{ name: 'n' }] }), { containers: [{ name: 'n' }, a] });
  });
  it('deletes and replaces by directive', () => {
    assert.deepEqual(run({ containers: [a, b] }, { containers: [{ name: 'a', $patch: 'delete' }] }), { containers: [b] });
    assert.deepEqual(run({ containers: [a, b] }, { containers: [{ name: 'n' }, { $patch: 'replace' }] }), { containers: [{ name: 'n' }] });
    assert.deepEqual(run({ nodeSelector: { x: '1' } }, { nodeSelector: { $patch: 'replace', y: '2' } }), { nodeSelector: { y: '2' } });
  });
  it('orders by $setElementOrder and keeps what only the server has', () => {
    const patch = { $setElementOrder: undefined, '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] } as unknown as JsonObject;
    delete patch.$setElementOrder;
    assert.deepEqual(run({ containers: [a, b, { name: 'c' }] }, patch), { containers: [b, a, { name: 'c' }] });
  });
  it('retains the listed keys only, and takes primitives from lists', () => {
    assert.ok(schema);
    const strategy = { type: 'Recreate', $retainKeys: ['type'] };
    const result = strategicMergePatch(
      { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: {} } } },
      { spec: { strategy } },
      schema,
    );
    assert.deepEqual(result, { ok: true, value: { spec: { strategy: { type: 'Recreate' } } } });
    const lists = strategicMergePatch(
      { metadata: { finalizers: ['a', 'b'] } },
      { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } },
      schema,
    );
    assert.deepEqual(lists, { ok: true, value: { metadata: { finalizers: ['b'] } } });
  });
  it('refuses items without their merge key', () => {
    assert.equal(run({ containers: [a] }, { containers: [{ image: '2' }] }), 'map: map[image:2] does not contain declared merge key: name');
  });
});
