/**
 * A publishVersion freezes an application: while it stays, what is delivered is the spec of the revision that was
 * published under it, whatever the live spec says (compat/behaviour.md §5.2).
 */
import { publishVersion } from '../../api/annotations.ts';
import type { Application, ApplicationSpec } from '../../api/application.ts';
import { refOf } from '../../api/object.ts';
import { failure, type Result, success } from '../../base/errors.ts';
import { isObject, valueAt } from '../../base/json.ts';
import { classifyFailure } from '../../delivery/classify.ts';
import type { Observed } from './observe.ts';
import { currentRevision, specHash } from './revisions.ts';
import type { World } from './world.ts';

/** The application with the spec that counts. One GET after a restart, none after that. */
export async function frozenApplication(
  { application, revisions, memory }: Observed,
  { kube }: Pick<World, 'kube'>,
): Promise<Result<Application>> {
  if (application.metadata.annotations?.[publishVersion] === undefined) return success(application);
  const revision = currentRevision(application, revisions);
  if (!revision.stored || revision.hash === specHash(application)) return success(application);
  if (memory.frozen?.revision === revision.name) return success({ ...application, spec: memory.frozen.spec });
  const ref = refOf(revision.stored.object);
  const answer = await kube.get(ref);
  if (!answer.ok) return failure(classifyFailure(answer.failure, ref));
  const spec = valueAt(answer.value, ['spec', 'application', 'spec']);
  if (!isObject(spec)) return success(application);
  // Written by ensure-revision.ts from a validated Application.
  memory.frozen = { revision: revision.name, spec: spec as unknown as ApplicationSpec };
  return success({ ...application, spec: memory.frozen.spec });
}
