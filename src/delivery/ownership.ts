/**
 * Whose is an object that is already there? Ours is what carries the application's labels and our Apply entry;
 * both together, because labels alone can be copied and the field manager alone is shared by all applications.
 */
import { orphanedFrom } from '../api/annotations.ts';
import { appName, appNamespace } from '../api/labels.ts';
import type { KubeObject } from '../api/object.ts';
import { applyEntry, fieldManager } from '../plan/fingerprint.ts';

/** The application that delivers. */
export interface Owner {
  name: string;
  namespace: string;
}

export type Ownership =
  | { state: 'ours' }
  /** Left behind by the same application when it was deleted with its objects kept. */
  | { state: 'orphaned' }
  /** Delivered by another application. */
  | { state: 'other-application'; name: string; namespace: string }
  /** Nobody's application made it; `manager` is who wrote it. */
  | { state: 'unmanaged'; manager: string };

/** @param recordedUid the uid the record proves to be ours: labels may have been taken off since (decisions.md 52). */
export function ownershipOf(object: KubeObject, owner: Owner, recordedUid?: string): Ownership {
  const { labels = {}, annotations = {}, managedFields = [], uid } = object.metadata;
  if (recordedUid !== undefined && uid === recordedUid) return { state: 'ours' };
  const name = labels[appName];
  const namespace = labels[appNamespace];
  if (name !== undefined && namespace !== undefined) {
    if (name !== owner.name || namespace !== owner.namespace) return { state: 'other-application', name, namespace };
    if (applyEntry(object, fieldManager)) return { state: 'ours' };
  }
  if (annotations[orphanedFrom] === `${owner.namespace}/${owner.name}`) return { state: 'orphaned' };
  return { state: 'unmanaged', manager: managedFields.find((entry) => !entry.subresource)?.manager ?? 'an unknown writer' };
}
