/** Carries out what informer-machine.ts decides: requests, timers, the store, and telling the listeners. */
import type { KubeObject } from '../api/object.ts';
import type { Clock, Timer } from '../base/clock.ts';
import { TransportError } from '../base/http.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { type Effect, type InformerEvent, type InformerState, initialState, step, type ViewFacts } from './informer-machine.ts';
import { keepNote } from './parse-json.ts';
import { hasReached } from './resource-version.ts';
import { createStore } from './store.ts';
import type { Change, Informer, InformerOptions, KubeClient, Selection, Target, WatchEvent } from './types.ts';

export interface InformerWorld {
  client: Pick<KubeClient, 'list' | 'watch'>;
  clock: Clock;
  random: Random;
  log: Logger;
}

export interface RunningInformer extends Informer {
  start(): void;
  /** Closes the watch; the content stays readable and no longer changes. */
  stop(): void;
  state(): InformerState;
  /** What made the last attempt fail may have changed (a CRD came): ends a pause at once. */
  hurry(): void;
}

type ObjectEvent = Extract<WatchEvent, { object: unknown }>;

/** @param watchList ask for the initial state as a stream; falls back to lists where the server has none. */
export function createInformer(
  world: InformerWorld,
  target: Target & Selection,
  options: InformerOptions = {},
  watchList = true,
): RunningInformer {
  const { client, clock, random } = world;
  const log = world.log.child({ kind: target.kind, namespace: target.namespace });
  const selection: Selection = { labelSelector: target.labelSelector, fieldSelector: target.fieldSelector };
  const selects = selection.labelSelector !== undefined || selection.fieldSelector !== undefined;
  const store = createStore(guardIndexers(options.indexers, log));
  const listeners = new Set<(change: Change) => void>();
  const waiters = new Set<() => void>();
  let state = initialState(watchList);
  let collected = new Map<string, KubeObject>();
  /** The request that is under way; what an older one still brings is ignored. */
  let current = new AbortController();
  const timers = new Map<string, Timer>();
  const events: InformerEvent[] = [];
  let stepping = false;

  const transform = (object: KubeObject): KubeObject => {
    if (!options.transform) return object;
    try {
      return keepNote(object, options.transform(object));
    } catch (error) {
      // One object that somebody broke must never stop its kind (F46).
      log.error('transform failed', { name: object.metadata.name, error: String(error) });
      return object;
    }
  };

  const facts = (): ViewFacts => ({
    collected: collected.size,
    cached: store.size(),
    // Compared only where it decides something: it costs a walk over everything.
    get agrees() {
      return store.holdsSame([...collected.values()]);
    },
  });

  const tell = (changes: Change[]): void => {
    for (const change of changes) {
      for (const listener of listeners) {
        try {
          listener(change);
        } catch (error) {
          log.error('a listener failed', { name: change.object.metadata.name, error: String(error) });
        }
      }
    }
  };

  const collect = (object: KubeObject, type: ObjectEvent['type'] = 'ADDED'): void => {
    const key = `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    if (type === 'DELETED') collected.delete(key);
    else collected.set(key, transform(object));
  };

  const apply = ({ type, object }: ObjectEvent): Change[] => {
    if (type !== 'DELETED') return store.put(transform(object));
    // Under a selector DELETED may only mean that a label changed; a deletionTimestamp proves more (design.md §4).
    return store.drop(transform(object), !selects || object.metadata.deletionTimestamp !== undefined);
  };

  const timer = (name: string, ms: number, event: InformerEvent): void => {
    timers.get(name)?.cancel();
    timers.set(
      name,
      clock.after(ms, () => send(event)),
    );
  };

  const fresh = (): AbortSignal => {
    current.abort();
    current = new AbortController();
    return current.signal;
  };

  const list = async (effect: Extract<Effect, { do: 'list' }>): Promise<void> => {
    const signal = fresh();
    if (effect.continue === undefined) collected = new Map();
    const { limit, continue: token, resourceVersion } = effect;
    const answer = await client.list(target, {
      ...selection,
      limit,
      continue: token,
      signal,
      // Together with a continue token the API server takes neither.
      ...(resourceVersion === undefined || token !== undefined ? {} : { resourceVersion, resourceVersionMatch: 'NotOlderThan' as const }),
    });
    if (signal.aborted) return;
    if (!answer.ok) {
      send({ type: 'listFailed', at: clock.monotonic(), failure: answer.failure });
      return;
    }
    for (const item of answer.value.items) collect(item);
    const { resourceVersion: version, continue: next } = answer.value;
    send({ type: 'page', at: clock.monotonic(), resourceVersion: version, continue: next, facts: facts() });
  };

  const watch = async ({ resourceVersion, sendInitialEvents }: Extract<Effect, { do: 'watch' }>): Promise<void> => {
    const signal = fresh();
    if (sendInitialEvents) collected = new Map();
    // Five to ten minutes, as client-go: watches of many kinds must not all end in the same second.
    const timeoutSeconds = Math.floor(300 * (1 + random.fraction()));
    const answer = await client.watch(target, { ...selection, resourceVersion, sendInitialEvents, timeoutSeconds, signal });
    if (signal.aborted) return;
    if (!answer.ok) {
      send({ type: 'watchRefused', at: clock.monotonic(), failure: answer.failure });
      return;
    }
    send({ type: 'watchOpened', at: clock.monotonic() });
    let broken = false;
    try {
      for await (const event of answer.value) {
        if (signal.aborted) return;
        send({ type: 'watchEvent', at: clock.monotonic(), event, facts: facts() });
      }
    } catch (error) {
      broken = true;
      if (!signal.aborted && !(error instanceof TransportError)) log.error('the watch failed', { error: String(error) });
    }
    if (!signal.aborted) send({ type: 'watchEnded', at: clock.monotonic(), broken });
  };

  const perform = (effect: Effect): void => {
    switch (effect.do) {
      case 'list':
        run(list(effect));
        break;
      case 'watch':
        run(watch(effect));
        break;
      case 'closeWatch':
        fresh();
        break;
      case 'wait':
        timer('wait', effect.ms * (0.5 + random.fraction()), { type: 'waited' });
        break;
      case 'confirmAfter':
        timer('confirm', effect.ms, { type: 'confirm' });
        break;
      case 'expectInitialEvents':
        timer('initial', effect.ms, { type: 'initialEventsLate' });
        break;
      case 'collect':
        collect(effect.event.object, effect.event.type);
        break;
      case 'replace':
        replace();
        break;
      case 'change':
        tell(apply(effect.event));
        break;
      case 'note':
        log[effect.level](effect.message, effect.failure ? { reason: effect.failure.reason, why: effect.failure.message } : {});
        break;
      default:
        effect satisfies never;
    }
  };

  const replace = (): void => {
    timers.get('initial')?.cancel();
    const changes = store.replace([...collected.values()]);
    collected = new Map();
    tell(changes);
  };

  const run = (work: Promise<void>): void => {
    work.catch((error: unknown) => {
      // A bug in the client: the informer must not stand still for ever because of it.
      log.error('the informer failed', { error: String(error) });
      send({ type: 'watchEnded', at: clock.monotonic(), broken: true });
      send({ type: 'listFailed', at: clock.monotonic(), failure: { httpStatus: 0, reason: 'Bug', message: String(error) } });
    });
  };

  /** Events that come while one is being handled (a listener that calls back) wait their turn. */
  const send = (event: InformerEvent): void => {
    events.push(event);
    if (stepping) return;
    stepping = true;
    try {
      for (let next = events.shift(); next; next = events.shift()) {
        const { state: after, effects } = step(state, next);
        state = after;
        effects.forEach(perform);
      }
    } finally {
      stepping = false;
    }
    if (state.synced && waiters.size > 0) {
      for (const resolve of waiters) resolve();
      waiters.clear();
    }
  };

  return {
    target,
    start: () => send({ type: 'start' }),
    stop() {
      send({ type: 'stop' });
      for (const one of timers.values()) one.cancel();
      timers.clear();
    },
    state: () => state,
    hurry: () => send({ type: 'waited' }),
    hasSynced: () => state.synced,
    isComplete: () => state.synced && state.trust.is === 'complete',
    get: store.get,
    list: store.list,
    byIndex: store.byIndex,
    hasSeen: (namespace, name, resourceVersion) =>
      hasReached(state.resourceVersion, resourceVersion) ||
      hasReached(store.get(namespace, name)?.metadata.resourceVersion, resourceVersion),
    subscribe(listener) {
      listeners.add(listener);
      // Who comes later sees what was there as added, as if he had been first.
      for (const object of store.list()) listener({ type: 'added', object });
      return () => void listeners.delete(listener);
    },
    whenSynced: () => (state.synced ? Promise.resolve() : new Promise((resolve) => void waiters.add(resolve))),
  };
}

/** An indexer that throws on a malformed object leaves that object out of the index (F46). */
function guardIndexers(indexers: InformerOptions['indexers'], log: Logger): NonNullable<InformerOptions['indexers']> {
  return Object.fromEntries(
    Object.entries(indexers ?? {}).map(([name, valuesOf]) => [
      name,
      (object: KubeObject) => {
        try {
          return valuesOf(object);
        } catch (error) {
          log.error('an indexer failed', { index: name, name: object.metadata.name, error: String(error) });
          return [];
        }
      },
    ]),
  );
}
