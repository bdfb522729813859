/**
 * Time as an argument. Nothing in the operator reads the wall clock or starts a timer on its own,
 * so that tests and the simulator own every ordering (design.md §3).
 */

/** A handle of a pending timer; `cancel` is idempotent. */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Wall time in milliseconds since the epoch. */
  now(): number;
  /** Milliseconds that only go forward; for deadlines and durations. */
  monotonic(): number;
  /** Calls `callback` once after `delayMs`. A pending timer never keeps the process alive by itself. */
  after(delayMs: number, callback: () => void): Timer;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, callback) {
    // setTimeout turns delays beyond 2^31-1 ms into 1 ms; a day at a time is enough for everybody.
    const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), 86_400_000));
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

/** Resolves after `delayMs`, or at once when `signal` is aborted (it never rejects: callers look at the signal). */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      timer.cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.after(delayMs, done);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** RFC 3339 with seconds, as Kubernetes writes metav1.Time. */
export function toRfc3339(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}

/** RFC 3339 with microseconds, as Kubernetes writes metav1.MicroTime (Lease, Event). */
export function toRfc3339Micro(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 23)}000Z`;
}
