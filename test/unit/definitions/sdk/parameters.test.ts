import assert from 'node:assert/strict';
import { Type } from 'typebox';
import { parameterParser, publishedSchema } from '../../../../src/definitions/sdk/parameters.ts';
import { amount, anyObject, listOf, mapOf, oneOf, size } from '../../../../src/definitions/sdk/schema.ts';

const d = { description: 'x' };
const schema = publishedSchema(
  Type.Object({
    image: Type.String(d),
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535 })),
    count: Type.Integer({ default: 1, minimum: 0 }),
    mode: oneOf(['fast', 'safe'], { ...d, default: 'safe' }),
    env: Type.Optional(listOf(Type.Object({ name: Type.String(), value: Type.Optional(Type.String()) }), d)),
    labels: Type.Optional(mapOf(Type.String(), d)),
    target: Type.Object({ kind: Type.String({ default: 'cpu' }), value: Type.Integer({ default: 50 }) }, { default: {} }),
    memory: Type.Optional(size(d)),
    cpu: Type.Optional(amount(d)),
    free: Type.Optional(anyObject(d)),
    volume: Type.Optional(
      Type.Union([
        Type.Object({ type: oneOf(['empty'], { ...d, default: 'empty' }), medium: Type.String({ default: '' }) }),
        Type.Object({ type: oneOf(['claim'], d), claimName: Type.String() }),
      ]),
    ),
  }),
);
const parse = parameterParser(schema);

const refusal = (properties: unknown): string => {
  const parsed = parse(properties);
  assert.ok(!parsed.ok, 'must be refused');
  assert.equal(parsed.problem.kind, 'Invalid');
  return parsed.problem.message;
};

const parameters = (properties: unknown) => {
  const parsed = parse(properties);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.problem.message);
  return parsed.value;
};

describe('defaults', () => {
  it('are filled in at every depth', () => {
    assert.deepEqual(parameters({ image: 'a' }).parameter, { image: 'a', count: 1, mode: 'safe', target: { kind: 'cpu', value: 50 } });
    assert.deepEqual(parameters({ image: 'a', target: { value: 80 } }).parameter.target, { kind: 'cpu', value: 80 });
  });

  it('follow the form of a union that the value chose', () => {
    assert.deepEqual(parameters({ image: 'a', volume: {} }).parameter.volume, { type: 'empty', medium: '' });
    assert.deepEqual(parameters({ image: 'a', volume: { type: 'claim', claimName: 'c' } }).parameter.volume, {
      type: 'claim',
      claimName: 'c',
    });
  });

  it('leave the given properties as they are', () => {
    const given = { image: 'a', target: {} };
    parameters(given);
    assert.deepEqual(given, { image: 'a', target: {} });
    const [first, second] = [parameters({ image: 'a' }), parameters({ image: 'a' })];
    assert.notEqual(first.parameter.target, second.parameter.target, 'defaults are never shared');
  });

  it('make a field optional in the published schema', () => {
    assert.deepEqual(schema.required, ['image']);
  });
});

describe('sentences about parameters', () => {
  const cases: [string, unknown, string][] = [
    ['missing', {}, 'parameter "image" is required'],
    ['no properties', undefined, 'parameter "image" is required'],
    ['string for integer', { image: 'a', port: 'http' }, 'parameter "port" must be an integer, got the string "http"'],
    ['fraction for integer', { image: 'a', port: 1.5 }, 'parameter "port" must be an integer, got the number 1.5'],
    ['number for string', { image: 5 }, 'parameter "image" must be a string, got the number 5'],
    ['null', { image: null }, 'parameter "image" must be a string, got nothing'],
    ['outside the bounds', { image: 'a', port: 0 }, 'parameter "port" must be between 1 and 65535, got 0'],
    ['below the bound', { image: 'a', count: -1 }, 'parameter "count" must be at least 0, got -1'],
    ['outside the set', { image: 'a', mode: 'quick' }, 'parameter "mode" must be one of fast, safe, got "quick"'],
    ['a mapping for a list', { image: 'a', env: { A: '1' } }, 'parameter "env" must be a list of {name}, got a mapping'],
    ['in an item', { image: 'a', env: [{ value: '1' }] }, 'name is required (at env[0].name)'],
    ['in a map', { image: 'a', labels: { tier: 1 } }, 'tier must be a string, got the number 1 (at labels.tier)'],
    ['in a struct', { image: 'a', target: { value: 'x' } }, 'value must be an integer, got the string "x" (at target.value)'],
    ['a size', { image: 'a', memory: '128mb' }, 'parameter "memory" must be a size such as 128Mi, got "128mb"'],
    ['an amount', { image: 'a', cpu: true }, 'parameter "cpu" must be a number or a string such as 500m, got true'],
    ['a form of a union', { image: 'a', volume: { type: 'claim' } }, 'claimName is required (at volume.claimName)'],
    ['not a mapping', 'nginx', 'properties must be a mapping, got the string "nginx"'],
    ['two at once', { port: 'x' }, 'parameter "image" is required; parameter "port" must be an integer, got the string "x"'],
  ];
  for (const [name, properties, sentence] of cases) {
    it(name, () => assert.equal(refusal(properties), sentence));
  }

  it('come with the path of the first fault', () => {
    const parsed = parse({ image: 'a', env: [{ name: 'A' }, { name: 1 }] });
    assert.ok(!parsed.ok && parsed.problem.kind === 'Invalid');
    assert.equal(parsed.problem.path, 'env[1].name');
  });
});

describe('undeclared parameters', () => {
  it('are warnings with the nearest spelling and the place', () => {
    assert.deepEqual(parameters({ image: 'a', imagee: 'b', env: [{ name: 'A', valu: '1' }] }).warnings, [
      'there is no parameter "imagee" (did you mean "image"?)',
      'there is no parameter "valu" (did you mean "value"?) (at env[0].valu)',
    ]);
  });

  it('are kept: an open struct may be used by what it is passed to', () => {
    assert.equal(parameters({ image: 'a', extra: 1 }).parameter.extra, 1);
  });

  it('do not exist where any field may be', () => {
    assert.deepEqual(parameters({ image: 'a', free: { any: { thing: 1 } }, labels: { any: 'x' } }).warnings, []);
  });

  it('are errors where the definition is closed', () => {
    const closed = parameterParser(publishedSchema(Type.Object({ clusters: Type.Optional(Type.Array(Type.String())) })), {
      closed: true,
      wording: 'field',
    });
    const parsed = closed({ cluster: [] });
    assert.ok(!parsed.ok && parsed.problem.message === 'unknown field "cluster" (did you mean "clusters"?)');
  });
});

describe('hostile names', () => {
  it('are data', () => {
    const given = JSON.parse('{"image":"a","labels":{"__proto__":"x","constructor":"y"},"__proto__":{"count":9}}');
    const { parameter } = parameters(given);
    assert.equal(parameter.count, 1);
    assert.ok(Object.hasOwn(Object(parameter.labels), '__proto__'));
    assert.equal(Object.getPrototypeOf(parameter.labels), Object.prototype);
  });
});
