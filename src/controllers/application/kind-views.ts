/**
 * Cached, watched views on every kind that applications deliver, one per kind, selected by our labels. Events in
 * them wake the application that the labels name: drift is seen in milliseconds, health without polling.
 */
import { appName, appNamespace } from '../../api/labels.ts';
import type { ObjectRef } from '../../api/object.ts';
import type { Clock } from '../../base/clock.ts';
import type { Change, Informer, Informers } from '../../kube/types.ts';
import type { Seen } from '../../plan/plan.ts';
import { maskSecret } from '../../plan/secrets.ts';

/** Objects an application delivers carry this label; pods made by their workloads do not, and stay out of memory. */
export const deliveredSelector = appNamespace;

export interface KindViews {
  /** What is known of an object; opens the view of its kind when there is none yet. */
  seen(ref: ObjectRef): Seen;
  /** The view of a kind, where one is open. */
  view(ref: Pick<ObjectRef, 'apiVersion' | 'kind'>): Informer | undefined;
  /** Opens the view of a kind; its objects wake their applications from now on. */
  open(ref: Pick<ObjectRef, 'apiVersion' | 'kind'>): Informer;
  /**
   * True while a view of a kind is young and has not been seen whole. Nothing is concluded then: after a restart
   * everything would look absent. `application` is woken when it is seen, or given up.
   */
  awaits(ref: Pick<ObjectRef, 'apiVersion' | 'kind'>, application: string): boolean;
  stop(): void;
}

interface View {
  informer: Informer;
  close: () => void;
  /** Applications that wait until it is seen. */
  waiting: Set<string>;
  /** False once it was seen whole, or has taken too long. */
  isAwaited: boolean;
}

/** A view that takes longer (its CRD went, the API server is slow) holds nobody up any more, in ms. */
const patienceMs = 10_000;

/** @param wake called with `namespace/name` of the application an event belongs to, and the change. */
export function createKindViews(informers: Informers, clock: Clock, wake: (application: string, change?: Change) => void): KindViews {
  const views = new Map<string, View>();
  const keyOf = (ref: Pick<ObjectRef, 'apiVersion' | 'kind'>): string => `${ref.apiVersion}/${ref.kind}`;

  const open = (ref: Pick<ObjectRef, 'apiVersion' | 'kind'>): Informer => {
    const known = views.get(keyOf(ref));
    if (known) return known.informer;
    const { informer, release } = informers.acquire(
      { apiVersion: ref.apiVersion, kind: ref.kind, labelSelector: deliveredSelector },
      { transform: maskSecret },
    );
    const unsubscribe = informer.subscribe((change) => {
      for (const application of applicationsOf(change)) wake(application, change);
    });
    const settle = (): void => {
      view.isAwaited = false;
      for (const application of view.waiting) wake(application);
      view.waiting.clear();
    };
    const patience = clock.after(patienceMs, settle);
    const view: View = {
      informer,
      waiting: new Set(),
      isAwaited: !informer.hasSynced(),
      close: () => {
        patience.cancel();
        unsubscribe();
        release();
      },
    };
    views.set(keyOf(ref), view);
    void informer.whenSynced().then(settle);
    return informer;
  };

  return {
    open,
    awaits(ref, application) {
      open(ref);
      const view = views.get(keyOf(ref));
      if (!view?.isAwaited) return false;
      view.waiting.add(application);
      return true;
    },
    view: (ref) => views.get(keyOf(ref))?.informer,
    seen(ref) {
      const informer = open(ref);
      if (!informer.hasSynced()) return { state: 'unknown' };
      const object = informer.get(ref.namespace, ref.name);
      return object ? { state: 'present', object } : { state: 'absent' };
    },
    stop() {
      for (const view of views.values()) view.close();
      views.clear();
    },
  };
}

/** Both the application that owned the object before and the one that owns it now. */
function applicationsOf(change: Change): Set<string> {
  const owners = new Set<string>();
  for (const object of [change.object, change.previous]) {
    const labels = object?.metadata.labels;
    if (labels?.[appName] && labels[appNamespace]) owners.add(`${labels[appNamespace]}/${labels[appName]}`);
  }
  return owners;
}
