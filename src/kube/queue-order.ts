/**
 * Which key is worked on next. A key is in one place at a time: ready, delayed, or processing (and then perhaps
 * dirty: to be done again). No clock and no timers here: the time is an argument, so the rules can be tested alone.
 *
 * Ready keys are served by priority (what a user edited before resyncs), in turn between lanes (namespaces, so that
 * nobody's thousand applications delay another's one, O6), and in order within a lane. Every eighth turn belongs to
 * the low priority, if somebody waits there: busy users do not starve drift and resync.
 */

export type Priority = 'user' | 'resync';

export interface QueueOrder {
  /** Puts a key in, due at `dueAt` (same clock as `now`). Where it is in already, the earlier time and the higher priority win. */
  add(key: string, priority: Priority, dueAt: number, now: number): void;
  /** The next key to process, or undefined. The key is processing until `finish`. */
  take(now: number): string | undefined;
  /** Ends the processing of a key; if it became dirty meanwhile it waits again. */
  finish(key: string, now: number): void;
  /** When the next delayed key becomes ready; undefined when none is delayed. */
  nextDue(): number | undefined;
  /** Drops what has not begun. */
  clear(): void;
  counts(): { ready: number; delayed: number; processing: number };
}

interface Waiting {
  priority: Priority;
  dueAt: number;
}

/** Turns after which the low priority is served once. */
const lowEvery = 8;

/** Keys of one priority, in turn between their lanes. Maps and sets keep the order of insertion. */
function createLanes(laneOf: (key: string) => string): { add(key: string): void; remove(key: string): void; shift(): string | undefined } {
  const lanes = new Map<string, Set<string>>();
  const remove = (key: string): void => {
    const lane = laneOf(key);
    const keys = lanes.get(lane);
    if (keys?.delete(key) && keys.size === 0) lanes.delete(lane);
  };
  return {
    add(key) {
      const keys = lanes.get(laneOf(key));
      if (keys) keys.add(key);
      else lanes.set(laneOf(key), new Set([key]));
    },
    remove,
    shift() {
      const first = lanes.entries().next();
      if (first.done) return undefined;
      const [lane, keys] = first.value;
      const [key] = keys;
      if (key === undefined) return undefined;
      keys.delete(key);
      lanes.delete(lane);
      // To the end of the line: the next turn is another lane's.
      if (keys.size > 0) lanes.set(lane, keys);
      return key;
    },
  };
}

/** @param laneOf whose turn a key takes; all keys share one lane by default. */
export function createQueueOrder(laneOf: (key: string) => string = () => ''): QueueOrder {
  const ready = new Map<string, Priority>();
  const lanes = { user: createLanes(laneOf), resync: createLanes(laneOf) };
  const delayed = new Map<string, Waiting>();
  const heap: { dueAt: number; key: string }[] = [];
  const processing = new Set<string>();
  const dirty = new Map<string, Waiting>();
  let turns = 0;

  const makeReady = (key: string, priority: Priority): void => {
    const before = ready.get(key);
    if (before === priority || before === 'user') return;
    if (before) lanes[before].remove(key);
    ready.set(key, priority);
    lanes[priority].add(key);
  };

  const makeDelayed = (key: string, waiting: Waiting): void => {
    delayed.set(key, waiting);
    push(heap, { dueAt: waiting.dueAt, key });
  };

  /** The top of the heap that is still true; entries that were overtaken are dropped here. */
  const top = (): { dueAt: number; key: string } | undefined => {
    for (;;) {
      const first = heap[0];
      if (!first || delayed.get(first.key)?.dueAt === first.dueAt) return first;
      pop(heap);
    }
  };

  const wake = (now: number): void => {
    for (let first = top(); first && first.dueAt <= now; first = top()) {
      pop(heap);
      const waiting = delayed.get(first.key);
      delayed.delete(first.key);
      if (waiting) makeReady(first.key, waiting.priority);
    }
  };

  return {
    add(key, priority, dueAt, now) {
      const wanted: Waiting = { priority, dueAt };
      if (processing.has(key)) {
        dirty.set(key, merge(dirty.get(key), wanted));
        return;
      }
      if (ready.has(key)) {
        // A later wish for a key that is ready is fulfilled by the pass that is about to begin.
        makeReady(key, priority);
        return;
      }
      const merged = merge(delayed.get(key), wanted);
      if (merged.dueAt > now) {
        makeDelayed(key, merged);
        return;
      }
      delayed.delete(key);
      makeReady(key, merged.priority);
    },
    take(now) {
      wake(now);
      const order: Priority[] = ++turns % lowEvery === 0 ? ['resync', 'user'] : ['user', 'resync'];
      for (const priority of order) {
        const key = lanes[priority].shift();
        if (key === undefined) continue;
        ready.delete(key);
        processing.add(key);
        return key;
      }
      return undefined;
    },
    finish(key, now) {
      if (!processing.delete(key)) return;
      const again = dirty.get(key);
      if (!again) return;
      dirty.delete(key);
      if (again.dueAt > now) makeDelayed(key, again);
      else makeReady(key, again.priority);
    },
    nextDue: () => top()?.dueAt,
    clear() {
      for (const [key, priority] of ready) lanes[priority].remove(key);
      ready.clear();
      delayed.clear();
      dirty.clear();
      heap.length = 0;
    },
    counts: () => ({ ready: ready.size, delayed: delayed.size, processing: processing.size }),
  };
}

function merge(before: Waiting | undefined, wanted: Waiting): Waiting {
  if (!before) return wanted;
  return {
    priority: before.priority === 'user' ? 'user' : wanted.priority,
    dueAt: Math.min(before.dueAt, wanted.dueAt),
  };
}

/** A binary heap by due time; ten thousand delayed keys must not cost a walk per wake-up. */
function push<T extends { dueAt: number }>(heap: T[], item: T): void {
  let index = heap.push(item) - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent];
    if (!above || above.dueAt <= item.dueAt) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = item;
}

function pop<T extends { dueAt: number }>(heap: T[]): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  let index = 0;
  for (;;) {
    const left = heap[2 * index + 1];
    const right = heap[2 * index + 2];
    const takesRight = right !== undefined && left !== undefined && right.dueAt < left.dueAt;
    const child = takesRight ? right : left;
    if (!child || child.dueAt >= last.dueAt) break;
    heap[index] = child;
    index = 2 * index + (takesRight ? 2 : 1);
  }
  heap[index] = last;
}
