/** Hashes over canonical JSON. The algorithm is ours (decisions.md 3): nothing outside compares them. */
import { createHash, createHmac } from 'node:crypto';
import { canonicalJson } from './json.ts';

/** SHA-256 of a value's canonical JSON as hex, cut to `digits`. */
export function hashJson(value: unknown, digits = 16): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, digits);
}

/** Keyed hash, for what must be compared but never shown (Secret values). */
export function keyedHash(key: string, value: unknown, digits = 16): string {
  return createHmac('sha256', key).update(canonicalJson(value)).digest('hex').slice(0, digits);
}
