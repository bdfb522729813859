import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isObject, type Json, type JsonObject } from '../../../src/base/json.ts';
import { components, policies, traits, workflowSteps } from '../../../src/definitions/builtin.ts';
import { render, tryRender } from '../renderers/render-fixture.ts';

const all = [...components, ...traits, ...policies, ...workflowSteps];

const anything = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;

/** Values for a schema; one in `oneWrongIn` places holds something else. */
function values(schema: Json | undefined, oneWrongIn: number): fc.Arbitrary<Json> {
  const right = isObject(schema) ? fitting(schema, (part) => values(part, oneWrongIn)) : anything;
  if (oneWrongIn === Number.POSITIVE_INFINITY) return right;
  return fc.oneof({ weight: oneWrongIn - 1, arbitrary: right }, { weight: 1, arbitrary: anything });
}

const nearly = (schema: Json) => values(schema, 60);
const rightly = (schema: Json) => values(schema, Number.POSITIVE_INFINITY);

function fitting(schema: JsonObject, inside: (schema: Json | undefined) => fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  const { enum: set, anyOf, items, properties, additionalProperties, required } = schema;
  const type = Array.isArray(schema.type) ? schema.type.at(-1) : schema.type;
  if (Array.isArray(anyOf)) return fc.oneof(...anyOf.map(inside));
  if (Array.isArray(set)) return fc.constantFrom(...set);
  if (type === 'array') return fc.array(inside(items), { maxLength: 3 });
  if (isObject(properties)) {
    const fields = Object.entries(properties).map(([key, field]) => [key, inside(field)] as const);
    return fc.record(Object.fromEntries(fields), { requiredKeys: Array.isArray(required) ? required.map(String) : [] });
  }
  if (isObject(additionalProperties))
    return fc.dictionary(fc.string(), inside(additionalProperties), { maxKeys: 3, noNullPrototype: true });
  if (type === 'object') return fc.dictionary(fc.string(), anything, { maxKeys: 3, noNullPrototype: true });
  if (typeof schema.pattern === 'string')
    return fc.constantFrom(...['128Mi', '2G', '50%', '0%'].filter((text) => new RegExp(`${schema.pattern}`).test(text)));
  if (type === 'integer') return fc.nat(Number(schema.maximum ?? 70000));
  return type === 'boolean' ? fc.boolean() : fc.string();
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

describe('right properties of any shape', () => {
  for (const { name, parameter } of components.filter((component) => component.workload !== 'autodetect')) {
    it(`render a ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(rightly(parameter), async (properties) => {
          const { resources } = await render({ type: name, properties });
          assert.ok(resources.length > 0);
        }),
        { numRuns: 60 },
      );
    });
  }

  for (const { name, parameter } of traits) {
    it(`render the trait ${name}, or are refused in words`, async () => {
      await fc.assert(
        fc.asyncProperty(rightly(parameter), async (properties) => {
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
