/**
 * A small list+watch loop with its cache. It exists beside the product's informers on purpose: the world must not
 * share the operator's bugs, or a test of one against the other would prove nothing.
 *
 * The cache also takes the answers of our own writes (`accept`), so that an actor never decides twice on what it
 * has just changed; an event older than what the cache holds is dropped.
 */
import { type Clock, sleep } from '../../src/base/clock.ts';
import type { Transport } from '../../src/base/http.ts';
import { isObject } from '../../src/base/json.ts';
import type { Logger } from '../../src/base/logger.ts';
import type { Random } from '../../src/base/random.ts';
import { keyOf, pathOf, type Resource, type WorldObject } from './kinds.ts';

export interface WatchDependencies {
  transport: Transport;
  clock: Clock;
  random: Random;
  log: Logger;
}

/** Called with what an object is now (absent when gone) and what it was. */
export type Listener<T> = (current: T | undefined, previous: T | undefined) => void;

/** One resource of all namespaces, cached and followed. */
export interface View<T extends WorldObject> {
  readonly resource: Resource<T>;
  synced(): boolean;
  get(namespace: string, name: string): T | undefined;
  list(namespace?: string): T[];
  /** Objects whose controller is the object with this uid. */
  ownedBy(uid: string | undefined): T[];
  /** Objects of a namespace without a controller: what a workload may adopt. */
  orphans(namespace: string): T[];
  subscribe(listener: Listener<T>): void;
  whenSynced(listener: () => void): void;
  /** Takes the answer of an own write into the cache. */
  accept(object: T): void;
  /** An own delete was answered with: it is gone. */
  forget(object: WorldObject): void;
  stop(): void;
}

const pageSize = 500;
const backOffMs = { first: 100, most: 30_000 };
/** A kind that the server does not serve (yet) is asked for again now and then: a CRD or a newer server may bring it. */
const absentKindMs = 60_000;

function version(object: WorldObject): number {
  return Number(object.metadata.resourceVersion ?? 0);
}

function controllerOf(object: WorldObject): string | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller)?.uid;
}

/** What a watch line says; `gone` when the server no longer has the version to continue from. */
type Line =
  | { kind: 'change'; type: string; object: WorldObject }
  | { kind: 'bookmark'; version: string }
  | { kind: 'gone' }
  | { kind: 'noise' };

/** The border: from JSON of the wire to an object that at least has a name; list items come without kind and apiVersion. */
function admit<T extends WorldObject>(resource: Resource<T>, value: unknown): T | undefined {
  if (!isObject(value) || !isObject(value.metadata) || typeof value.metadata.name !== 'string') return undefined;
  const { managedFields: _, ...metadata } = value.metadata;
  const whole: unknown = { ...value, apiVersion: resource.apiVersion, kind: resource.kind, metadata };
  return whole as T;
}

function readLine<T extends WorldObject>(resource: Resource<T>, text: string): Line {
  const event: unknown = JSON.parse(text);
  if (!isObject(event) || typeof event.type !== 'string' || !isObject(event.object)) return { kind: 'noise' };
  if (event.type === 'ERROR') return { kind: 'gone' };
  if (event.type === 'BOOKMARK') {
    const at = isObject(event.object.metadata) ? event.object.metadata.resourceVersion : undefined;
    return typeof at === 'string' ? { kind: 'bookmark', version: at } : { kind: 'noise' };
  }
  const object = admit(resource, event.object);
  return object ? { kind: 'change', type: event.type, object } : { kind: 'noise' };
}

/** Starts to follow a resource; it goes on until `stop`, whatever fails in between. */
export function followResource<T extends WorldObject>(resource: Resource<T>, dependencies: WatchDependencies): View<T> {
  const { transport, clock, random, log } = dependencies;
  const byKey = new Map<string, T>();
  const byNamespace = new Map<string, Map<string, T>>();
  const byController = new Map<string, Map<string, T>>();
  /** Versions of what we saw go, so that an older event does not bring it back; cleared by each list. */
  const buried = new Map<string, number>();
  const listeners: Listener<T>[] = [];
  const waiting: (() => void)[] = [];
  const stopping = new AbortController();
  let isSynced = false;

  const place = (index: Map<string, Map<string, T>>, group: string, key: string, object: T | undefined): void => {
    let members = index.get(group);
    if (object) {
      if (!members) {
        members = new Map();
        index.set(group, members);
      }
      members.set(key, object);
    } else if (members) {
      members.delete(key);
      if (members.size === 0) index.delete(group);
    }
  };
  // An orphan is filed under its namespace; uids hold no slash, so the two cannot meet.
  const controllerGroup = (object: T): string => controllerOf(object) ?? `/${object.metadata.namespace ?? ''}`;

  const put = (object: T): void => {
    const key = keyOf(object);
    const previous = byKey.get(key);
    if (previous) place(byController, controllerGroup(previous), key, undefined);
    byKey.set(key, object);
    place(byNamespace, object.metadata.namespace ?? '', key, object);
    place(byController, controllerGroup(object), key, object);
    for (const listener of listeners) listener(object, previous);
  };
  const remove = (key: string): void => {
    const previous = byKey.get(key);
    if (!previous) return;
    byKey.delete(key);
    place(byNamespace, previous.metadata.namespace ?? '', key, undefined);
    place(byController, controllerGroup(previous), key, undefined);
    for (const listener of listeners) listener(undefined, previous);
  };
  const take = (object: T): void => {
    const known = byKey.get(keyOf(object));
    if (known && version(known) >= version(object)) return;
    if ((buried.get(object.metadata.uid ?? '') ?? 0) >= version(object)) return;
    put(object);
  };
  const bury = (object: WorldObject): void => {
    if (object.metadata.uid) buried.set(object.metadata.uid, Math.max(version(object), buried.get(object.metadata.uid) ?? 0));
    const known = byKey.get(keyOf(object));
    if (known && known.metadata.uid === object.metadata.uid) remove(keyOf(object));
  };

  /** Reads all pages; the resourceVersion to watch from, or how long to wait before the next attempt. */
  const list = async (attempt: number): Promise<{ from: string } | { waitMs: number }> => {
    const seen = new Map<string, T>();
    let next = '';
    let from = '0';
    do {
      const query = `?limit=${pageSize}${next ? `&continue=${encodeURIComponent(next)}` : ''}`;
      const answer = await transport.request({ method: 'GET', path: pathOf(resource) + query, signal: stopping.signal, timeoutMs: 30_000 });
      if (answer.status === 404) return { waitMs: absentKindMs };
      if (answer.status !== 200) return { waitMs: backOff(attempt) };
      const body: unknown = JSON.parse(answer.body);
      if (!isObject(body) || !isObject(body.metadata)) return { waitMs: backOff(attempt) };
      for (const item of Array.isArray(body.items) ? body.items : []) {
        const object = admit(resource, item);
        if (object) seen.set(keyOf(object), object);
      }
      from = String(body.metadata.resourceVersion ?? '0');
      next = typeof body.metadata.continue === 'string' ? body.metadata.continue : '';
    } while (next);
    buried.clear();
    for (const [key, known] of byKey) if (!seen.has(key) && version(known) <= Number(from)) remove(key);
    for (const object of seen.values()) take(object);
    return { from };
  };

  const backOff = (attempt: number): number =>
    Math.min(backOffMs.most, backOffMs.first * 2 ** Math.min(attempt, 10)) * (0.75 + random.fraction() / 2);

  /** Follows from a version until the stream ends; gives the version to continue from, or undefined for a new list. */
  const follow = async (from: string): Promise<string | undefined> => {
    const path = `${pathOf(resource)}?watch=1&allowWatchBookmarks=true&resourceVersion=${encodeURIComponent(from)}`;
    const stream = await transport.stream({ method: 'GET', path, signal: stopping.signal });
    if (stream.status !== 200) {
      stream.close();
      if (stream.status === 410) return undefined;
      throw new Error(`watch of ${resource.plural} answered ${stream.status}`);
    }
    let at = from;
    let rest = '';
    try {
      for await (const piece of stream.body) {
        rest += piece;
        const lines = rest.split('\n');
        rest = lines.pop() ?? '';
        for (const text of lines) {
          if (text.trim() === '') continue;
          const line = readLine(resource, text);
          if (line.kind === 'gone') return undefined;
          if (line.kind === 'bookmark') at = line.version;
          if (line.kind !== 'change') continue;
          at = line.object.metadata.resourceVersion ?? at;
          const object = line.object as T;
          if (line.type === 'DELETED') bury(object);
          else take(object);
        }
      }
    } finally {
      stream.close();
    }
    return at;
  };

  const run = async (): Promise<void> => {
    let from: string | undefined;
    let attempt = 0;
    while (!stopping.signal.aborted) {
      try {
        if (from === undefined) {
          const listed = await list(attempt);
          if ('waitMs' in listed) {
            attempt++;
            if (listed.waitMs === absentKindMs) becomeSynced();
            await sleep(clock, listed.waitMs, stopping.signal);
            continue;
          }
          from = listed.from;
          becomeSynced();
        }
        const started = clock.monotonic();
        from = await follow(from);
        // A watch that ends at once would otherwise be asked for again without a pause.
        attempt = clock.monotonic() - started > 1_000 ? 0 : attempt + 1;
        if (attempt > 1) await sleep(clock, backOff(attempt - 2), stopping.signal);
      } catch (error) {
        if (stopping.signal.aborted) return;
        attempt++;
        log.debug('watch broke off', { resource: resource.plural, error: String(error) });
        await sleep(clock, backOff(attempt), stopping.signal);
      }
    }
  };
  const becomeSynced = (): void => {
    if (isSynced) return;
    isSynced = true;
    for (const listener of waiting.splice(0)) listener();
  };
  void run();

  return {
    resource,
    synced: () => isSynced,
    get: (namespace, name) => byKey.get(`${namespace}/${name}`),
    list: (namespace) => [...((namespace === undefined ? byKey : byNamespace.get(namespace))?.values() ?? [])],
    ownedBy: (uid) => (uid === undefined ? [] : [...(byController.get(uid)?.values() ?? [])]),
    orphans: (namespace) => [...(byController.get(`/${namespace}`)?.values() ?? [])],
    subscribe: (listener) => void listeners.push(listener),
    whenSynced: (listener) => (isSynced ? listener() : void waiting.push(listener)),
    accept: take,
    forget: bury,
    stop: () => stopping.abort(),
  };
}
