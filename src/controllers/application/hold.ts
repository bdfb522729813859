/** Puts our finalizer on an application before anything is created for it. */

import type { Application } from '../../api/application.ts';
import { applicationFinalizer } from '../../api/finalizers.ts';
import { refOf } from '../../api/object.ts';
import { failure, type Result, success } from '../../base/errors.ts';
import { classifyFailure } from '../../delivery/classify.ts';
import { notLeader } from '../../delivery/not-leader.ts';
import { fieldManager } from '../../plan/fingerprint.ts';
import type { Hooks } from './hooks.ts';
import type { Observed } from './observe.ts';
import type { World } from './world.ts';

/** The application as it is held: with the finalizer, and with the resourceVersion of that write. */
export async function hold(observed: Observed, world: Pick<World, 'kube' | 'mayWrite'>, hooks: Hooks): Promise<Result<Application>> {
  const { application } = observed;
  if (observed.isHeld) return success(application);
  if (!world.mayWrite()) return failure(notLeader);
  const finalizers = [...(application.metadata.finalizers ?? []), applicationFinalizer];
  // Guarded: finalizers are one list, and somebody else's entry must not be lost.
  const body = { metadata: { resourceVersion: application.metadata.resourceVersion, finalizers } };
  const answer = await world.kube.patch(refOf(application), { type: 'merge', body }, { fieldManager });
  if (!answer.ok) return failure(classifyFailure(answer.failure, refOf(application)));
  hooks.wrote(answer.value);
  return success(answer.value as Application);
}
