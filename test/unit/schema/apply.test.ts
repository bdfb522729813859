/** Server-side apply: who owns what, who may change it, and what goes when it is no longer applied. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { KubeObject } from '../../../src/api/object.ts';
import type { JsonObject } from '../../../src/base/json.ts';
import { seededRandom } from '../../../src/base/random.ts';
import {
  type ApplyResult,
  applyServerSide,
  defaultBuiltin,
  fieldsOf,
  parseFieldsV1,
  schemaFor,
  structuralSchemaOf,
  updateManagedFields,
} from '../../../src/schema/index.ts';
import { choices, configMap, deployment } from './random-objects.ts';

function apply(
  live: KubeObject | undefined,
  applied: JsonObject,
  manager: string,
  force = false,
  now = '2026-01-01T00:00:00Z',
): ApplyResult {
  const apiVersion = String(applied.apiVersion);
  const schema = schemaFor(apiVersion, String(applied.kind));
  assert.ok(schema);
  return applyServerSide({ live, applied, manager, force, schema, apiVersion, now, complete: defaultBuiltin });
}

function applied(result: ApplyResult): KubeObject {
  assert.ok(result.ok, JSON.stringify(result));
  return result.object;
}

const map = (data: JsonObject): JsonObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'n' }, data });
const fieldsOfManager = (object: KubeObject, manager: string): string[] =>
  (object.metadata.managedFields ?? [])
    .filter((entry) => entry.manager === manager)
    .flatMap((entry) => parseFieldsV1(entry.fieldsV1 ?? {}).descriptions());

describe('server-side apply', () => {
  it('removes what a manager no longer applies, and keeps what another one owns too', () => {
    const first = applied(apply(undefined, map({ a: '1', b: '1' }), 'one'));
    const shared = applied(apply(first, map({ b: '1' }), 'two'));
    assert.deepEqual(fieldsOfManager(shared, 'two'), ['.data.b']);
    const after = applied(apply(shared, map({ c: '1' }), 'one'));
    assert.deepEqual(after.data, { b: '1', c: '1' });
    assert.deepEqual(fieldsOfManager(after, 'one'), ['.data.c']);
  });

  it('refuses a change of a field somebody else owns, in the words of the server', () => {
    const live = applied(apply(undefined, map({ a: '1', b: '1' }), 'one'));
    const one = apply(live, map({ a: '2' }), 'two');
    assert.ok(!one.ok);
    assert.equal(one.code, 409);
    assert.equal(one.message, 'Apply failed with 1 conflict: conflict with "one": .data.a');
    assert.deepEqual(one.conflicts, [{ manager: 'one', apiVersion: 'v1', field: '.data.a', message: 'conflict with "one"' }]);
    const two = apply(live, map({ a: '2', b: '2' }), 'two');
    assert.ok(!two.ok);
    assert.equal(two.message, 'Apply failed with 2 conflicts: conflicts with "one":\n- .data.a\n- .data.b');
  });

  it('takes the fields over where it is forced', () => {
    const live = applied(apply(undefined, map({ a: '1', b: '1' }), 'one'));
    const after = applied(apply(live, map({ a: '2' }), 'two', true));
    assert.deepEqual(after.data, { a: '2', b: '1' });
    assert.deepEqual(fieldsOfManager(after, 'one'), ['.data.b']);
  });

  it('answers the live object itself where nothing changes, whatever the clock says', () => {
    const live = applied(apply(undefined, map({ a: '1' }), 'one'));
    const again = apply(live, map({ a: '1' }), 'one', false, '2027-01-01T00:00:00Z');
    assert.ok(again.ok);
    assert.equal(again.changed, false);
    assert.equal(again.object, live);
  });

  it('refuses items with the same key', () => {
    const ports: JsonObject[] = [{ containerPort: 80 }, { containerPort: 80, protocol: 'TCP' }];
    const spec = { selector: {}, template: { spec: { containers: [{ name: 'c', ports }] } } };
    const result = apply(undefined, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd', namespace: 'n' }, spec }, 'one');
    assert.ok(!result.ok);
    assert.equal(
      result.message,
      'failed to create typed patch object (n/d; apps/v1, Kind=Deployment): .spec.template.spec.containers[name="c"].ports: duplicate entries for key [containerPort=80,protocol="TCP"]',
    );
  });

  it('refuses a configuration that carries managedFields', () => {
    const result = apply(undefined, { ...map({}), metadata: { name: 'c', managedFields: [] } }, 'one');
    assert.ok(!result.ok);
    assert.deepEqual([result.code, result.message], [400, 'metadata.managedFields must be nil']);
  });

  it('gives fields of an object without managers to before-first-apply', () => {
    const { managedFields: _, ...metadata } = applied(apply(undefined, map({ a: '1' }), 'x')).metadata;
    const live = { ...map({ a: '1' }), metadata: { ...metadata, uid: 'u' } } as unknown as KubeObject;
    const result = apply(live, map({ a: '2' }), 'one');
    assert.ok(!result.ok);
    assert.equal(result.message, 'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a');
  });

  it('lets kubectl take over what its client-side apply wrote', () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(map({ a: '1' })) };
    const schema = schemaFor('v1', 'ConfigMap');
    assert.ok(schema);
    const next = { ...map({ a: '1' }), metadata: { name: 'c', namespace: 'n', annotations } } as unknown as KubeObject;
    const live = updateManagedFields({
      live: undefined,
      next,
      manager: 'kubectl-client-side-apply',
      schema,
      apiVersion: 'v1',
      now: '2026-01-01T00:00:00Z',
    });
    assert.ok(!apply(live, map({ a: '2' }), 'other').ok);
    const after = applied(apply(live, map({ a: '2' }), 'kubectl'));
    assert.deepEqual(after.data, { a: '2' });
    assert.match(after.metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'] ?? '', /"a":"2"/);
  });

  it('merges lists of custom resources by their declared keys, and holds others for one leaf', () => {
    const item = { type: 'object', properties: { name: { type: 'string' }, v: { type: 'string' } } };
    const list = { type: 'array', items: item };
    const schema = structuralSchemaOf({
      type: 'object',
      properties: {
        spec: {
          type: 'object',
          properties: { byName: { ...list, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] }, whole: list },
        },
      },
    });
    const custom = (spec: JsonObject): JsonObject => ({ apiVersion: 'e.com/v1', kind: 'C', metadata: { name: 'c' }, spec });
    const run = (live: KubeObject | undefined, spec: JsonObject, manager: string): ApplyResult =>
      applyServerSide({ live, applied: custom(spec), manager, schema, apiVersion: 'e.com/v1', now: '2026-01-01T00:00:00Z' });
    const live = applied(run(undefined, { byName: [{ name: 'a', v: '1' }], whole: [{ name: 'a' }] }, 'one'));
    const after = applied(run(live, { byName: [{ name: 'b', v: '2' }] }, 'two'));
    assert.deepEqual((after.spec as JsonObject).byName, [
      { name: 'a', v: '1' },
      { name: 'b', v: '2' },
    ]);
    const refused = run(after, { whole: [{ name: 'b' }] }, 'two');
    assert.ok(!refused.ok);
    assert.equal(refused.conflicts[0]?.field, '.spec.whole');
  });

  describe('for random objects and managers', () => {
    const seed = fc.integer({ min: 1, max: 1_000_000 });

    it('is idempotent', () => {
      fc.assert(
        fc.property(seed, (number) => {
          const choice = choices(seededRandom(number));
          const manifest = deployment(choice, 'd');
          const live = applied(apply(undefined, manifest, 'one'));
          const again = apply(live, manifest, 'one');
          assert.ok(again.ok);
          assert.equal(again.object, live);
        }),
        { numRuns: 60 },
      );
    });

    it('never removes or changes a field that another manager owns without force', () => {
      fc.assert(
        fc.property(seed, (number) => {
          const choice = choices(seededRandom(number));
          const theirs = configMap(choice, 'c');
          const ours = configMap(choice, 'c');
          const live = applied(apply(undefined, theirs, 'one'));
          const result = apply(live, ours, 'two');
          if (!result.ok) return assert.equal(result.code, 409);
          const gone = applied(apply(result.object, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } }, 'two'));
          const schema = schemaFor('v1', 'ConfigMap');
          assert.ok(schema);
          for (const object of [result.object, gone]) {
            const present = fieldsOf(object, schema);
            for (const path of fieldsOf(theirs, schema).leaves().paths())
              assert.ok(present.has(path) || path.length < 2 || isEmptyMap(theirs, path));
          }
          assert.deepEqual(gone.data ?? {}, live.data ?? {});
        }),
        { numRuns: 100 },
      );
    });

    it('leaves to each manager no more than it applied', () => {
      fc.assert(
        fc.property(seed, (number) => {
          const choice = choices(seededRandom(number));
          const first = deployment(choice, 'd');
          const second = deployment(choice, 'd');
          const result = applied(apply(applied(apply(undefined, first, 'one')), second, 'two', true));
          const schema = schemaFor('apps/v1', 'Deployment');
          assert.ok(schema);
          for (const entry of result.metadata.managedFields ?? []) {
            const source = entry.manager === 'one' ? first : second;
            assert.ok(parseFieldsV1(entry.fieldsV1 ?? {}).difference(fieldsOf(source, schema)).isEmpty);
          }
        }),
        { numRuns: 60 },
      );
    });
  });
});

/** `labels: {}` is a field while it is applied, and nothing once Go has written it. */
function isEmptyMap(object: JsonObject, path: readonly object[]): boolean {
  let value: unknown = object;
  for (const step of path) value = 'f' in step ? (value as JsonObject)[String(step.f)] : undefined;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

describe('ownership of plain writes', () => {
  const schema = schemaFor('v1', 'ConfigMap');
  const write = (live: KubeObject | undefined, data: JsonObject, manager: string, now = '2026-01-01T00:00:00Z'): KubeObject => {
    assert.ok(schema);
    const next = { ...(live ?? map({})), data } as unknown as KubeObject;
    return updateManagedFields({
      live: live && { ...live, metadata: { ...live.metadata, uid: 'u' } },
      next,
      manager,
      schema,
      apiVersion: 'v1',
      now,
    });
  };

  it('gives a writer what it changes and takes it from those who had it', () => {
    const live = write(undefined, { a: '1', b: '1' }, 'one');
    const after = write(live, { a: '2', b: '1' }, 'two');
    assert.deepEqual(fieldsOfManager(after, 'one'), ['.data', '.data.b']);
    assert.deepEqual(fieldsOfManager(after, 'two'), ['.data.a']);
  });

  it('moves an entry’s time only where its writer changed something', () => {
    const live = write(undefined, { a: '1' }, 'one');
    const after = write(live, { a: '1' }, 'one', '2027-01-01T00:00:00Z');
    assert.equal(after.metadata.managedFields?.[0]?.time, '2026-01-01T00:00:00Z');
  });

  it('keeps at most ten updaters: the oldest become ancient-changes', () => {
    let live = write(undefined, { a0: '1' }, 'm0');
    for (let index = 1; index < 14; index++) {
      live = write(
        live,
        { ...(live.data as JsonObject), [`a${index}`]: '1' },
        `m${index}`,
        `2026-01-01T00:00:${String(index).padStart(2, '0')}Z`,
      );
    }
    assert.equal(live.metadata.managedFields?.length, 10);
    assert.ok(fieldsOfManager(live, 'ancient-changes').includes('.data.a0'));
  });

  it('resets the managers where the writer sends an empty list', () => {
    assert.ok(schema);
    const live = write(undefined, { a: '1' }, 'one');
    const next = { ...live, metadata: { ...live.metadata, uid: 'u', managedFields: [] } };
    const after = updateManagedFields({ live, next, manager: 'two', schema, apiVersion: 'v1', now: '2026-01-01T00:00:00Z' });
    assert.equal(after.metadata.managedFields, undefined);
  });
});
