/**
 * Point watches: by name or by a workload's selector, open only while an application waits for something or has
 * something unhealthy to explain (design.md §4 "Seeing", kind c). Memory follows applications, not pods.
 */
import type { KubeObject } from '../../api/object.ts';
import type { Informer, Informers, Selection, Target } from '../../kube/types.ts';

export type Point = Target & Selection;

export interface PointWatches {
  /** Makes these the points of `application`: new ones open, others close. */
  set(application: string, points: readonly Point[]): void;
  /** Objects at a point, as far as seen; empty while the point is not open or not synced. */
  objects(point: Point): readonly KubeObject[];
  /** False while a point that is open has not been seen yet. */
  isSeen(point: Point): boolean;
  /** Wakes the applications that hold a point on this kind. */
  wakeWaiting(kind: Pick<Target, 'apiVersion' | 'kind'>): void;
  stop(): void;
}

interface Held {
  informer: Informer;
  close: () => void;
}

/** @param wake called with the application whose point changed. */
export function createPointWatches(informers: Informers, wake: (application: string) => void): PointWatches {
  const held = new Map<string, Map<string, Held>>();
  const open = new Map<string, Informer>();

  const close = (application: string, points: Map<string, Held>, keep: ReadonlySet<string>): void => {
    for (const [key, point] of points) {
      if (keep.has(key)) continue;
      point.close();
      points.delete(key);
      if (![...held.values()].some((others) => others !== points && others.has(key))) open.delete(key);
    }
    if (points.size === 0) held.delete(application);
  };

  return {
    set(application, points) {
      const wanted = new Set(points.map(keyOf));
      if (wanted.size === 0 && !held.has(application)) return;
      const mine = held.get(application) ?? new Map<string, Held>();
      held.set(application, mine);
      for (const point of points) {
        const key = keyOf(point);
        if (mine.has(key)) continue;
        const { informer, release } = informers.acquire(point);
        const unsubscribe = informer.subscribe(() => wake(application));
        open.set(key, informer);
        mine.set(key, {
          informer,
          close: () => {
            unsubscribe();
            release();
          },
        });
        // A point that another application holds is seen already and will not tell of what it has.
        if (informer.hasSynced()) wake(application);
      }
      close(application, mine, wanted);
    },
    objects: (point) => open.get(keyOf(point))?.list() ?? [],
    wakeWaiting({ apiVersion, kind }) {
      const prefix = `${apiVersion}|${kind}|`;
      for (const [application, points] of held) if ([...points.keys()].some((key) => key.startsWith(prefix))) wake(application);
    },
    isSeen: (point) => open.get(keyOf(point))?.hasSynced() ?? false,
    stop() {
      for (const [application, points] of held) close(application, points, new Set());
    },
  };
}

function keyOf(point: Point): string {
  return [point.apiVersion, point.kind, point.namespace ?? '', point.labelSelector ?? '', point.fieldSelector ?? ''].join('|');
}
