/**
 * Values of Secrets never stand in memory, in a status or in a diff: they are replaced by keyed hashes, which tell
 * equal from different and nothing else (design.md §4, security.md C5).
 */
import type { KubeObject } from '../api/object.ts';
import { keyedHash } from '../base/hash.ts';
import { isObject } from '../base/json.ts';

/** No base64 text holds a colon, so a masked value is never taken for a plain one. */
const mark = 'masked:';

/** The object with the values below `data` and `stringData` masked, if it is a Secret; masking twice changes nothing. */
export function maskSecret(object: KubeObject): KubeObject {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return object;
  const key = object.metadata.uid ?? `${object.metadata.namespace}/${object.metadata.name}`;
  const masked: KubeObject = { ...object };
  for (const field of ['data', 'stringData']) {
    const values = object[field];
    if (isObject(values)) masked[field] = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, maskValue(key, value)]));
  }
  return masked;
}

function maskValue(key: string, value: unknown): string {
  return typeof value === 'string' && value.startsWith(mark) ? value : `${mark}${keyedHash(key, value)}`;
}
