import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareResourceVersions, hasReached } from '../../../src/kube/resource-version.ts';
import { createStore } from '../../../src/kube/store.ts';
import type { Change } from '../../../src/kube/types.ts';
import { configMap } from './scripted-transport.ts';

const object = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  version: fc.integer({ min: 1, max: 200 }),
  uid: fc.constantFrom('x', 'y'),
  owner: fc.constantFrom('p', 'q'),
});
const operation = fc.oneof(
  fc.record({ do: fc.constant('put' as const), object }),
  fc.record({ do: fc.constant('drop' as const), object, gone: fc.boolean() }),
  fc.record({ do: fc.constant('replace' as const), objects: fc.uniqueArray(object, { selector: ({ name }) => name }) }),
);

describe('store of a view', () => {
  it('tells changes from which its content can be rebuilt, and keeps its index true', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const store = createStore({ owner: ({ data }) => [(data as { owner: string }).owner] });
        const rebuilt = new Map<string, string>();
        const make = ({ name, version, uid, owner }: { name: string; version: number; uid: string; owner: string }) =>
          configMap(name, `${version}`, { uid, data: { owner } });
        const follow = ({ type, object: { metadata }, previous, gone }: Change): void => {
          assert.equal(previous !== undefined, type !== 'added');
          assert.equal(gone !== undefined, type === 'deleted');
          assert.equal(rebuilt.has(metadata.name), type !== 'added', `${type} of ${metadata.name}`);
          if (type === 'deleted') rebuilt.delete(metadata.name);
          else rebuilt.set(metadata.name, `${metadata.uid}@${metadata.resourceVersion}`);
        };
        for (const one of operations) {
          const changes =
            one.do === 'put'
              ? store.put(make(one.object))
              : one.do === 'drop'
                ? store.drop(make(one.object), one.gone)
                : store.replace(one.objects.map(make));
          changes.forEach(follow);
          assert.deepEqual(
            new Map(store.list().map(({ metadata }) => [metadata.name, `${metadata.uid}@${metadata.resourceVersion}`])).size,
            rebuilt.size,
          );
          for (const { metadata } of store.list()) assert.equal(rebuilt.get(metadata.name), `${metadata.uid}@${metadata.resourceVersion}`);
          for (const owner of ['p', 'q']) {
            const scanned = store.list().filter(({ data }) => (data as { owner: string }).owner === owner);
            assert.deepEqual(new Set(store.byIndex('owner', owner)), new Set(scanned));
          }
          if (one.do === 'replace') assert.ok(store.holdsSame(one.objects.map(make)));
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('resourceVersions', () => {
  it('are compared as integers of any length; what is none is older than all', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 80n }), fc.bigInt({ min: 1n, max: 2n ** 80n }), (a, b) => {
        assert.equal(Math.sign(compareResourceVersions(`${a}`, `${b}`)), a < b ? -1 : a > b ? 1 : 0);
        assert.equal(hasReached(`${a}`, `${b}`), a >= b);
      }),
    );
    assert.ok(compareResourceVersions('', '1') < 0);
    assert.ok(compareResourceVersions('abc', '1') < 0);
    assert.equal(hasReached(undefined, '1'), false);
    assert.equal(hasReached('', ''), false);
  });
});
