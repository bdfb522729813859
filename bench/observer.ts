/**
 * Sees by watches when something has come about, in the bench's own process: the same eyes for the operator and for
 * the bare client it is compared with.
 */
import type { KubeObject } from '../src/api/object.ts';
import { valueAt } from '../src/base/json.ts';
import type { Informer, Informers, Target } from '../src/kube/types.ts';
import { applicationKind, objectKinds } from './applications.ts';

export interface Observer {
  /**
   * When (performance.now) `count` objects of a kind in a namespace have been seen that fulfil `is`; at once when they
   * are there already. Rejects after `withinMs`, saying how many there were.
   */
  seen(kind: Target, namespace: string, count: number, is: (object: KubeObject) => boolean, withinMs: number): Promise<number>;
  /** When no object of the kind is left in the namespace. */
  gone(kind: Target, namespace: string, withinMs: number): Promise<number>;
  /** Calls back on each change of an object of the kind until the returned function is called. */
  follow(kind: Target, listener: (object: KubeObject) => void): () => void;
  get(kind: Target, namespace: string, name: string): KubeObject | undefined;
}

export async function openObserver(informers: Informers): Promise<Observer> {
  const views = new Map<string, Informer>();
  for (const kind of [applicationKind, ...objectKinds]) views.set(kind.kind, informers.acquire(kind).informer);
  await Promise.all([...views.values()].map((view) => view.whenSynced()));
  const viewOf = ({ kind }: Target): Informer => {
    const view = views.get(kind);
    if (view === undefined) throw new Error(`the bench does not watch ${kind}`);
    return view;
  };

  const wait = (
    kind: Target,
    namespace: string,
    is: (object: KubeObject) => boolean,
    isEnough: (fulfilling: number) => boolean,
    what: string,
    withinMs: number,
  ): Promise<number> => {
    const view = viewOf(kind);
    const fulfilling = new Set<string>();
    const note = (object: KubeObject, deleted: boolean): void => {
      if (object.metadata.namespace !== namespace) return;
      if (!deleted && is(object)) fulfilling.add(object.metadata.name);
      else fulfilling.delete(object.metadata.name);
    };
    for (const object of view.list()) note(object, false);
    if (isEnough(fulfilling.size)) return Promise.resolve(performance.now());
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        unsubscribe();
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error(`not within ${withinMs / 1000} s: ${what} (there are ${fulfilling.size})`));
      }, withinMs);
      const unsubscribe = view.subscribe(({ type, object }) => {
        note(object, type === 'deleted');
        if (!isEnough(fulfilling.size)) return;
        end();
        resolve(performance.now());
      });
    });
  };

  return {
    seen: (kind, namespace, count, is, withinMs) =>
      wait(kind, namespace, is, (size) => size >= count, `${count} ${kind.kind} in ${namespace}`, withinMs),
    gone: (kind, namespace, withinMs) =>
      wait(
        kind,
        namespace,
        () => true,
        (size) => size === 0,
        `no ${kind.kind} in ${namespace}`,
        withinMs,
      ),
    follow: (kind, listener) => viewOf(kind).subscribe(({ object }) => listener(object)),
    get: (kind, namespace, name) => viewOf(kind).get(namespace, name),
  };
}

export const exists = (): boolean => true;

/** `running`, and the status speaks of the present spec. */
export function isRunning(app: KubeObject): boolean {
  return valueAt(app, ['status', 'status']) === 'running' && valueAt(app, ['status', 'observedGeneration']) === app.metadata.generation;
}

/** The rollout of a Deployment's present template is complete. */
export function isRolledOut(deployment: KubeObject): boolean {
  const wanted = valueAt(deployment, ['spec', 'replicas']);
  const counts = ['replicas', 'updatedReplicas', 'availableReplicas'].map((count) => valueAt(deployment, ['status', count]) ?? 0);
  return (
    valueAt(deployment, ['status', 'observedGeneration']) === deployment.metadata.generation && counts.every((count) => count === wanted)
  );
}

/** The first container of a Deployment has the image. */
export function hasImage(image: string): (deployment: KubeObject) => boolean {
  return (deployment) => valueAt(deployment, ['spec', 'template', 'spec', 'containers', 0, 'image']) === image;
}
