import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bodyJson, keepNote, parseJson, unsafeIntegersOf } from '../../../src/kube/parse-json.ts';

describe('parsing JSON', () => {
  it('gives what JSON.parse gives', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        assert.equal(JSON.stringify(parseJson(text)), JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it('names integers that lost digits on the object, in a list and in an event', () => {
    const object = '{"metadata":{"name":"1234567890123456789"},"spec":{"limits":[1,9007199254740993],"big":1e300}}';
    const paths = ['spec.limits[1]'];
    assert.deepEqual(unsafeIntegersOf(parseJson(object) as object), paths);
    const list = parseJson(`{"items":[{"a":1},${object}]}`) as { items: object[] };
    assert.deepEqual(list.items.map(unsafeIntegersOf), [[], paths]);
    const event = parseJson(`{"type":"ADDED","object":${object}}`) as { object: object };
    assert.deepEqual(unsafeIntegersOf(event.object), paths);
  });

  it('keeps the note through a spread and a transform, out of sight of JSON', () => {
    const object = parseJson('{"spec":1234567890123456789}') as object;
    assert.deepEqual(unsafeIntegersOf({ ...object }), ['spec']);
    assert.deepEqual(unsafeIntegersOf(keepNote(object, { other: 1 })), ['spec']);
    assert.deepEqual(Object.keys(object), ['spec']);
  });
});

describe('bodies of requests', () => {
  it('are refused when an integer lost digits, with its path', () => {
    assert.deepEqual(bodyJson({ spec: [{ n: 2 ** 53 }] }), { ok: false, path: 'spec[0].n', got: '9007199254740992' });
  });

  it('may hold long runs of digits in strings and every safe number', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true, max: 1e15, min: -1e15 }), (integer, float) => {
        const value = { integer, float, text: '12345678901234567890' };
        assert.deepEqual(bodyJson(value), { ok: true, text: JSON.stringify(value) });
      }),
    );
  });
});
