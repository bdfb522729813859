/**
 * A clock that moves only when told to. Tests and the simulator use it: hours pass in milliseconds
 * and the order of events is the same at every run.
 */
import type { Clock, Timer } from './clock.ts';

interface Pending {
  readonly dueAt: number;
  readonly order: number;
  readonly callback: () => void;
}

export interface VirtualClock extends Clock {
  /** Lets everything that is ready run, without moving time. */
  settle(): Promise<void>;
  /** Moves time forward by `ms`, firing due timers in order and letting all reactions run in between. */
  advance(ms: number): Promise<void>;
  /** Moves to the next pending timer and fires it; false when there is none. */
  next(): Promise<boolean>;
  /** Number of pending timers. */
  pending(): number;
}

/** Rounds of the event loop that count as quiet: enough for chained promises, streams and in-process calls. */
const quietRounds = 6;

function nextRound(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** @param startMs wall time at which the clock begins, in ms since the epoch. */
export function virtualClock(startMs = Date.UTC(2026, 0, 1)): VirtualClock {
  let now = startMs;
  let order = 0;
  const timers = new Set<Pending>();

  const earliest = (): Pending | undefined => {
    let found: Pending | undefined;
    for (const timer of timers) {
      if (!found || timer.dueAt < found.dueAt || (timer.dueAt === found.dueAt && timer.order < found.order)) found = timer;
    }
    return found;
  };

  const settle = async (): Promise<void> => {
    for (let round = 0; round < quietRounds; round++) await nextRound();
  };

  const fire = async (timer: Pending): Promise<void> => {
    timers.delete(timer);
    now = Math.max(now, timer.dueAt);
    timer.callback();
    await settle();
  };

  return {
    now: () => now,
    monotonic: () => now - startMs,
    after(delayMs, callback): Timer {
      const pending = { dueAt: now + Math.max(0, delayMs), order: order++, callback };
      timers.add(pending);
      return { cancel: () => void timers.delete(pending) };
    },
    settle,
    async advance(ms) {
      const until = now + ms;
      await settle();
      for (let timer = earliest(); timer && timer.dueAt <= until; timer = earliest()) await fire(timer);
      now = Math.max(now, until);
      await settle();
    },
    async next() {
      await settle();
      const timer = earliest();
      if (!timer) return false;
      await fire(timer);
      return true;
    },
    pending: () => timers.size,
  };
}
