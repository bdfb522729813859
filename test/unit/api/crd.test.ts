import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { Type } from 'typebox';
import { customResourceDefinition, openApiSchema, structuralSchema } from '../../../src/api/crd.ts';
import { kindOf, kinds } from '../../../src/api/kinds.ts';
import { written } from '../../../src/api/schema.ts';
import { isObject, type JsonObject } from '../../../src/base/json.ts';
import { filesBelow, read, repository } from './validation.ts';

/** Every schema node with its path. */
function* nodes(schema: unknown, path = ''): Generator<[string, JsonObject]> {
  if (!isObject(schema)) return;
  yield [path, schema];
  if (isObject(schema.properties)) {
    for (const [name, field] of Object.entries(schema.properties)) yield* nodes(field, `${path}.${name}`);
  }
  yield* nodes(schema.items, `${path}[]`);
  yield* nodes(schema.additionalProperties, `${path}{}`);
}

describe('the CRDs', () => {
  // compat/kinds.md §2.1
  const table: [string, string, string, string[], boolean, string[]][] = [
    ['applications', 'core.oam.dev', 'Namespaced', ['app', 'velaapp'], true, ['COMPONENT', 'TYPE', 'PHASE', 'HEALTHY', 'STATUS', 'AGE']],
    ['applicationrevisions', 'core.oam.dev', 'Namespaced', ['apprev'], true, ['AGE', 'PUBLISH_VERSION', 'SUCCEEDED']],
    ['componentdefinitions', 'core.oam.dev', 'Namespaced', ['comp'], true, ['WORKLOAD-KIND', 'DESCRIPTION']],
    ['definitionrevisions', 'core.oam.dev', 'Namespaced', ['defrev'], false, ['REVISION', 'HASH', 'TYPE']],
    ['packages', 'cue.oam.dev', 'Namespaced', ['pkg', 'cpkg', 'cuepkg', 'cuepackage'], false, ['PATH', 'PROTO', 'ENDPOINT']],
    ['policies', 'core.oam.dev', 'Namespaced', [], false, ['TYPE']],
    ['policydefinitions', 'core.oam.dev', 'Namespaced', ['def-policy'], true, []],
    ['resourcetrackers', 'core.oam.dev', 'Cluster', ['rt'], true, ['TYPE', 'APP', 'APP-NS', 'APP-GEN']],
    ['traitdefinitions', 'core.oam.dev', 'Namespaced', ['trait'], true, ['APPLIES-TO', 'DESCRIPTION']],
    ['workflows', 'core.oam.dev', 'Namespaced', [], false, []],
    ['workflowruns', 'core.oam.dev', 'Namespaced', ['wr'], true, ['PHASE', 'AGE']],
    ['workflowstepdefinitions', 'core.oam.dev', 'Namespaced', ['workflowstep'], true, []],
    ['workloaddefinitions', 'core.oam.dev', 'Namespaced', ['workload'], false, ['DEFINITION-NAME', 'DESCRIPTION']],
  ];

  it('have the names, scopes and columns KubeVela users know', () => {
    assert.deepEqual(
      kinds.map((kind) => [
        kind.plural,
        kind.group,
        kind.scope,
        kind.shortNames,
        kind.statusSubresource,
        kind.columns.map((column) => column.name),
      ]),
      table,
    );
    assert.ok(kinds.every((kind) => kind.group !== 'core.oam.dev' || kind.categories.includes('oam')));
  });

  it('store one version each; WorkloadDefinition is also served as v1alpha2', () => {
    const versions = kinds.map((kind) => {
      const { spec } = customResourceDefinition(kind);
      assert.ok(isObject(spec) && Array.isArray(spec.versions));
      assert.equal(spec.versions.filter((version) => isObject(version) && version.storage === true).length, 1);
      return spec.versions.length;
    });
    assert.equal(
      versions.reduce((a, b) => a + b, 0),
      kinds.length + 1,
    );
    assert.equal(kindOf('core.oam.dev/v1alpha2', 'WorkloadDefinition')?.plural, 'workloaddefinitions');
    assert.equal(kindOf('core.oam.dev/v1alpha2', 'Application'), undefined);
  });

  for (const kind of kinds) {
    it(`are structural: ${kind.kind}`, () => {
      for (const [path, schema] of nodes(openApiSchema(kind))) {
        const free = schema['x-kubernetes-preserve-unknown-fields'] === true || schema['x-kubernetes-int-or-string'] === true;
        assert.ok(typeof schema.type === 'string' || free, `${path} has no type`);
        assert.ok(!(schema.properties && schema.additionalProperties), `${path} has properties and additionalProperties`);
        assert.ok(schema.type !== 'array' || isObject(schema.items), `${path} has no items`);
        for (const name of Array.isArray(schema.required) ? schema.required : []) {
          assert.ok(isObject(schema.properties) && String(name) in schema.properties, `${path} requires ${name}, which it does not have`);
        }
        // Defaults in what users write would show as differences in GitOps tools; a status is nobody's but ours.
        assert.ok(!('default' in schema) || path === '.status', `${path} has a default`);
      }
    });
  }

  it('demand nothing in a status', () => {
    for (const kind of kinds) {
      for (const [path, schema] of nodes(openApiSchema(kind))) {
        if (path.startsWith('.status')) assert.equal(schema.required, undefined, `${kind.kind}${path}`);
      }
    }
  });

  it('cannot be made from keywords that structural schemas do not have', () => {
    assert.throws(() => structuralSchema(Type.Record(Type.String(), Type.String())), /patternProperties/);
    assert.throws(() => structuralSchema(Type.Union([Type.String(), Type.Integer()])), /anyOf/);
  });

  it('keep what is demanded outside of what controllers write', () => {
    const schema = Type.Object({ a: Type.String(), b: Type.Optional(written(Type.Object({ c: Type.Integer() }))) });
    assert.deepEqual(structuralSchema(schema), {
      type: 'object',
      required: ['a'],
      properties: {
        a: { type: 'string' },
        b: { type: 'object', nullable: true, properties: { c: { type: 'integer', nullable: true } } },
      },
    });
  });
});

describe('generated files', () => {
  it('are what the sources give', () => {
    const files = filesBelow(join(repository, 'crds'), '.yaml');
    assert.equal(files.length, kinds.length);
    for (const kind of kinds) {
      const text = read(join(repository, 'crds', `${kind.group}_${kind.plural}.yaml`));
      assert.match(text, /^# generated by npm run generate/);
      assert.deepEqual(load(text), customResourceDefinition(kind), `crds/${kind.plural}: run npm run generate`);
    }
  });

  it('are named by --check when they differ, with exit code 1, and left as they are', () => {
    const copy = mkdtempSync(join(tmpdir(), 'generate-'));
    try {
      for (const folder of ['scripts', 'src', 'crds']) cpSync(join(repository, folder), join(copy, folder), { recursive: true });
      copyFileSync(join(repository, 'package.json'), join(copy, 'package.json'));
      symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
      const generate = (...flags: string[]) =>
        spawnSync(process.execPath, ['scripts/generate.ts', ...flags], { cwd: copy, encoding: 'utf8' });
      writeFileSync(join(copy, 'crds/core.oam.dev_policies.yaml'), 'edited by hand\n');
      writeFileSync(join(copy, 'crds/left-over.yaml'), 'of a kind that is no more\n');

      const check = generate('--check');
      assert.equal(check.status, 1);
      assert.match(check.stdout, /core\.oam\.dev_policies\.yaml/);
      assert.match(check.stdout, /left-over\.yaml/);
      assert.doesNotMatch(check.stdout, /applications/);
      assert.equal(read(join(copy, 'crds/core.oam.dev_policies.yaml')), 'edited by hand\n');

      assert.equal(generate().status, 0);
      assert.equal(generate('--check').status, 0);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });
});
