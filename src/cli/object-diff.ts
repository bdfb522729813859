/** The changes of a live object that a person wants to see: no bookkeeping of the API server, no values of Secrets. Pure. */
import { revisionLabels } from '../api/labels.ts';
import type { KubeObject } from '../api/object.ts';
import { maskSecret } from '../plan/secrets.ts';
import { type FieldChange, fieldChanges } from './field-diff.ts';

/** Both states as the API server gave them; values of Secrets only tell that they differ. */
export function visibleChanges(before: KubeObject, after: KubeObject): FieldChange[] {
  return fieldChanges(visible(before), visible(after)).map(hideSecret);
}

function visible(object: KubeObject): unknown {
  const { status: _status, ...kept } = maskSecret(object);
  const { managedFields: _1, resourceVersion: _2, generation: _3, creationTimestamp: _4, uid: _5, ...metadata } = kept.metadata;
  const labels = Object.fromEntries(Object.entries(metadata.labels ?? {}).filter(([key]) => !revisionLabels.includes(key)));
  return { ...kept, metadata: { ...metadata, labels } };
}

function hideSecret({ path, before, after }: FieldChange): FieldChange {
  return { path, before: hidden(before, 'before'), after: hidden(after, 'after') };
}

/** A masked value is a keyed hash, which says nothing to a reader. */
function hidden(value: unknown, side: string): unknown {
  if (typeof value === 'string' && value.startsWith('masked:')) return side === 'before' ? '(hidden)' : '(hidden, another value)';
  if (Array.isArray(value)) return value.map((one) => hidden(one, side));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, hidden(one, side)]));
  return value;
}
