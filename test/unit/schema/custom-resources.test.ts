/** Custom resources: pruning, defaults, validation (against a real server's recorded answers) and rules in CEL. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import type { KubeObject } from '../../../src/api/object.ts';
import type { JsonObject } from '../../../src/base/json.ts';
import {
  applyDefaults,
  type CelEvaluator,
  compileRules,
  formatIssue,
  invalidMessage,
  prune,
  resetFieldsForCustom,
  strictDecodingError,
  structuralSchemaOf,
  unknownFieldWarnings,
  updateManagedFields,
  validate,
} from '../../../src/schema/index.ts';
import { comparable, firstDifference } from './agreement.ts';

interface Recorded {
  openAPIV3Schema: JsonObject;
  answers: { object: JsonObject; code: number; message?: string; answer?: JsonObject }[];
}
const { openAPIV3Schema, answers } = JSON.parse(readFileSync(new URL('./golden/custom.json', import.meta.url), 'utf8')) as Recorded;

describe('creating a custom resource', () => {
  const schema = structuralSchemaOf(openAPIV3Schema);
  for (const { object, code, message, answer } of answers) {
    it(`answers ${code} ${message ?? ''} to ${JSON.stringify(object.spec)}`, () => {
      const next = applyDefaults(prune(object, schema).value, schema);
      const issues = validate(next, schema);
      if (issues.length > 0) {
        assert.deepEqual([422, invalidMessage('schema.test', 'Thing', 't', issues)], [code, message]);
        return;
      }
      const owned = updateManagedFields({
        live: undefined,
        next: next as unknown as KubeObject,
        manager: 'm',
        schema,
        apiVersion: 'schema.test/v1',
        now: '2026-01-01T00:00:00Z',
        resetFields: resetFieldsForCustom(true),
      });
      assert.equal(firstDifference(comparable(owned), answer), undefined);
    });
  }
});

describe('pruning', () => {
  const schema = structuralSchemaOf({
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        properties: {
          list: { type: 'array', items: { type: 'object', properties: { a: { type: 'string' } } } },
          open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { inner: { type: 'object', properties: {} } } },
        },
      },
    },
  });

  it('drops undeclared fields, names them, and keeps what a node preserves', () => {
    const given = { spec: { x: 1, list: [{ a: '1', b: 2 }], open: { any: 1, inner: { gone: 1 } } } };
    const { value, pruned } = prune(given, schema);
    assert.deepEqual(value, { spec: { list: [{ a: '1' }], open: { any: 1, inner: {} } } });
    assert.deepEqual(pruned, ['spec.x', 'spec.list[0].b', 'spec.open.inner.gone']);
    assert.equal(given.spec.x, 1);
  });
  it('hands back the very object where there is nothing to drop', () => {
    const given = { spec: { list: [{ a: '1' }] } };
    assert.equal(prune(given, schema).value, given);
  });
  it('words warnings and errors as the server does', () => {
    assert.deepEqual(unknownFieldWarnings(['spec.x']), ['unknown field "spec.x"']);
    assert.equal(strictDecodingError(['spec.x', 'spec.y']), 'strict decoding error: unknown field "spec.x", unknown field "spec.y"');
  });
});

describe('rules in CEL', () => {
  /** Knows three rules, as an evaluator would compile them. */
  const evaluator: CelEvaluator = {
    compile: (rule) => {
      if (rule === 'self.min <= self.max') return (self) => ({ value: (self as { min: number }).min <= (self as { max: number }).max });
      if (rule === 'self == oldSelf') return (self, old) => ({ value: self === old });
      if (rule === '"got " + self') return (self) => ({ value: `got ${String(self)}` });
      return { error: `undeclared reference to '${rule}'` };
    },
  };
  const schemaWith = (extra: JsonObject): JsonObject => ({
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        'x-kubernetes-validations': [{ rule: 'self.min <= self.max', message: 'min must not exceed max' }],
        properties: { min: { type: 'integer' }, max: { type: 'integer' }, name: { type: 'string', ...extra } },
      },
    },
  });

  it('find what they forbid, and compare with the old object where there is one', () => {
    const rule = { rule: 'self == oldSelf', messageExpression: '"got " + self', reason: 'FieldValueForbidden' };
    const schema = structuralSchemaOf(schemaWith({ 'x-kubernetes-validations': [rule] }));
    const { rules, issues } = compileRules(schema, evaluator);
    assert.deepEqual(issues, []);
    const check = (spec: JsonObject, old?: JsonObject): string[] =>
      validate({ spec }, schema, old === undefined ? { cel: rules } : { cel: rules, old: { spec: old } }).map(formatIssue);
    assert.deepEqual(check({ min: 1, max: 2, name: 'a' }), []);
    assert.deepEqual(check({ min: 3, max: 2 }), ['spec: Invalid value: "object": min must not exceed max']);
    assert.deepEqual(check({ min: 1, max: 2, name: 'b' }, { min: 1, max: 2, name: 'a' }), ['spec.name: Forbidden: got b']);
  });
  it('are not run on an object its schema refuses', () => {
    const schema = structuralSchemaOf(schemaWith({}));
    const { rules } = compileRules(schema, evaluator);
    const found = validate({ spec: { min: 3, max: 'x' } }, schema, { cel: rules });
    assert.deepEqual(
      found.map((each) => each.path),
      ['spec.max'],
    );
  });
  it('refuse the schema where they do not compile', () => {
    const schema = structuralSchemaOf(schemaWith({ 'x-kubernetes-validations': [{ rule: 'nonsense' }] }));
    const { issues } = compileRules(schema, evaluator, 'openAPIV3Schema');
    assert.deepEqual(issues.map(formatIssue), [
      `openAPIV3Schema.properties[spec].properties[name].x-kubernetes-validations[0].rule: Invalid value: "nonsense": compilation failed: undeclared reference to 'nonsense'`,
    ]);
  });
});
