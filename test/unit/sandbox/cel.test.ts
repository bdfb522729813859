import assert from 'node:assert/strict';
import { celEvaluator } from '../../../sandbox/server/index.ts';
import { structuralSchemaOf } from '../../../src/schema/index.ts';

const schema = structuralSchemaOf({
  type: 'object',
  properties: {
    n: { type: 'integer' },
    x: { type: 'number' },
    s: { type: 'string' },
    list: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' }, n: { type: 'integer' } } } },
    map: { type: 'object', additionalProperties: { type: 'string' } },
    'a-b': { type: 'string' },
    namespace: { type: 'string' },
  },
});
const self = {
  n: 3,
  x: 1,
  s: 'web-1',
  list: [
    { name: 'a', n: 1 },
    { name: 'b', n: 2 },
  ],
  map: { 'k-1': 'v' },
  'a-b': 'dash',
  namespace: 'ns',
};

function evaluate(rule: string, oldSelf?: unknown): unknown {
  const program = celEvaluator.compile(rule, schema, { usesOldSelf: oldSelf !== undefined });
  if ('error' in program) return `compile: ${program.error}`;
  const result = program(self, oldSelf);
  return 'error' in result ? `run: ${result.error}` : result.value;
}

describe('rules in CEL', () => {
  const rules = [
    'self.n <= 10 && self.n > 2',
    'self.x > 0.5 && self.x >= 1.0',
    "has(self.s) && !has(self.missing) && self.s.startsWith('web') && self.s.endsWith('1') && self.s.contains('eb-')",
    "self.s.matches('^[a-z]+-[0-9]$') && size(self.s) == 5 && self.s.size() == 5",
    "self.list.all(i, i.n > 0) && self.list.exists(i, i.name == 'b') && self.list.exists_one(i, i.n == 1)",
    "self.list.filter(i, i.n > 1).map(i, i.name) == ['b'] && size(self.list) == 2",
    "'k-1' in self.map && self.map['k-1'] == 'v' && self.map.all(k, k != 'z')",
    'self.n in [1, 2, 3] && (self.n > 1 ? true : false)',
    "self.a__dash__b == 'dash' && self.__namespace__ == 'ns'",
    "self.s.split('-')[0] == 'web' && self.s.lowerAscii() == 'web-1' && int(self.s.split('-')[1]) == 1",
    "self.?missing.orValue('none') == 'none'",
    'self.list.map(i, i.n).sum() == 3',
  ];
  for (const rule of rules) it(rule, () => assert.equal(evaluate(rule), true));

  it('see the state before', () => {
    assert.equal(evaluate('self.n == oldSelf.n', { n: 3 }), true);
    assert.equal(evaluate('self.n >= oldSelf.n', { n: 4 }), false);
  });

  it('fail to compile where the evaluator knows less than Kubernetes', () => {
    for (const rule of ['self.n ==', 'unknown.n == 1', 'self.s.nope()', "quantity(self.s).isGreaterThan(quantity('1'))"])
      assert.match(String(evaluate(rule)), /^compile: /);
  });
});
