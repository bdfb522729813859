/** override: which components a patch meets and what it makes of them. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { loadAll } from 'js-yaml';
import type { Application, ApplicationComponent } from '../../../src/api/application.ts';
import { isObject, type JsonObject } from '../../../src/base/json.ts';
import { readPolicies } from '../../../src/policies/index.ts';
import { matchesGlob, mergeProperties } from '../../../src/policies/override.ts';

function overridden(components: ApplicationComponent[], ...overrides: JsonObject[]): ApplicationComponent[] {
  const policies = overrides.map((properties, index) => ({ name: `o${index}`, type: 'override', properties }));
  const application: Application = {
    apiVersion: 'core.oam.dev/v1beta1',
    kind: 'Application',
    metadata: { name: 'shop', namespace: 'prod' },
    spec: { components, policies },
  };
  const read = readPolicies(application);
  assert.ok(read.ok, read.ok ? '' : read.problem.message);
  const result = read.value.overridden(
    components,
    policies.map((policy) => policy.name),
  );
  assert.ok(result.ok);
  return result.value;
}

const web = (name: string, properties: JsonObject = {}): ApplicationComponent => ({ name, type: 'webservice', properties });

describe('override', () => {
  it('meets a name as a whole (decision 8), a glob, a type, or all', () => {
    const components = [web('cart'), web('my-cart-2'), { name: 'mailer', type: 'worker' }];
    const touched = (patch: JsonObject): string[] =>
      overridden(components, { components: [{ ...patch, properties: { cpu: '1' } }] }).flatMap((one) =>
        one.properties?.cpu === '1' ? [one.name] : [],
      );
    assert.deepEqual(touched({ name: 'cart' }), ['cart']);
    assert.deepEqual(touched({ name: '*cart*' }), ['cart', 'my-cart-2']);
    assert.deepEqual(touched({ name: 'my-*' }), ['my-cart-2']);
    assert.deepEqual(touched({ name: '*', type: 'worker' }), ['mailer']);
    assert.deepEqual(touched({ type: 'webservice' }), ['cart', 'my-cart-2']);
    assert.deepEqual(touched({}), ['cart', 'my-cart-2', 'mailer']);
    assert.deepEqual(touched({ name: 'car.' }), []);
  });

  it('merges mappings, replaces lists, sets zero and false, takes away what is null', () => {
    const base = { limit: { cpu: '1', memory: '2' }, env: [{ name: 'A' }, { name: 'B' }], replicas: 3, debug: true, old: 1 };
    const patch = { limit: { memory: '4' }, env: [{ name: 'A', value: 'x' }], replicas: 0, debug: false, old: null };
    const [component] = overridden([web('cart', base)], { components: [{ name: 'cart', properties: patch }] });
    assert.deepEqual(component?.properties, {
      limit: { cpu: '1', memory: '4' },
      env: [{ name: 'A', value: 'x' }],
      replicas: 0,
      debug: false,
    });
  });

  it('replaces type and properties of a component whose type it changes, and adds one it does not find', () => {
    const result = overridden([web('jobs', { image: 'a', port: 80 })], {
      components: [
        { name: 'jobs', type: 'worker', properties: { image: 'b' } },
        { name: 'mailer', type: 'worker', properties: { image: 'm' } },
        { name: 'nobody', properties: { image: 'x' } },
        { name: 'none-*', type: 'worker' },
      ],
    });
    assert.deepEqual(result, [
      { name: 'jobs', type: 'worker', properties: { image: 'b' } },
      { name: 'mailer', type: 'worker', properties: { image: 'm' } },
    ]);
  });

  it('tells traits of one type apart by position and name (decision 9)', () => {
    const traits: { type: string; properties: JsonObject }[] = [
      { type: 'expose', properties: { name: 'public', port: 80 } },
      { type: 'scaler', properties: { replicas: 1 } },
      { type: 'expose', properties: { name: 'admin', port: 81 } },
    ];
    const withTraits = (patches: JsonObject[]) =>
      overridden([{ ...web('cart'), traits }], { components: [{ name: 'cart', traits: patches }] })[0]?.traits;
    assert.deepEqual(withTraits([{ type: 'expose', properties: { port: 90 } }]), [
      { type: 'expose', properties: { name: 'public', port: 90 } },
      traits[1],
      traits[2],
    ]);
    assert.deepEqual(withTraits([{ type: 'expose', name: 'admin', properties: { port: 90 } }])?.[2], {
      type: 'expose',
      properties: { name: 'admin', port: 90 },
    });
    assert.deepEqual(withTraits([{ type: 'expose', name: 'admin', disable: true }]), [traits[0], traits[1]]);
    assert.deepEqual(withTraits([{ type: 'expose', disable: true }]), [traits[1]]);
    assert.deepEqual(withTraits([{ type: 'hpa', properties: { min: 1 } }])?.[3], { type: 'hpa', properties: { min: 1 } });
    const two = [
      { type: 'expose', properties: { port: 1 } },
      { type: 'expose', properties: { port: 2 } },
      { type: 'expose', properties: { port: 3 } },
    ];
    assert.deepEqual(
      withTraits(two)?.map((trait) => trait.properties?.port ?? null),
      [1, null, 2, 3],
    );
  });

  it('keeps the selected components after patching, and acts in the order of the names', () => {
    const result = overridden(
      [web('a'), web('b')],
      { components: [{ properties: { cpu: '1', memory: '1' } }], selector: ['b'] },
      { components: [{ name: 'b', properties: { cpu: '2' } }] },
    );
    assert.deepEqual(result, [web('b', { cpu: '2', memory: '1' })]);
  });

  it('leaves the components it was given as they were', () => {
    const properties = { limit: { cpu: '1' } };
    overridden([web('cart', properties)], { components: [{ name: 'cart', properties: { limit: { cpu: '2' } } }] });
    assert.deepEqual(properties, { limit: { cpu: '1' } });
  });

  it('makes globs match as regular expressions do', () => {
    const letters = fc.stringMatching(/^[ab*]{0,6}$/);
    fc.assert(
      fc.property(letters, fc.stringMatching(/^[ab]{0,8}$/), (glob, name) => {
        assert.equal(matchesGlob(glob, name), new RegExp(`^${glob.replaceAll('*', '.*')}$`).test(name), `${glob} ${name}`);
      }),
      { numRuns: 1000 },
    );
  });

  it('merges idempotently, and what the patch says holds', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.integer(),
        fc.array(fc.integer(), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('any'), { noNullPrototype: true }),
      ),
    })).any;
    const mapping = fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), value, { noNullPrototype: true });
    fc.assert(
      fc.property(mapping, mapping, (base, patch) => {
        const once = mergeProperties(base as JsonObject, patch as JsonObject);
        assert.deepEqual(mergeProperties(once, patch as JsonObject), once);
        for (const [key, wanted] of Object.entries(patch))
          if (!isObject(wanted)) assert.deepEqual(Object.getOwnPropertyDescriptor(once ?? {}, key)?.value, wanted);
      }),
    );
  });
});

describe('policies of the oracle', () => {
  const folder = new URL('../../conformance/cases/policies/', import.meta.url);
  const notYet = /^(replication|resource-update)/;
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml') && !name.endsWith('.setup.yaml'))) {
    it(`${file} ${notYet.test(file) ? 'is refused by name' : 'is read'}`, () => {
      const application = loadAll(readFileSync(new URL(file, folder), 'utf8'))[0] as Application;
      const read = readPolicies(application);
      assert.equal(read.ok, !notYet.test(file), read.ok ? '' : read.problem.message);
      if (!read.ok) assert.equal(read.problem.code, 'PolicyTypeCannotRun');
    });
  }
});
