/** Reference-counted informers of one cluster and identity: whoever looks at the same selection shares one watch. */
import { createInformer, type InformerWorld, type RunningInformer } from './informer.ts';
import type { Informer, InformerOptions, Informers, Selection, Target } from './types.ts';

interface Shared {
  informer: RunningInformer;
  view: InformerOptions;
  users: number;
}

export interface InformersOptions extends InformerWorld {
  /** Whether to try watch-list (KEP-3157) first; the first refusal is remembered for all later informers. */
  watchList?: boolean;
}

/** Informers with what their owner needs besides. */
export interface OwnedInformers extends Informers {
  /** A CRD changed: informers that pause after a failure try again at once. */
  hurry(): void;
  /** Informers that are open. */
  size(): number;
}

/**
 * The informers' owner. Indexers and transform belong to the first who acquires a selection: others that need
 * different ones get a view of their own (functions are compared by identity, so declare them once).
 */
export function createInformers(options: InformersOptions): OwnedInformers {
  const shared = new Map<string, Shared[]>();
  /** The one that finds out whether the server offers watch-list; until it has, others list: a refusal costs one request. */
  let scout: RunningInformer | undefined;
  let stopped = false;

  const open = (target: Target & Selection, view: InformerOptions): Shared => {
    const scouting = scout === undefined || (scout.state().phase.at === 'stopped' && !scout.hasSynced());
    const offered = scout?.hasSynced() === true && scout.state().watchList;
    const watchList = (options.watchList ?? true) && (scouting || offered);
    const informer = createInformer(options, target, view, watchList);
    if (watchList && scouting) scout = informer;
    if (!stopped) informer.start();
    return { informer, view, users: 0 };
  };

  return {
    acquire(target: Target & Selection, view: InformerOptions = {}): { informer: Informer; release: () => void } {
      const key = JSON.stringify([target.apiVersion, target.kind, target.namespace, target.labelSelector, target.fieldSelector]);
      const candidates = shared.get(key) ?? [];
      let entry = candidates.find((one) => sameView(one.view, view));
      if (!entry) {
        entry = open(target, view);
        shared.set(key, [...candidates, entry]);
      }
      const used = entry;
      used.users++;
      let released = false;
      const release = (): void => {
        if (released) return;
        released = true;
        if (--used.users > 0) return;
        used.informer.stop();
        const left = (shared.get(key) ?? []).filter((one) => one !== used);
        if (left.length > 0) shared.set(key, left);
        else shared.delete(key);
      };
      return { informer: used.informer, release };
    },
    async stop() {
      stopped = true;
      for (const entries of shared.values()) for (const { informer } of entries) informer.stop();
      shared.clear();
    },
    hurry() {
      for (const entries of shared.values()) for (const { informer } of entries) informer.hurry();
    },
    size: () => [...shared.values()].flat().length,
  };
}

function sameView(a: InformerOptions, b: InformerOptions): boolean {
  if (a.transform !== b.transform) return false;
  const names = new Set([...Object.keys(a.indexers ?? {}), ...Object.keys(b.indexers ?? {})]);
  return [...names].every((name) => a.indexers?.[name] === b.indexers?.[name]);
}
