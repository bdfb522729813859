/**
 * `kubectl apply` as most people use it, without --server-side: the scenarios were recorded with it, and what it
 * leaves behind (its annotation, Update instead of Apply in the managed fields) is what an operator meets.
 */
import { kubectlLastApplied } from '../../src/api/annotations.ts';
import { type KubeObject, refOf } from '../../src/api/object.ts';
import { isObject } from '../../src/base/json.ts';
import type { Scene } from '../harness/scene.ts';

const fieldManager = 'kubectl-client-side-apply';

export async function clientSideApply(scene: Scene, object: KubeObject): Promise<void> {
  const { client } = scene.user;
  const live = await scene.get(refOf(object));
  const annotations = { ...object.metadata.annotations, [kubectlLastApplied]: JSON.stringify(object) };
  const annotated: KubeObject = { ...object, metadata: { ...object.metadata, annotations } };
  const before: unknown = JSON.parse(live?.metadata.annotations?.[kubectlLastApplied] ?? '{}');
  const answer = await scene.settled(
    live
      ? client.patch(refOf(object), { type: 'merge', body: withRemovals(before, annotated) }, { fieldManager })
      : client.create(annotated, { fieldManager }),
  );
  if (!answer.ok) throw new Error(`apply ${object.kind} ${object.metadata.name}: ${answer.failure.message}`);
}

/** The merge patch to `wanted`: what it says, and null for what was said before and is no more. */
function withRemovals(before: unknown, wanted: unknown): unknown {
  if (!isObject(before) || !isObject(wanted)) return wanted;
  const removed = Object.keys(before).filter((key) => !(key in wanted));
  return Object.fromEntries([
    ...Object.entries(wanted).map(([key, value]) => [key, withRemovals(before[key], value)]),
    ...removed.map((key) => [key, null]),
  ]);
}
