/** After a success: the revision learns of it, with the manifests that were delivered, and revisions beyond the limit go. */
import type { ApplicationStatus } from '../../api/application.ts';
import { refOf } from '../../api/object.ts';
import { failure, type Result, success } from '../../base/errors.ts';
import { classifyFailure } from '../../delivery/classify.ts';
import { fieldManager } from '../../plan/fingerprint.ts';
import { acceptedManifest, type TrackerRecord } from '../../plan/record.ts';
import type { Hooks } from './hooks.ts';
import type { Observed } from './observe.ts';
import { type CurrentRevision, succeededStatus, surplusRevisions } from './revisions.ts';
import type { World } from './world.ts';

export interface KeepRevisionsInput extends Pick<Observed, 'application' | 'revisions'> {
  revision: CurrentRevision;
  /** As reported by this pass. */
  status: ApplicationStatus;
  record: TrackerRecord;
  limit: number;
}

export async function keepRevisions(input: KeepRevisionsInput, world: World, hooks: Hooks): Promise<Result<void>> {
  const { application, revision, status } = input;
  if (status.workflow?.status !== 'succeeded' || revision.stored?.succeeded || !world.mayWrite()) return success(undefined);
  const ref = {
    apiVersion: 'core.oam.dev/v1beta1',
    kind: 'ApplicationRevision',
    namespace: application.metadata.namespace ?? 'default',
    name: revision.name,
  };
  const manifests = [...input.record.entries.values()].flatMap((entry) => acceptedManifest(entry) ?? []);
  const body = { status: succeededStatus(manifests) };
  const answer = await world.kube.patch(ref, { type: 'merge', body }, { subresource: 'status', fieldManager });
  if (!answer.ok) return failure(classifyFailure(answer.failure, ref));
  hooks.wrote(answer.value);
  for (const surplus of surplusRevisions(input.revisions, revision.name, input.limit)) {
    const { uid } = surplus.object.metadata;
    const deleted = await world.kube.delete(refOf(surplus.object), uid === undefined ? {} : { uid });
    if (!deleted.ok && deleted.failure.httpStatus !== 404) return failure(classifyFailure(deleted.failure, refOf(surplus.object)));
  }
  return success(undefined);
}
