/** Writes a new revision before the first object of it. */
import type { Application } from '../../api/application.ts';
import { failure, type Result, success } from '../../base/errors.ts';
import { classifyFailure } from '../../delivery/classify.ts';
import { fieldManager } from '../../plan/fingerprint.ts';
import type { Decision } from './decide.ts';
import type { Hooks } from './hooks.ts';
import { revisionObject } from './revisions.ts';
import type { World } from './world.ts';

export async function ensureRevision(
  application: Application,
  { revision, stopped }: Decision,
  world: Pick<World, 'kube' | 'mayWrite'>,
  hooks: Hooks,
): Promise<Result<void>> {
  // A spec that cannot even be read is no revision.
  if (!revision.isNew || stopped?.condition === 'Parsed') return success(undefined);
  if (!world.mayWrite()) return failure({ kind: 'Transient', code: 'NotLeader', message: 'this replica no longer holds the lease' });
  const object = revisionObject(application, revision);
  const answer = await world.kube.create(object, { fieldManager });
  if (answer.ok) {
    hooks.wrote(answer.value);
    return success(undefined);
  }
  // 409: written by a pass that our cache has not shown yet. The next pass decides with it in view.
  const { namespace = 'default' } = application.metadata;
  return failure(classifyFailure(answer.failure, { apiVersion: object.apiVersion, kind: object.kind, namespace, name: revision.name }));
}
