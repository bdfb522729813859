/** Decoding, defaulting, validation and ownership of creates, against the recorded answers of a real API server. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import type { JsonObject } from '../../../src/base/json.ts';
import { comparable, firstDifference } from './agreement.ts';
import { foretellCreate } from './foretell-create.ts';

interface Recorded {
  object: JsonObject;
  code: number;
  message?: string;
  answer?: JsonObject;
}

const recorded = JSON.parse(readFileSync(new URL('./golden/creates.json', import.meta.url), 'utf8')) as Recorded[];

describe('creating a built-in object', () => {
  for (const [index, { object, code, message, answer }] of recorded.entries()) {
    const title = (message ?? JSON.stringify(object.spec ?? object)).slice(0, 150);
    it(`${index}: ${String(object.kind)} answers ${code} ${title}`, () => {
      const foretold = foretellCreate(object);
      if ('object' in foretold) {
        assert.equal(firstDifference(comparable(foretold.object), answer), undefined);
        assert.equal(code, 201);
      } else assert.deepEqual([foretold.code, foretold.message], [code, message]);
    });
  }
});
