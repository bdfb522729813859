/**
 * A keyed work queue: a key waits once however often it is added, is never worked on twice at the same time, and is
 * worked on again when it was added meanwhile. Failures back off per key.
 */
import type { Clock, Timer } from '../../src/base/clock.ts';
import type { Random } from '../../src/base/random.ts';

/** What became of a key: done, to be looked at again after a delay, or failed (back-off). */
export type Outcome = { type: 'done' } | { type: 'again'; afterMs: number } | { type: 'failed' };

export interface WorkQueue {
  add(key: string): void;
  addAfter(key: string, delayMs: number): void;
  stop(): void;
}

const backOffMs = { first: 20, most: 30_000 };

/** @param concurrency how many keys are worked on at the same time. `work` must not throw. */
export function workQueue(options: {
  clock: Clock;
  random: Random;
  concurrency: number;
  work: (key: string) => Promise<Outcome>;
}): WorkQueue {
  const { clock, random, concurrency, work } = options;
  const waiting = new Set<string>();
  const working = new Set<string>();
  const dirty = new Set<string>();
  const timers = new Map<string, { timer: Timer; dueAt: number }>();
  const failures = new Map<string, number>();
  let stopped = false;

  const add = (key: string): void => {
    if (stopped) return;
    if (working.has(key)) dirty.add(key);
    else waiting.add(key);
    pump();
  };
  const addAfter = (key: string, delayMs: number): void => {
    if (stopped) return;
    const dueAt = clock.monotonic() + delayMs;
    const pending = timers.get(key);
    if (pending && pending.dueAt <= dueAt) return;
    pending?.timer.cancel();
    const timer = clock.after(delayMs, () => {
      timers.delete(key);
      add(key);
    });
    timers.set(key, { timer, dueAt });
  };
  const settle = (key: string, outcome: Outcome): void => {
    working.delete(key);
    if (outcome.type === 'failed') {
      const count = failures.get(key) ?? 0;
      failures.set(key, count + 1);
      dirty.delete(key);
      addAfter(key, Math.min(backOffMs.most, backOffMs.first * 2 ** Math.min(count, 12)) * (0.75 + random.fraction() / 2));
    } else {
      failures.delete(key);
      if (outcome.type === 'again') addAfter(key, outcome.afterMs);
      if (dirty.delete(key)) waiting.add(key);
    }
    pump();
  };
  const pump = (): void => {
    for (const key of waiting) {
      if (stopped || working.size >= concurrency) return;
      waiting.delete(key);
      working.add(key);
      // Each pass says anew when the next one is due; an older wish is void.
      timers.get(key)?.timer.cancel();
      timers.delete(key);
      void Promise.resolve(key)
        .then(work)
        .then((outcome) => settle(key, outcome));
    }
  };

  return {
    add,
    addAfter,
    stop() {
      stopped = true;
      waiting.clear();
      for (const { timer } of timers.values()) timer.cancel();
      timers.clear();
    },
  };
}
