/** Writes a new revision before the first object of it. */

import type { Application } from '../../api/application.ts';
import { type KubeObject, refOf } from '../../api/object.ts';
import { failure, type Result, success } from '../../base/errors.ts';
import { classifyFailure } from '../../delivery/classify.ts';
import { notLeader } from '../../delivery/not-leader.ts';
import type { ApiResult } from '../../kube/types.ts';
import { fieldManager } from '../../plan/fingerprint.ts';
import type { Decision } from './decide.ts';
import type { Hooks } from './hooks.ts';
import { revisionObject } from './revisions.ts';
import type { World } from './world.ts';

export async function ensureRevision(
  application: Application,
  { revision, stopped }: Decision,
  world: Pick<World, 'kube' | 'mayWrite' | 'revisions'>,
  hooks: Hooks,
): Promise<Result<void>> {
  // A spec that cannot even be read is no revision.
  if (!revision.isNew || stopped?.condition === 'Parsed') return success(undefined);
  if (!world.mayWrite()) return failure(notLeader);
  const object = revisionObject(application, revision);
  const answer = await createOver(object, application, world);
  if (answer.ok) {
    hooks.wrote(answer.value);
    return success(undefined);
  }
  // 409: written by a pass that our cache has not shown yet. The next pass decides with it in view.
  return failure(classifyFailure(answer.failure, refOf(object)));
}

/** A revision of the same name may still be there from an application that was deleted a moment ago: it makes room. */
async function createOver(
  object: KubeObject,
  application: Application,
  { kube, revisions }: Pick<World, 'kube' | 'revisions'>,
): Promise<ApiResult<KubeObject>> {
  const created = await kube.create(object, { fieldManager });
  if (created.ok || created.failure.httpStatus !== 409) return created;
  const existing = revisions.get(object.metadata.namespace, object.metadata.name);
  const isLeftover = existing?.metadata.ownerReferences?.every(({ uid }) => uid !== application.metadata.uid) ?? false;
  const uid = existing?.metadata.uid;
  if (!isLeftover || uid === undefined) return created;
  const removed = await kube.delete(refOf(object), { uid });
  return removed.ok || removed.failure.httpStatus === 404 ? kube.create(object, { fieldManager }) : created;
}
