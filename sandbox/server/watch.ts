/**
 * One watch: resumes from a revision (or the current state), follows the store, and turns each change into
 * what it means for this selection (an object that no longer matches is DELETED for the one who selects).
 */
import { fromStorage } from './convert.ts';
import type { Engine } from './engine.ts';
import { type Selection, selectionOf, selects } from './list.ts';
import type { KubeObject } from './object.ts';
import { badRequest, Refusal, type Status } from './refusal.ts';
import { booleanParameter, type ResourceCall } from './request.ts';
import type { Resource } from './resources.ts';
import { type Change, keyOf, type Stored } from './store.ts';

export type EventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

/** Writes one event in the form the client asked for. */
export type EventEncoder = (type: EventType, object: KubeObject | Status, stored: Stored | undefined) => string;

/** A client that reads slower than it is written to is cut off after so many events, as the real server does. */
const maxQueued = 100_000;

export interface OpenWatch {
  body: AsyncIterable<string>;
  close(): void;
}

interface WatchPlan {
  from: number;
  initial: Stored[];
  /** An initial state sent as events is ended by a bookmark when the client asked for one. */
  initialBookmark: boolean;
  bookmarks: boolean;
  error: Refusal | undefined;
}

/** Opens a watch; `onClose` is called once, however it ends. */
export function openWatch(engine: Engine, call: ResourceCall, encode: EventEncoder, onClose: () => void): OpenWatch {
  const { resource, query } = call;
  // A watch on a single object is a watch of the list that selects its name.
  const namespace = call.namespace;
  const selection = selectionOf(resource, query);
  const watchedName = call.name;
  const seconds = timeoutOf(engine, query);
  const plan = planWatch(engine, call);

  const queue: string[] = [];
  let wake: (() => void) | undefined;
  let ended = false;
  let lastRevision = plan.from;
  const push = (text: string): void => {
    queue.push(text);
    if (queue.length > maxQueued) close();
    wake?.();
  };
  const close = (): void => {
    if (ended) return;
    ended = true;
    unsubscribe();
    timer.cancel();
    bookmarkTimer?.cancel();
    call.request.signal?.removeEventListener('abort', close);
    wake?.();
    onClose();
  };

  const inScope = (key: string): boolean =>
    (namespace === undefined || key.startsWith(`${namespace}/`)) && (watchedName === undefined || key === keyOf(namespace, watchedName));
  const handle = (change: Change): void => {
    if (ended || !inScope(change.key)) return;
    lastRevision = change.revision;
    const event = eventFor(resource, selection, change);
    if (event) push(encode(event.type, event.object, event.stored));
  };
  const bookmark = (initialEnd: boolean): void => {
    push(encode('BOOKMARK', bookmarkObject(resource, Math.max(lastRevision, plan.from), initialEnd), undefined));
  };

  const unsubscribe = plan.error ? () => undefined : engine.store.subscribe(resource.storage, handle);
  const timer = engine.clock.after(seconds * 1000, close);
  let bookmarkTimer: { cancel(): void } | undefined;
  const scheduleBookmark = (): void => {
    bookmarkTimer = engine.clock.after(engine.bookmarkMs, () => {
      if (ended) return;
      // A quiet kind gets the store's revision: nothing of it changed up to there.
      lastRevision = engine.store.revision;
      bookmark(false);
      scheduleBookmark();
    });
  };
  if (call.request.signal?.aborted) close();
  else call.request.signal?.addEventListener('abort', close, { once: true });

  if (plan.error) {
    push(encode('ERROR', plan.error.status, undefined));
    close();
  } else {
    for (const stored of plan.initial) {
      const object = fromStorage(resource, stored.object);
      if (inScope(keyOf(object.metadata.namespace, object.metadata.name)) && selects(selection, object))
        push(encode('ADDED', object, stored));
    }
    if (plan.initialBookmark) bookmark(true);
    const missed = engine.store.since(resource.storage, plan.from) ?? [];
    for (const change of missed) handle(change);
    if (plan.bookmarks) scheduleBookmark();
  }

  async function* iterate(): AsyncGenerator<string> {
    try {
      for (;;) {
        while (queue.length > 0) yield queue.length === 1 ? (queue.shift() ?? '') : queue.splice(0, queue.length).join('');
        if (ended) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
    } finally {
      close();
    }
  }
  return { body: iterate(), close };
}

/** Seconds a watch lives: as asked, else between once and twice the server's minimum. */
function timeoutOf(engine: Engine, query: URLSearchParams): number {
  const asked = query.get('timeoutSeconds');
  if (asked !== null && asked !== '') {
    if (!/^\d+$/.test(asked)) throw badRequest(`strconv.ParseInt: parsing "${asked}": invalid syntax`);
    if (Number(asked) > 0) return Number(asked);
  }
  return engine.watchSeconds * (1 + engine.random.fraction());
}

function planWatch(engine: Engine, call: ResourceCall): WatchPlan {
  const { query, resource, namespace } = call;
  const asked = query.get('resourceVersion') ?? '';
  const match = query.get('resourceVersionMatch') ?? '';
  const sendInitial = query.get('sendInitialEvents');
  const bookmarks = booleanParameter(query, 'allowWatchBookmarks');
  const forbid = (field: string, why: string): never => {
    throw new Refusal(422, 'Invalid', `ListOptions.meta.k8s.io "" is invalid: ${field}: ${why}`, {
      group: 'meta.k8s.io',
      kind: 'ListOptions',
      causes: [{ reason: 'FieldValueForbidden', message: why, field }],
    });
  };
  if (sendInitial !== null && sendInitial !== '') {
    if (match !== 'NotOlderThan')
      forbid('resourceVersionMatch', 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
  } else if (match !== '')
    forbid('resourceVersionMatch', 'Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided');
  const now = engine.store.revision;
  if (asked !== '' && !/^\d+$/.test(asked)) {
    throw new Refusal(500, '', `resourceVersion: Invalid value: "${asked}": strconv.ParseUint: parsing "${asked}": invalid syntax`);
  }
  const revision = Number(asked);
  if (revision > now) {
    return {
      from: now,
      initial: [],
      initialBookmark: false,
      bookmarks,
      error: new Refusal(504, 'Timeout', `Too large resource version: ${revision}, current: ${now}`, {
        causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
        retryAfterSeconds: 1,
      }),
    };
  }
  const fromState = sendInitial === 'true' || (sendInitial !== 'false' && revision === 0);
  if (fromState) {
    return {
      from: now,
      initial: engine.store.list(resource.storage, namespace),
      initialBookmark: sendInitial === 'true' && bookmarks,
      bookmarks,
      error: undefined,
    };
  }
  if (revision === 0) return { from: now, initial: [], initialBookmark: false, bookmarks, error: undefined };
  if (engine.store.since(resource.storage, revision) === undefined) {
    const error = new Refusal(410, 'Expired', `too old resource version: ${revision} (${engine.store.compacted})`);
    return { from: now, initial: [], initialBookmark: false, bookmarks, error };
  }
  return { from: revision, initial: [], initialBookmark: false, bookmarks, error: undefined };
}

/** What a change means for a selection; nothing when the object was and is outside. */
function eventFor(
  resource: Resource,
  selection: Selection,
  change: Change,
): { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubeObject; stored: Stored } | undefined {
  const current = fromStorage(resource, change.current.object);
  const before = change.previous && fromStorage(resource, change.previous.object);
  const matched = before !== undefined && selects(selection, before);
  if (change.type === 'DELETED') return matched ? { type: 'DELETED', object: current, stored: change.current } : undefined;
  const matches = selects(selection, current);
  if (matches) return { type: matched ? 'MODIFIED' : 'ADDED', object: current, stored: change.current };
  if (!matched || !before || !change.previous) return undefined;
  // The object as it last matched, at the revision at which it stopped: that is what the real server sends.
  const object = { ...before, metadata: { ...before.metadata, resourceVersion: String(change.revision) } };
  return { type: 'DELETED', object, stored: { object, revision: change.revision, text: new Map() } };
}

function bookmarkObject(resource: Resource, revision: number, initialEnd: boolean): KubeObject {
  const metadata = {
    name: '',
    resourceVersion: String(revision),
    creationTimestamp: null,
    ...(initialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
  };
  const { name: _name, ...rest } = metadata;
  return { kind: resource.kind, apiVersion: resource.apiVersion, metadata: rest as unknown as KubeObject['metadata'] };
}
