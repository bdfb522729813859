/** The algebra of field sets: laws over random sets, and the text form. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { FieldSet, fieldsOf, formatFieldPath, formatFieldsV1, parseFieldsV1, schemaFor } from '../../../src/schema/index.ts';

const key = fc.constantFrom('f:a', 'f:b', 'f:c', 'k:{"name":"x"}', 'k:{"name":"y"}', 'v:"1"', 'v:2', 'i:0');
const set = fc.array(fc.array(key, { minLength: 1, maxLength: 4 }), { maxLength: 12 }).map((paths) => FieldSet.ofKeys(...paths));
const members = (of: FieldSet): Set<string> => new Set(of.keyPaths().map((path) => path.join(' ')));

describe('field sets', () => {
  it('unite, intersect and subtract as sets of paths do', () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        const [left, right] = [members(a), members(b)];
        assert.deepEqual(members(a.union(b)), new Set([...left, ...right]));
        assert.deepEqual(members(a.intersection(b)), new Set([...left].filter((path) => right.has(path))));
        assert.deepEqual(members(a.difference(b)), new Set([...left].filter((path) => !right.has(path))));
      }),
    );
  });

  it('obey the laws: union is commutative, a is its difference and its intersection with b', () => {
    fc.assert(
      fc.property(set, set, set, (a, b, c) => {
        assert.ok(a.union(b).equals(b.union(a)));
        assert.ok(
          a
            .union(b)
            .union(c)
            .equals(a.union(b.union(c))),
        );
        assert.ok(a.difference(b).union(a.intersection(b)).equals(a));
        assert.ok(a.difference(a).isEmpty);
        assert.ok(a.union(b).difference(b).equals(a.difference(b)));
      }),
    );
  });

  it('take everything below a member in a recursive difference', () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        const gone = b.keyPaths();
        const kept = a.keyPaths().filter((path) => !gone.some((each) => each.every((step, index) => path[index] === step)));
        assert.deepEqual(members(a.recursiveDifference(b)), new Set(kept.map((path) => path.join(' '))));
      }),
    );
  });

  it('come back from fieldsV1 as they were', () => {
    fc.assert(fc.property(set, (a) => assert.ok(parseFieldsV1(formatFieldsV1(a)).equals(a))));
  });

  it('read keys in any spelling and write them in the one of the server', () => {
    const parsed = parseFieldsV1({ 'f:ports': { 'k:{"protocol":"TCP", "containerPort":80}': { '.': {}, 'f:name': {} } }, 'x:future': {} });
    assert.deepEqual(formatFieldsV1(parsed), { 'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:name': {} } } });
  });

  it('describe paths as messages do', () => {
    const path = [{ f: 'spec' }, { f: 'containers' }, { k: { name: 'web' } }, { f: 'image' }];
    assert.equal(formatFieldPath(path), '.spec.containers[name="web"].image');
    assert.equal(formatFieldPath([{ f: 'finalizers' }, { v: 'a/b' }]), '.finalizers[="a/b"]');
  });

  it('are taken from an object by its schema: defaults in keys, atomic lists and maps as leaves', () => {
    const schema = schemaFor('apps/v1', 'Deployment');
    assert.ok(schema);
    const containers = [{ name: 'c', args: ['a'], ports: [{ containerPort: 80 }] }];
    const found = fieldsOf({ spec: { selector: { matchLabels: { a: 'b' } }, template: { spec: { containers } } } }, schema);
    assert.deepEqual(formatFieldsV1(found), {
      'f:spec': {
        'f:selector': {},
        'f:template': {
          'f:spec': {
            'f:containers': {
              'k:{"name":"c"}': {
                '.': {},
                'f:args': {},
                'f:name': {},
                'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
              },
            },
          },
        },
      },
    });
  });
});
