/**
 * The memory of the server: objects as immutable snapshots under one revision counter, with the changes of
 * a window kept, from which watches resume and older lists are rebuilt. What fell out of the window is
 * really gone: asking for it is answered 410, as etcd's compaction makes the real server do.
 */
import type { KubeObject } from './object.ts';

export interface Stored {
  readonly object: KubeObject;
  readonly revision: number;
  /** JSON text by apiVersion, made at the first use: a revision is serialised once for all watchers. */
  readonly text: Map<string, string>;
}

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  /** Storage key of the resource: `group/plural`. */
  readonly resource: string;
  readonly key: string;
  /** State after the change; of a deletion the last state, at the revision of the deletion. */
  readonly current: Stored;
  readonly previous?: Stored;
}

export type ChangeListener = (change: Change) => void;

/** Key of an object in its resource; comparing keys gives the order of lists, as etcd's does. */
export const keyOf = (namespace: string | undefined, name: string): string => (namespace ? `${namespace}/${name}` : name);

interface Table {
  readonly items: Map<string, Stored>;
  /** Sorted keys, rebuilt when an object came or went. */
  keys: string[] | undefined;
}

const byCodePoint = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export class Store {
  #revision = 0;
  #compacted = 0;
  #history: Change[] = [];
  /** Index of the first living entry of #history; the array is cut when half of it is dead. */
  #first = 0;
  readonly #window: number;
  readonly #tables = new Map<string, Table>();
  readonly #listeners = new Map<string, Set<ChangeListener>>();
  readonly #everything = new Set<ChangeListener>();

  /** @param window number of changes kept for watches to resume from. */
  constructor(window: number) {
    this.#window = window;
  }

  get revision(): number {
    return this.#revision;
  }

  /** Revisions up to this one cannot be listed or watched from any more. */
  get compacted(): number {
    return this.#compacted;
  }

  get(resource: string, namespace: string | undefined, name: string): Stored | undefined {
    return this.#tables.get(resource)?.items.get(keyOf(namespace, name));
  }

  /** Objects in key order. */
  list(resource: string, namespace?: string): Stored[] {
    const table = this.#tables.get(resource);
    if (!table) return [];
    table.keys ??= [...table.items.keys()].sort(byCodePoint);
    const found: Stored[] = [];
    const prefix = namespace === undefined ? '' : `${namespace}/`;
    for (const key of table.keys) {
      const stored = prefix === '' || key.startsWith(prefix) ? table.items.get(key) : undefined;
      if (stored) found.push(stored);
    }
    return found;
  }

  /** Objects as they were at `revision`, or undefined when the history does not reach back so far. */
  listAt(resource: string, revision: number, namespace?: string): Stored[] | undefined {
    if (revision < this.#compacted) return undefined;
    if (revision >= this.#revision) return this.list(resource, namespace);
    const items = new Map(this.#tables.get(resource)?.items);
    for (let index = this.#history.length - 1; index >= this.#first; index--) {
      const change = this.#history[index];
      if (!change || change.revision <= revision) break;
      if (change.resource !== resource) continue;
      if (change.previous) items.set(change.key, change.previous);
      else items.delete(change.key);
    }
    const prefix = namespace === undefined ? '' : `${namespace}/`;
    return [...items.entries()]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([a], [b]) => byCodePoint(a, b))
      .map(([, stored]) => stored);
  }

  resources(): string[] {
    return [...this.#tables.keys()];
  }

  /** The revision the next write will have. */
  put(resource: string, object: KubeObject): Stored {
    const { namespace, name } = object.metadata;
    const key = keyOf(namespace, name);
    let table = this.#tables.get(resource);
    if (!table) {
      table = { items: new Map(), keys: undefined };
      this.#tables.set(resource, table);
    }
    const previous = table.items.get(key);
    const stored = this.#stamp(object);
    table.items.set(key, stored);
    if (!previous) table.keys = undefined;
    this.#record({
      type: previous ? 'MODIFIED' : 'ADDED',
      revision: stored.revision,
      resource,
      key,
      current: stored,
      ...(previous ? { previous } : {}),
    });
    return stored;
  }

  /** Removes an object; `last` is its final state where that differs from the stored one. */
  remove(resource: string, namespace: string | undefined, name: string, last?: KubeObject): Stored | undefined {
    const table = this.#tables.get(resource);
    const key = keyOf(namespace, name);
    const previous = table?.items.get(key);
    if (!table || !previous) return undefined;
    table.items.delete(key);
    table.keys = undefined;
    const current = this.#stamp(last ?? previous.object);
    this.#record({ type: 'DELETED', revision: current.revision, resource, key, current, previous });
    return current;
  }

  /** Changes of one resource after `revision`, or undefined when some of them are out of the window. */
  since(resource: string, revision: number): Change[] | undefined {
    if (revision < this.#compacted) return undefined;
    let low = this.#first;
    let high = this.#history.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#history[middle]?.revision ?? 0) <= revision) low = middle + 1;
      else high = middle;
    }
    const found: Change[] = [];
    for (let index = low; index < this.#history.length; index++) {
      const change = this.#history[index];
      if (change?.resource === resource) found.push(change);
    }
    return found;
  }

  /** Calls `listener` on every change of a resource (`*` for all), within the write that makes it. */
  subscribe(resource: string, listener: ChangeListener): () => void {
    if (resource === '*') {
      this.#everything.add(listener);
      return () => void this.#everything.delete(listener);
    }
    const listeners = this.#listeners.get(resource) ?? new Set();
    this.#listeners.set(resource, listeners);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** Forgets the changes up to `revision` (all by default): the next resume from before it is answered 410. */
  compact(revision = this.#revision): void {
    while (this.#first < this.#history.length && (this.#history[this.#first]?.revision ?? 0) <= revision) this.#first++;
    this.#compacted = Math.max(this.#compacted, Math.min(revision, this.#revision));
    this.#trim();
  }

  #stamp(object: KubeObject): Stored {
    const revision = ++this.#revision;
    const stamped = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
    return { object: stamped, revision, text: new Map() };
  }

  #record(change: Change): void {
    this.#history.push(change);
    if (this.#history.length - this.#first > this.#window) {
      const dropped = this.#history[this.#first++];
      if (dropped) this.#compacted = dropped.revision;
      this.#trim();
    }
    const listeners = this.#listeners.get(change.resource);
    if (listeners) for (const listener of [...listeners]) listener(change);
    for (const listener of [...this.#everything]) listener(change);
  }

  #trim(): void {
    if (this.#first < 1024 || this.#first * 2 < this.#history.length) return;
    this.#history = this.#history.slice(this.#first);
    this.#first = 0;
  }
}

/** The JSON text of a snapshot in an API version. Conversion of custom resources changes apiVersion alone. */
export function textOf(stored: Stored, object: KubeObject): string {
  const known = stored.text.get(object.apiVersion);
  if (known !== undefined) return known;
  const text = JSON.stringify(object);
  stored.text.set(object.apiVersion, text);
  return text;
}
