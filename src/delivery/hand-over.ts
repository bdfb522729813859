/**
 * Hands the replicas of a workload from us to an autoscaler that has not set them yet: a manager of its own holds the
 * live count while we leave the field out (design.md §4 "Writing"). Without force and under the seen resourceVersion, so
 * that a count that moves meanwhile is never written back.
 */
import { type KubeObject, refOf } from '../api/object.ts';
import { failure, type Result, success } from '../base/errors.ts';
import type { KubeClient } from '../kube/types.ts';
import { fingerprint } from '../plan/fingerprint.ts';
import { handOverManager, isHandedOver } from '../plan/scale.ts';
import type { Accepted } from './apply.ts';
import { classifyFailure } from './classify.ts';

/** Makes the hand-over manager hold `count` on the object as it was seen; Transient when it has changed since. */
export async function handOver(live: KubeObject, count: number, kube: KubeClient): Promise<Result<undefined>> {
  const ref = refOf(live);
  const { uid, resourceVersion } = live.metadata;
  const guards = { ...(uid === undefined ? {} : { uid }), ...(resourceVersion === undefined ? {} : { resourceVersion }) };
  const body = { ...identity(live), metadata: { ...identity(live).metadata, ...guards }, spec: { replicas: count } };
  const answer = await kube.apply(body, { fieldManager: handOverManager, force: false });
  return answer.ok ? success(undefined) : failure(classifyFailure(answer.failure, ref));
}

/** Takes the hand-over manager off an object whose count is ours again; what was accepted then shows that too. */
export async function endHandOver(accepted: Accepted, kube: KubeClient): Promise<Result<Accepted>> {
  const { object } = accepted;
  if (!isHandedOver(object)) return success(accepted);
  const { uid } = object.metadata;
  const body = { ...identity(object), metadata: { ...identity(object).metadata, ...(uid === undefined ? {} : { uid }) } };
  const answer = await kube.apply(body, { fieldManager: handOverManager, force: false });
  if (!answer.ok) return failure(classifyFailure(answer.failure, refOf(object)));
  return success({ ...accepted, object: answer.value, answered: { ...accepted.answered, fingerprint: fingerprint(answer.value) ?? '' } });
}

function identity({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
}
