/** How a pass tells the expectations what it wrote: later passes wait until the caches show it (F14). */
import { type KubeObject, refOf } from '../../api/object.ts';
import type { DeliverContext } from '../../delivery/deliver.ts';
import { type Policies, subjectOfObject } from '../../policies/index.ts';
import type { Observed } from './observe.ts';
import type { World } from './world.ts';

export interface Hooks {
  /** The API server answered a write of this object. */
  wrote(object: KubeObject): void;
  /** The API server proved that the object is gone. */
  removed(object: { apiVersion: string; kind: string; namespace?: string; name: string }, uid: string): void;
  delivery(policies: Policies | undefined): DeliverContext;
}

export function hooksFor({ key, application }: Observed, world: World): Hooks {
  const { name, namespace = 'default' } = application.metadata;
  const wrote = (object: KubeObject): void => {
    world.expectations.wrote(key, refOf(object), object.metadata.resourceVersion ?? '');
  };
  return {
    wrote,
    removed: (ref, uid) => world.expectations.deleted(key, ref, uid),
    delivery: (policies) => ({
      kube: world.kube,
      owner: { name, namespace },
      mayAdopt: (manifest) => policies?.mayTakeOver(subjectOfObject(manifest)) ?? false,
      mayWrite: world.mayWrite,
      wrote,
      concurrency: world.settings.applyConcurrency,
    }),
  };
}
