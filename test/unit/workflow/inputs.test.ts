/** Where the values of inputs go: paths as users write them. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatPath } from '../../../src/base/json.ts';
import { parseDuration } from '../../../src/workflow/durations.ts';
import { applyComponentInputs, applyInputs } from '../../../src/workflow/inputs.ts';
import { parsePath } from '../../../src/workflow/paths.ts';

const step = { name: 's', type: 'apply-object' };

describe('inputs', () => {
  it('know paths with dots, indices, quotes and dashes', () => {
    const table: [string, (string | number)[] | undefined][] = [
      ['message', ['message']],
      ['env[0].value', ['env', 0, 'value']],
      ['value.data["deployment.name"]', ['value', 'data', 'deployment.name']],
      ['"dash-key"', ['dash-key']],
      ['["dash-key"]', ['dash-key']],
      ['dash-key', ['dash-key']],
      ['a."b.c".d', ['a', 'b.c', 'd']],
      ['a..b', undefined],
      ['a[', undefined],
      ['', undefined],
    ];
    for (const [text, path] of table) assert.deepEqual(parsePath(text), path, text);
  });

  it('read back every path that is printed', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(20), fc.stringMatching(/^[\w. -]+$/)), { minLength: 1, maxLength: 5 }), (path) => {
        assert.deepEqual(parsePath(formatPath(path)), path);
      }),
    );
  });

  it('fill what is absent, replace what is there, and extend lists by one', () => {
    const component = { name: 'cart', type: 'webservice', properties: { env: [{ name: 'A' }] }, traits: [{ type: 'scaler' }] };
    const filled = applyComponentInputs(component, [
      { parameterKey: 'properties.env[0].value', value: 'x' },
      { parameterKey: 'properties.env[1]', value: { name: 'B' } },
      { parameterKey: 'traits[0].properties.replicas', value: 3 },
    ]);
    assert.ok(filled.ok);
    assert.deepEqual(filled.value, {
      name: 'cart',
      type: 'webservice',
      properties: { env: [{ name: 'A', value: 'x' }, { name: 'B' }] },
      traits: [{ type: 'scaler', properties: { replicas: 3 } }],
    });
    assert.deepEqual(component.properties.env, [{ name: 'A' }], 'what was given stays as it was');
  });

  it('name a place that is none', () => {
    const wrong = (parameterKey: string): string => {
      const placed = applyInputs({ ...step, properties: { list: [1], text: 'a' } }, [{ from: 'x', parameterKey, value: 1 }]);
      assert.ok(!placed.ok);
      return placed.problem.message;
    };
    assert.equal(wrong('list[3]'), 'input "x": "list[3]" names item 3 of a list of 1');
    assert.equal(wrong('text.a'), 'input "x": "text.a" goes into a mapping where there is none');
    assert.equal(wrong('a['), 'input "x": "a[" is not a path such as env[0].value');
  });

  it('cannot reach the prototype', () => {
    const placed = applyInputs(step, [{ from: 'x', parameterKey: '__proto__.polluted', value: 1 }]);
    assert.ok(placed.ok);
    assert.equal(Object.getPrototypeOf(placed.value), Object.prototype);
    assert.equal(Reflect.get({}, 'polluted'), undefined);
  });
});

describe('durations', () => {
  it('are those of Go', () => {
    const table: [string, number | undefined][] = [
      ['5m', 300_000],
      ['1h30m', 5_400_000],
      ['1.5s', 1500],
      ['250ms', 250],
      ['0', 0],
      ['168h', 604_800_000],
      ['', undefined],
      ['5', undefined],
      ['1 week', undefined],
      ['-5m', undefined],
      ['5m ', undefined],
    ];
    for (const [text, ms] of table) assert.equal(parseDuration(text), ms, text);
  });
});
