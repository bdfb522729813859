/** The expressions of `if` and `valueFrom`: what they give, what is refused and where, and that no text breaks the parser. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type JsonObject, jsonEqual } from '../../../src/base/json.ts';
import { type Expression, evaluateText, parse, pathsOf, print } from '../../../src/workflow/expressions/index.ts';
import { precedence } from '../../../src/workflow/expressions/syntax.ts';

const scope: JsonObject = {
  status: { good: { succeeded: true, phase: 'succeeded', message: 'hello' }, 'bad-one': { failed: true, reason: 'Action' } },
  inputs: { num: 5, word: 'go', list: [1, { a: 'x' }] },
  output: { metadata: { name: 'cache' }, status: { readyReplicas: 2, empty: null } },
  outputs: { service: { metadata: { name: 'svc' } } },
  context: { name: 'shop' },
};

function value(text: string): unknown {
  const result = evaluateText(text, scope);
  assert.ok(result.ok, result.ok ? '' : `${text}: ${result.message}`);
  return result.value;
}

function problem(text: string): { kind: string; message: string; missing?: string } {
  const result = evaluateText(text, scope);
  assert.ok(!result.ok, `${text} is evaluated`);
  return result;
}

describe('expressions', () => {
  it('read, compare, reckon and join', () => {
    const table: [string, unknown][] = [
      ['status.good.succeeded', true],
      ['status["bad-one"].failed', true],
      ['status."bad-one".reason == "Action"', true],
      ['!status["bad-one"].failed', false],
      ['status.good.succeeded && (status["bad-one"].failed || false)', true],
      ['status.good.phase == "succeeded" && !status["bad-one"].failed', false],
      ['inputs.num > 3', true],
      ['inputs["num"] == 5', true],
      ['inputs.num != 5.0', false],
      ['inputs.word != "go"', false],
      ['inputs.list[1].a', 'x'],
      ['inputs.list[inputs.num - 5]', 1],
      ['output.status.readyReplicas >= 2', true],
      ['output.metadata.name + ".internal"', 'cache.internal'],
      ['"http://" + outputs.service.metadata.name + ":7070"', 'http://svc:7070'],
      ['"<\\(inputs.word)> in \\(context.name), \\("a" + "b") \\(1 + 1)"', '<go> in shop, ab 2'],
      ['1 + 2 * 3 - 4 / 2', 5],
      ['-(1 + 2)', -3],
      ['"a" < "b"', true],
      ['output.status.empty == null', true],
      ['len(inputs.list)', 2],
      ['[1, inputs.word]', [1, 'go']],
      ['output.status.nobody != _|_', false],
      ['output.status.readyReplicas != _|_', true],
      ['0x1f + 1_000', 1031],
    ];
    for (const [text, expected] of table) assert.deepEqual(value(text), expected, text);
  });

  it('name the shortest path that is missing', () => {
    assert.equal(problem('output.status.noSuchField.deeper').missing, 'output.status.noSuchField');
    assert.equal(problem('nobody.knows').missing, 'nobody');
    assert.equal(problem('inputs.list[7]').missing, 'inputs.list[7]');
    assert.equal(problem('output.metadata.name.first').missing, 'output.metadata.name.first');
  });

  it('are as strict about types as CUE', () => {
    assert.equal(problem('inputs.num == "5"').message, 'inputs.num == "5" takes a number and a string');
    assert.equal(problem('!inputs.num').message, 'inputs.num is no boolean');
    assert.equal(problem('inputs.num && true').message, 'inputs.num is no boolean');
    assert.equal(problem('1 / 0').message, '1 / 0 is no number');
    assert.equal(problem('"\\(inputs.list)"').message, 'inputs.list is no text, number or boolean');
  });

  it('do not see what objects inherit', () => {
    assert.equal(problem('inputs.constructor').missing, 'inputs.constructor');
    assert.equal(problem('toString').missing, 'toString');
  });

  it('that do not parse say where', () => {
    const table: [string, string, number][] = [
      ['status.ship.phase = "succeeded"', 'syntax', 18],
      ['context.name ==', 'syntax', 15],
      ['(a', 'syntax', 2],
      ['"abc', 'syntax', 0],
      ['"a\\(b', 'syntax', 2],
      ['a b', 'syntax', 2],
      ['"x\\(1 +)"', 'syntax', 7],
      ['a =~ "x"', 'unsupported', 2],
      ['{a: 1}', 'unsupported', 0],
      ['a | *b', 'unsupported', 2],
      ['x[1:2]', 'unsupported', 3],
      ['"""', 'unsupported', 0],
      ['12Mi', 'unsupported', 0],
    ];
    for (const [text, kind, position] of table) {
      const parsed = parse(text);
      assert.ok(!parsed.ok, `${text} parses`);
      assert.deepEqual([parsed.kind, parsed.position], [kind, position], text);
    }
    assert.equal(problem('strings.Contains(context.name, "s")').kind, 'unsupported');
  });

  it('tell which paths they read', () => {
    const parsed = parse('status["a-b"].failed && len(inputs.x) > outputs.y[context.z].w');
    assert.ok(parsed.ok);
    assert.deepEqual(pathsOf(parsed.expression), [
      ['status', 'a-b', 'failed'],
      ['inputs', 'x'],
      ['outputs', 'y', 'w'],
      ['context', 'z'],
    ]);
  });

  it('never break the parser, however long, deep or odd', () => {
    const pieces = fc.array(
      fc.constantFrom(
        'a',
        '.',
        '[',
        ']',
        '(',
        ')',
        '"',
        '\\(',
        '==',
        '&&',
        '!',
        '-',
        '1',
        '1.5',
        ' ',
        '_|_',
        '\n',
        '💥',
        '\\',
        'true',
        ',',
        "'",
        '#',
        '\u0000',
      ),
      { maxLength: 60 },
    );
    const check = (text: string): void => {
      const parsed = parse(text);
      if (parsed.ok) evaluateText(text, scope);
      else assert.ok(parsed.position >= 0 && parsed.position <= text.length);
    };
    fc.assert(
      fc.property(pieces, (parts) => check(parts.join(''))),
      { numRuns: 2000 },
    );
    fc.assert(fc.property(fc.string(), check), { numRuns: 1000 });
    for (const text of [
      '('.repeat(4000),
      '!'.repeat(4000),
      'a['.repeat(2000),
      '"\\('.repeat(1300),
      `${'1+'.repeat(2000)}1`,
      'a'.repeat(5000),
    ])
      check(text);
  });

  it('are the same after printing and parsing', () => {
    const key = fc.constantFrom('a', 'b_c', 'dash-key', '$x', 'true', 'with "quote"', 'ü');
    const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
      expression: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.oneof(
          fc.constantFrom<Expression>({ kind: 'literal', value: null }, { kind: 'literal', value: true }, { kind: 'bottom' }),
          fc.nat().map((value): Expression => ({ kind: 'literal', value })),
          fc.string().map((value): Expression => ({ kind: 'literal', value })),
          fc.constantFrom('status', 'inputs', '_x').map((name): Expression => ({ kind: 'name', name })),
        ),
        fc.record({ kind: fc.constantFrom('not' as const, 'negate' as const), of: tie('expression') }),
        fc.record({ kind: fc.constant('select' as const), of: tie('expression'), key }),
        fc.record({ kind: fc.constant('index' as const), of: tie('expression'), at: tie('expression') }),
        fc.record({ kind: fc.constant('call' as const), of: tie('expression'), args: fc.array(tie('expression'), { maxLength: 2 }) }),
        fc.record({ kind: fc.constant('list' as const), items: fc.array(tie('expression'), { maxLength: 2 }) }),
        fc
          .record({ texts: fc.array(fc.string(), { minLength: 2, maxLength: 2 }), value: tie('expression') })
          .map(({ texts, value: inner }): Expression => ({ kind: 'text', texts, values: [inner] })),
        fc.record({
          kind: fc.constant('binary' as const),
          operator: fc.constantFrom(...(Object.keys(precedence) as (keyof typeof precedence)[])),
          left: tie('expression'),
          right: tie('expression'),
        }),
      ),
    }));
    fc.assert(
      fc.property(expression, (made) => {
        const parsed = parse(print(made));
        assert.ok(parsed.ok, `${print(made)}: ${parsed.ok ? '' : parsed.message}`);
        assert.ok(jsonEqual(parsed.expression, made), print(made));
      }),
      { numRuns: 1000 },
    );
  });
});
