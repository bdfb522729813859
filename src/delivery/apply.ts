/**
 * Writes one object, never somebody else's. Two ways (design.md §4 "Writing"):
 * - create-only: an apply with `metadata.resourceVersion: "1"` gives 201 where the object is absent and 409 where
 *   something exists, whoever's it is. Only after ownership is proved is it applied over.
 * - owned: an apply with force and with `metadata.uid`, so that an object recreated by somebody is not touched.
 */
import { describeRef, type KubeObject, refOf } from '../api/object.ts';
import { failure as failed, type Problem, type Result, success } from '../base/errors.ts';
import type { ApiFailure, ApiResult, KubeClient } from '../kube/types.ts';
import { contentHash } from '../plan/content-hash.ts';
import { fieldManager, fingerprint } from '../plan/fingerprint.ts';
import type { Answered } from '../plan/record.ts';
import { classifyFailure } from './classify.ts';
import { type Owner, type Ownership, ownershipOf } from './ownership.ts';

/** What the API server accepted. */
export interface Accepted {
  object: KubeObject;
  answered: Answered;
  warnings: string[];
}

export interface ApplyContext {
  kube: KubeClient;
  owner: Owner;
  /** Whether a policy lets the application take over what no application owns; asked with the manifest to be applied. */
  mayAdopt(manifest: KubeObject): boolean;
}

/**
 * Applies onto the object of `uid`. A vanished or recreated object goes the create-only way.
 * @param instead what is created then: the manifest that was accepted last.
 */
export async function applyOwned(manifest: KubeObject, uid: string, context: ApplyContext, instead = manifest): Promise<Result<Accepted>> {
  const answer = await send(manifest, { uid }, context.kube, false);
  if (answer.ok) return success(accept(manifest, answer));
  if (isAnother(answer.failure)) return applyNew(instead, uid, context);
  return failed(classifyFailure(answer.failure, refOf(manifest)));
}

/** What an apply onto the object of `uid` would make of it, without writing; undefined when it is not there any more. */
export async function tryOwned(manifest: KubeObject, uid: string, context: ApplyContext): Promise<Result<KubeObject | undefined>> {
  const answer = await send(manifest, { uid }, context.kube, true);
  if (answer.ok) return success(answer.value);
  return isAnother(answer.failure) ? success(undefined) : failed(classifyFailure(answer.failure, refOf(manifest)));
}

/**
 * Creates the object. Where one exists it is taken only when it is ours, was left behind by this application, or a
 * policy adopts it; everything else is a Conflict that names the owner.
 * @param recordedUid uid that the record proves to be ours, if any.
 */
export async function applyNew(manifest: KubeObject, recordedUid: string | undefined, context: ApplyContext): Promise<Result<Accepted>> {
  const ref = refOf(manifest);
  // Twice: an object may vanish between the 409 and the GET; more than that is somebody else's loop.
  for (let attempt = 0; attempt < 2; attempt++) {
    const created = await send(manifest, { resourceVersion: '1' }, context.kube, false);
    if (created.ok) return success(accept(manifest, created));
    if (created.failure.httpStatus !== 409) return failed(classifyFailure(created.failure, ref));
    const found = await context.kube.get(ref);
    if (!found.ok) {
      if (found.failure.httpStatus === 404) continue;
      return failed(classifyFailure(found.failure, ref));
    }
    const existing = found.value;
    if (existing.metadata.deletionTimestamp) return failed(awaitsDeletion(existing));
    const ownership = ownershipOf(existing, context.owner, recordedUid);
    const isTaken =
      ownership.state === 'ours' || ownership.state === 'orphaned' || (ownership.state === 'unmanaged' && context.mayAdopt(manifest));
    if (!isTaken) return failed(refusal(manifest, ownership));
    const taken = await send(manifest, { uid: existing.metadata.uid ?? '' }, context.kube, false);
    if (taken.ok) return success(accept(manifest, taken));
    if (!isAnother(taken.failure)) return failed(classifyFailure(taken.failure, ref));
  }
  return failed({
    kind: 'Transient',
    code: 'WriteConflict',
    message: `${describeRef(ref)} keeps being deleted and created by somebody else`,
  });
}

/** The problem of an object whose deletion is under way: it is created again when it is gone. */
export function awaitsDeletion(object: KubeObject): Problem {
  const ref = refOf(object);
  const { finalizers = [], deletionTimestamp } = object.metadata;
  const holding = finalizers.length > 0 ? `; its finalizers are ${finalizers.join(', ')}` : '';
  return {
    kind: 'Waiting',
    code: 'ObjectTerminating',
    message: `${describeRef(ref)} has been being deleted since ${deletionTimestamp}${holding}; it is created again when it is gone`,
    on: ref,
  };
}

function send(
  manifest: KubeObject,
  guard: { uid: string } | { resourceVersion: string },
  kube: KubeClient,
  dryRun: boolean,
): Promise<ApiResult<KubeObject>> {
  const body = { ...manifest, metadata: { ...manifest.metadata, ...guard } };
  return kube.apply(body, { fieldManager, force: true, dryRun });
}

function accept(manifest: KubeObject, answer: { value: KubeObject; warnings?: string[] }): Accepted {
  const object = answer.value;
  return {
    object,
    answered: { hash: contentHash(manifest), uid: object.metadata.uid ?? '', fingerprint: fingerprint(object) ?? '' },
    warnings: answer.warnings ?? [],
  };
}

/** The object of that uid is not there: 409 when it is gone, 422 on metadata.uid when it was recreated (measured on 1.33). */
function isAnother({ httpStatus, causes = [] }: ApiFailure): boolean {
  return httpStatus === 409 || (httpStatus === 422 && causes.some((cause) => cause.field === 'metadata.uid'));
}

function refusal(manifest: KubeObject, ownership: Ownership): Problem {
  const ref = refOf(manifest);
  if (ownership.state === 'other-application') {
    const owner = `${ownership.namespace}/${ownership.name}`;
    return {
      kind: 'Conflict',
      code: 'OwnedByAnother',
      message: `${describeRef(ref)} is managed by application "${ownership.name}" in namespace "${ownership.namespace}". Rename it here, or share it with a shared-resource policy.`,
      owner,
    };
  }
  const manager = ownership.state === 'unmanaged' ? ownership.manager : 'nobody';
  return {
    kind: 'Conflict',
    code: 'NotManaged',
    message: `${describeRef(ref)} exists and belongs to no application (written by ${manager}). Add a take-over policy to adopt it, or rename it here.`,
    owner: manager,
  };
}
