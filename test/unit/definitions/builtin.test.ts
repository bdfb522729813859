import assert from 'node:assert/strict';
import { isObject, type Json } from '../../../src/base/json.ts';
import { builtinSource, components, policies, traits, workflowSteps } from '../../../src/definitions/builtin.ts';

const all = [...components, ...traits, ...policies, ...workflowSteps];

/** Fields anywhere in a schema that say nothing about themselves. */
function undescribed(schema: Json, path: string): string[] {
  if (!isObject(schema)) return [];
  const own = isObject(schema.properties) ? Object.entries(schema.properties) : [];
  return [
    ...own.flatMap(([key, field]) => (isObject(field) && typeof field.description === 'string' ? [] : [`${path}.${key}`])),
    ...own.flatMap(([key, field]) => undescribed(field, `${path}.${key}`)),
    ...undescribed(schema.items ?? null, `${path}[]`),
    ...(Array.isArray(schema.anyOf) ? schema.anyOf.flatMap((form) => undescribed(form, path)) : []),
  ];
}

describe('the built-in catalogue', () => {
  it('describes every definition and every parameter', () => {
    for (const definition of all) {
      assert.ok(definition.description.length > 0, definition.name);
      assert.deepEqual(undescribed(definition.parameter, definition.name), []);
    }
  });

  it('has each name once per kind, in alphabetical order', () => {
    for (const list of [components, traits, policies, workflowSteps]) {
      const names = list.map((definition) => definition.name);
      assert.deepEqual(names, [...new Set(names)].sort());
    }
  });

  it('is found by name, and at its only revision', () => {
    for (const type of ['webservice', 'webservice@v1', 'webservice@1.0.0']) {
      const found = builtinSource.component('any', type);
      assert.ok(found.ok && found.value.name === 'webservice', type);
    }
    const missing = builtinSource.component('any', 'webservice@v2');
    assert.ok(!missing.ok && missing.problem.code === 'UnknownDefinitionRevision');
  });

  it('names the nearest spelling', () => {
    const messages = [
      builtinSource.trait('any', 'scalar'),
      builtinSource.policy('any', 'topolgy'),
      builtinSource.workflowStep('any', 'apply-componnent'),
    ];
    assert.deepEqual(
      messages.map((found) => found.ok || found.problem.message),
      [
        'there is no trait definition "scalar" (did you mean "scaler"?)',
        'there is no policy definition "topolgy" (did you mean "topology"?)',
        'there is no workflow step definition "apply-componnent" (did you mean "apply-component"?)',
      ],
    );
  });
});
