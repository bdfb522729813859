/**
 * Objects that several applications share (policy shared-resource). The annotation `app.oam.dev/shared-by` lists the
 * sharers; the first is the owner and the only one that writes the object. Sharers edit that annotation alone, each
 * time under the resourceVersion they saw (design.md §4 "Writing").
 */
import { sharedBy } from '../api/annotations.ts';
import { appName, appNamespace } from '../api/labels.ts';
import { describeRef, type KubeObject, refOf } from '../api/object.ts';
import { failure, type Result, success } from '../base/errors.ts';
import type { KubeClient } from '../kube/types.ts';
import { contentHash } from '../plan/content-hash.ts';
import type { Accepted } from './apply.ts';
import { classifyFailure } from './classify.ts';
import type { Owner } from './ownership.ts';

/** The field manager of the annotation: under `lateen` an apply of the owner would take it away. */
const sharingManager = 'lateen-sharing';

export interface SharingContext {
  kube: Pick<KubeClient, 'get' | 'patch'>;
  owner: Owner;
}

/** `namespace/name` of the applications that share an object, the owner first. */
export function sharersOf({ metadata }: KubeObject): string[] {
  return (metadata.annotations?.[sharedBy] ?? '').split(',').filter((sharer) => sharer !== '');
}

const nameOf = ({ namespace, name }: Owner): string => `${namespace}/${name}`;

/** Puts the application among the sharers of an object that it just wrote as its owner. */
export async function listOwner(object: KubeObject, { kube, owner }: SharingContext): Promise<Result<KubeObject>> {
  const sharers = sharersOf(object);
  return sharers.includes(nameOf(owner)) ? success(object) : annotate(object, [nameOf(owner), ...sharers], {}, kube);
}

/** Joins the sharers of an object that another application owns and shares; undefined when that one does not share it. */
export async function joinSharers(manifest: KubeObject, { kube, owner }: SharingContext): Promise<Result<Accepted> | undefined> {
  const found = await kube.get(refOf(manifest));
  if (!found.ok) return failure(classifyFailure(found.failure, refOf(manifest)));
  const sharers = sharersOf(found.value);
  if (sharers.length === 0) return undefined;
  const joined = sharers.includes(nameOf(owner))
    ? success(found.value)
    : await annotate(found.value, [...sharers, nameOf(owner)], {}, kube);
  if (!joined.ok) return joined;
  // No fingerprint: nothing in the object is ours, until it falls to us and is put right.
  const answered = { hash: contentHash(manifest), uid: joined.value.metadata.uid ?? '', fingerprint: '' };
  return success({ object: joined.value, answered, warnings: [] });
}

/**
 * Leaves the sharers; where we were the owner the next one gets the object.
 * @returns false when nobody else shares it: then it is to be deleted like any other.
 */
export async function leaveSharers(object: KubeObject, { kube, owner }: SharingContext): Promise<Result<boolean>> {
  const others = sharersOf(object).filter((sharer) => sharer !== nameOf(owner));
  const [next] = others;
  if (next === undefined) return success(false);
  const { labels = {} } = object.metadata;
  const isOwner = labels[appName] === owner.name && labels[appNamespace] === owner.namespace;
  const [namespace = '', name = ''] = next.split('/');
  const left = await annotate(object, others, isOwner ? { [appName]: name, [appNamespace]: namespace } : {}, kube);
  return left.ok ? success(true) : left;
}

async function annotate(
  object: KubeObject,
  sharers: readonly string[],
  labels: Record<string, string>,
  kube: SharingContext['kube'],
): Promise<Result<KubeObject>> {
  const ref = refOf(object);
  const { resourceVersion, uid } = object.metadata;
  const body = { metadata: { resourceVersion, uid, annotations: { [sharedBy]: sharers.join(',') }, labels } };
  const answer = await kube.patch(ref, { type: 'merge', body }, { fieldManager: sharingManager });
  if (answer.ok) return success(answer.value);
  if (answer.failure.httpStatus === 409) {
    return failure({
      kind: 'Transient',
      code: 'WriteConflict',
      message: `${describeRef(ref)} is being shared by several applications at the same time`,
    });
  }
  return failure(classifyFailure(answer.failure, ref));
}
