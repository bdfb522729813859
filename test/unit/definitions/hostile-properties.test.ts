import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isObject, type Json, type JsonObject } from '../../../src/base/json.ts';
import { components, policies, traits, workflowSteps } from '../../../src/definitions/builtin.ts';
import { render, tryRender } from '../renderers/render-fixture.ts';

const all = [...components, ...traits, ...policies, ...workflowSteps];

/** Properties that are nearly right: declared names with values of any kind, and forms of what is declared. */
function nearly(schema: Json | undefined): fc.Arbitrary<Json> {
  const anything = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;
  if (!isObject(schema)) return anything;
  const right = fitting(schema);
  return right ? fc.oneof({ weight: 5, arbitrary: right }, { weight: 1, arbitrary: anything }) : anything;
}

function fitting(schema: JsonObject): fc.Arbitrary<Json> | undefined {
  if (Array.isArray(schema.anyOf)) return fc.oneof(...schema.anyOf.map(nearly));
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if (isObject(schema.items)) return fc.array(nearly(schema.items), { maxLength: 3 });
  if (isObject(schema.properties)) {
    const fields = Object.entries(schema.properties).map(([key, field]) => [key, nearly(field)] as const);
    return fc.record(Object.fromEntries(fields), { requiredKeys: Array.isArray(schema.required) ? schema.required.map(String) : [] });
  }
  if (isObject(schema.additionalProperties))
    return fc.dictionary(fc.string(), nearly(schema.additionalProperties), { maxKeys: 3, noNullPrototype: true });
  if (schema.type === 'string') return fc.string();
  if (schema.type === 'integer') return fc.nat(70000);
  return schema.type === 'boolean' ? fc.boolean() : undefined;
}

describe('properties of any shape', () => {
  for (const definition of all) {
    it(`are accepted or refused in words by ${definition.kind} ${definition.name}`, () => {
      fc.assert(
        fc.property(nearly(definition.parameter), (properties) => {
          const before = JSON.stringify(properties);
          const parsed = definition.parse(properties);
          assert.equal(JSON.stringify(properties), before, 'properties are not changed');
          if (!parsed.ok) {
            assert.equal(parsed.problem.kind, 'Invalid');
            assert.match(parsed.problem.message, /\S (is|are) required|must be .+, got|unknown field/);
            return;
          }
          const again = definition.parse(parsed.value.parameter);
          assert.ok(again.ok, 'what was accepted is accepted with its defaults');
          assert.deepEqual(again.value.parameter, parsed.value.parameter);
        }),
        { numRuns: 60 },
      );
    });
  }
});

describe('accepted properties of any shape', () => {
  for (const { name, parameter } of components.filter((component) => component.workload !== 'autodetect')) {
    it(`render a ${name}, or are refused in words`, async () => {
      await fc.assert(
        fc.asyncProperty(nearly(parameter), async (properties) => {
          const rendered = await tryRender({ type: name, properties });
          if (!rendered.ok) assert.match(rendered.problem.message, /^component "cart": /);
          else assert.ok(rendered.value.resources.length > 0);
        }),
        { numRuns: 60 },
      );
    });
  }

  for (const { name, parameter } of traits) {
    it(`render the trait ${name}, or are refused in words`, async () => {
      await fc.assert(
        fc.asyncProperty(nearly(parameter), async (properties) => {
          const rendered = await tryRender({ traits: [{ type: name, properties }] });
          if (!rendered.ok) assert.match(rendered.problem.message, /^(component "cart", trait|[A-Za-z]+ ".*" is rendered twice)/);
        }),
        { numRuns: 60 },
      );
    });
  }

  it('are rendered by all components alike when they are the least', async () => {
    for (const { name } of components.filter((component) => component.workload !== 'autodetect')) {
      const { resources } = await render({ type: name, properties: { image: 'a', schedule: '@daily' } });
      assert.equal(resources.length, 1, name);
    }
  });
});
