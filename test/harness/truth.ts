/**
 * What must hold in a scene whatever happened: every object with our labels is in a record, and every recorded object is
 * there. And what happened to each object: made, changed, deleted, in order.
 */
import assert from 'node:assert/strict';
import type { Application } from '../../src/api/application.ts';
import type { KubeObject, ObjectRef } from '../../src/api/object.ts';
import { describeRef, refOf } from '../../src/api/object.ts';
import { readRecord } from '../../src/delivery/tracker.ts';
import type { Scene } from './scene.ts';
import { settled } from './servers.ts';

export const watchedKinds = [
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'batch/v1', kind: 'Job' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
] as const;

type Asker = Pick<Scene, 'server' | 'user' | 'namespace'>;

/** Objects in the scene's namespace that carry the label of an application. */
export async function deliveredObjects({ server, user, namespace }: Asker): Promise<KubeObject[]> {
  const found: KubeObject[] = [];
  for (const kind of watchedKinds) {
    const answer = await settled(server, user.client.list({ ...kind, namespace }, { labelSelector: 'app.oam.dev/namespace' }));
    if (!answer.ok) throw new Error(answer.failure.message);
    found.push(...answer.value.items);
  }
  return found;
}

/** Tracker pages of the scene's namespace. */
export async function trackerPages({ server, user, namespace }: Asker): Promise<KubeObject[]> {
  const answer = await settled(
    server,
    user.client.list(
      { apiVersion: 'core.oam.dev/v1beta1', kind: 'ResourceTracker' },
      { labelSelector: `app.oam.dev/namespace=${namespace}` },
    ),
  );
  if (!answer.ok) throw new Error(answer.failure.message);
  return answer.value.items;
}

/** `Deployment scene/storefront` of everything that stands in a record. */
export async function recordedObjects(asker: Asker): Promise<string[]> {
  const nobody = {
    apiVersion: 'core.oam.dev/v1beta1',
    kind: 'Application',
    metadata: { name: '' },
    spec: { components: [] },
  } as Application;
  return [...readRecord(await trackerPages(asker), nobody).entries.values()].map(({ ref }) => describeRef(ref)).sort();
}

/** Nothing orphaned, nothing forgotten: what carries our labels is what is recorded. */
export async function assertNothingOrphaned(asker: Asker): Promise<void> {
  const live = (await deliveredObjects(asker)).map((object) => describeRef(refOf(object))).sort();
  assert.deepEqual(live, await recordedObjects(asker), 'objects with our labels on the left, the record on the right');
}

export interface History {
  /** `made Deployment storefront`, `deleted …`, in order. */
  readonly events: string[];
  close(): void;
}

/** Follows objects of the scene's namespace from now on. */
export async function followObjects({ server, user, namespace }: Asker): Promise<History> {
  const events: string[] = [];
  const closes: (() => void)[] = [];
  for (const kind of watchedKinds) {
    const { informer, release } = user.informers.acquire({ ...kind, namespace });
    await settled(server, informer.whenSynced());
    const unsubscribe = informer.subscribe(({ type, object }) => {
      if (type === 'added') events.push(`made ${nameOf(object)}`);
      if (type === 'deleted') events.push(`deleted ${nameOf(object)}`);
    });
    closes.push(unsubscribe, release);
  }
  // What was there when following began is told first and is no news.
  events.length = 0;
  return { events, close: () => closes.forEach((close) => void close()) };
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.name}`;
}

/** uids by `Kind name`, to tell later that nothing was replaced. */
export async function uidsOf(asker: Asker): Promise<Map<string, string>> {
  return new Map((await deliveredObjects(asker)).map((object) => [nameOf(object), object.metadata.uid ?? '']));
}

export type { ObjectRef };
