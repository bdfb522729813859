/** Quantities: canonical forms, order and sums. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  addQuantity,
  canonicalQuantity,
  compareQuantity,
  formatQuantity,
  parseQuantity,
  quantityValue,
  scaledIntOrPercent,
  subtractQuantity,
} from '../../../src/schema/index.ts';

const text = fc
  .tuple(fc.constantFrom('', '-'), fc.nat(99999), fc.option(fc.nat(999)), fc.constantFrom('', 'm', 'k', 'M', 'Ki', 'Mi', 'Gi', 'e3', 'u'))
  .map(([sign, whole, fraction, suffix]) => `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${suffix}`);
const quantity = text.map((each) => {
  const parsed = parseQuantity(each);
  assert.ok(parsed, each);
  return parsed;
});

describe('quantities', () => {
  it('have one canonical form', () => {
    for (const [given, canonical] of [
      ['1000m', '1'],
      ['0.5', '500m'],
      ['1.5Gi', '1536Mi'],
      ['1024Ki', '1Mi'],
      ['1000', '1k'],
      ['0', '0'],
      ['-0.1', '-100m'],
      ['1e3', '1e3'],
      ['12e6', '12e6'],
      ['100Mi', '100Mi'],
      ['0.1Mi', '104857600m'],
      ['1Ki', '1Ki'],
      ['512Ki', '512Ki'],
    ] as const) {
      assert.equal(canonicalQuantity(given), canonical, given);
    }
  });
  it('are refused where they are none', () => {
    for (const wrong of ['', 'abc', '1 Gi', '1gi', '1.2.3', '--1', '1e', 'Mi']) assert.equal(parseQuantity(wrong), undefined, wrong);
  });
  it('keep their value in the canonical form, and that form is stable', () => {
    fc.assert(
      fc.property(quantity, (each) => {
        const again = parseQuantity(formatQuantity(each));
        assert.ok(again);
        assert.equal(compareQuantity(again, each), 0);
        assert.equal(formatQuantity(again), formatQuantity(each));
      }),
    );
  });
  it('add and subtract exactly', () => {
    fc.assert(fc.property(quantity, quantity, (a, b) => assert.equal(subtractQuantity(addQuantity(a, b), b).nanos, a.nanos)));
    const [third, two] = [parseQuantity('300m'), parseQuantity('2')];
    assert.ok(third && two);
    assert.equal(formatQuantity(addQuantity(third, two)), '2300m');
    assert.equal(quantityValue(third), 0.3);
  });
  it('scale a share of a total up or down', () => {
    assert.equal(scaledIntOrPercent('25%', 10, true), 3);
    assert.equal(scaledIntOrPercent('25%', 10, false), 2);
    assert.equal(scaledIntOrPercent(4, 10, true), 4);
    assert.equal(scaledIntOrPercent('x', 10, true), undefined);
  });
});
