/**
 * Deletes one recorded object, or lets go of it. Every delete carries the uid that was proved to be ours; an object
 * of the same name with another uid is somebody else's (F18). Gone means what design.md §4 says: 404, another uid,
 * or an answer without a deletionTimestamp.
 */
import { orphanedFrom } from '../api/annotations.ts';
import { appName, appNamespace } from '../api/labels.ts';
import { describeRef, type KubeObject } from '../api/object.ts';
import { failure, type Result, success } from '../base/errors.ts';
import type { ApiFailure, KubeClient } from '../kube/types.ts';
import { fieldManager } from '../plan/fingerprint.ts';
import type { RecordEntry } from '../plan/record.ts';
import { classifyFailure } from './classify.ts';
import { type Owner, ownershipOf } from './ownership.ts';
import { leaveSharers } from './sharing.ts';

/** `gone`: it no longer exists. `deleting`: its finalizers still work. `let-go`: it stays and is not ours (any more). */
export type Removal = 'gone' | 'deleting' | 'let-go';

export interface RemoveContext {
  kube: KubeClient;
  owner: Owner;
}

/** Deletes the object of `entry`, if it is still ours. */
export async function removeObject(entry: RecordEntry, context: RemoveContext): Promise<Result<Removal>> {
  if (entry.shared) {
    const left = await leaveShared(entry, context);
    if (left !== 'last') return left;
  }
  if (entry.answered) {
    const removed = await deleteByUid(entry, entry.answered.uid, context);
    if (removed !== 'another') return removed;
  }
  // Only intended, or there is another object by that name now: whose is it?
  const found = await context.kube.get(entry.ref);
  if (!found.ok) return isGone(found.failure) ? success('gone') : failure(classifyFailure(found.failure, entry.ref));
  const object = found.value;
  // Recorded while the scope of its kind was not known: what is found is another object, which may be wanted.
  if (object.metadata.namespace !== entry.ref.namespace) return success('gone');
  if (ownershipOf(object, context.owner).state !== 'ours') return success('let-go');
  if (object.metadata.deletionTimestamp) return success('deleting');
  const removed = await deleteByUid(entry, object.metadata.uid ?? '', context);
  if (removed !== 'another') return removed;
  // Ours a moment ago, and the server still says conflict: that proves nothing about whose it is now. Asked again later.
  const message = `${describeRef(entry.ref)} could not be deleted: it is being changed by somebody else`;
  return failure({ kind: 'Transient', code: 'WriteConflict', message });
}

/** An object that others share goes over to them; `last` when nobody does and it is to be deleted. */
async function leaveShared(entry: RecordEntry, context: RemoveContext): Promise<Result<Removal> | 'last'> {
  const found = await context.kube.get(entry.ref);
  if (!found.ok) return isGone(found.failure) ? success('gone') : failure(classifyFailure(found.failure, entry.ref));
  const left = await leaveSharers(found.value, context);
  if (!left.ok) return left;
  if (left.value) return success('let-go');
  // Nobody else shares it, but it may be another application's that stopped sharing.
  return ownershipOf(found.value, context.owner).state === 'other-application' ? success('let-go') : 'last';
}

async function deleteByUid(entry: RecordEntry, uid: string, context: RemoveContext): Promise<Result<Removal> | 'another'> {
  const answer = await context.kube.delete(entry.ref, { uid, propagationPolicy: 'Background' });
  if (answer.ok) return success(answer.value.gone ? 'gone' : 'deleting');
  if (isGone(answer.failure)) return success('gone');
  if (answer.failure.httpStatus === 409) return 'another';
  return failure(classifyFailure(answer.failure, entry.ref));
}

/** 404, or a kind that the cluster no longer serves: its objects went with the CRD (F28). */
function isGone(apiFailure: ApiFailure): boolean {
  return apiFailure.httpStatus === 404 || apiFailure.reason === 'NoKind';
}

/**
 * Leaves the object in place: the owner labels go, and an annotation says which application it came from, by
 * which the same application may adopt it when it returns (decisions.md 52).
 */
export async function orphanObject(entry: RecordEntry, context: RemoveContext): Promise<Result<Removal>> {
  const found = await context.kube.get(entry.ref);
  // Never answered, and not ours to see: whoever asks for it to be kept does not wait for rights we never had.
  if (!found.ok && found.failure.httpStatus === 403 && !entry.answered) return success('let-go');
  if (!found.ok) return isGone(found.failure) ? success('gone') : failure(classifyFailure(found.failure, entry.ref));
  if (ownershipOf(found.value, context.owner, entry.answered?.uid).state !== 'ours') return success('let-go');
  const answer = await context.kube.patch(entry.ref, { type: 'merge', body: orphaning(found.value, context.owner) }, { fieldManager });
  if (answer.ok || isGone(answer.failure)) return success('let-go');
  return failure(classifyFailure(answer.failure, entry.ref));
}

function orphaning(object: KubeObject, owner: Owner): unknown {
  return {
    metadata: {
      uid: object.metadata.uid,
      labels: { [appName]: null, [appNamespace]: null },
      annotations: { [orphanedFrom]: `${owner.namespace}/${owner.name}` },
    },
  };
}
