/**
 * The keyed work queue between watches and reconciles: a key is never worked on twice at once, and nothing that
 * happens while it is being worked on gets lost. p-queue has no key, no order per key and no delay.
 */
import type { Clock, Timer } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { type Metrics, noMetrics } from '../base/metrics.ts';
import type { Random } from '../base/random.ts';
import { createQueueOrder, type Priority } from './queue-order.ts';

export type { Priority } from './queue-order.ts';

/** What becomes of a key after a pass. */
export type Outcome =
  /** Done; the back-off begins anew. */
  | { next: 'rest' }
  /** Done for now; look again after this time, without back-off. */
  | { next: 'again'; afterMs: number }
  /** Failed in a way that passes: exponential back-off with jitter, at least `afterMs`. */
  | { next: 'retry'; afterMs?: number };

export interface AddOptions {
  /** `user` for edits, `resync` for everything else; the default. */
  priority?: Priority;
  afterMs?: number;
}

export interface WorkQueue {
  add(key: string, options?: AddOptions): void;
  /** Starts the workers; once. A worker that throws counts as `retry`. */
  run(worker: (key: string) => Promise<Outcome>, concurrency: number): void;
  /** Takes nothing new, drops what waits, and resolves when the passes under way have ended. */
  stop(): Promise<void>;
  /** Failures in a row of a key. */
  failuresOf(key: string): number;
  counts(): { ready: number; delayed: number; processing: number };
  /** Resolves as soon as nothing is ready and nothing processing (delayed keys may remain). */
  whenIdle(): Promise<void>;
}

export interface QueueOptions {
  /** Label of the metrics. */
  name: string;
  clock: Clock;
  random: Random;
  log: Logger;
  metrics?: Metrics;
  /** Whose turn a key takes: the namespace, for fairness between tenants. */
  laneOf?: (key: string) => string;
  firstBackOffMs?: number;
  longestBackOffMs?: number;
}

/** Creates a queue; keys may be added before `run`. */
export function createQueue(options: QueueOptions): WorkQueue {
  const { name, clock, random, log, metrics = noMetrics, firstBackOffMs = 200, longestBackOffMs = 300_000 } = options;
  const order = createQueueOrder(options.laneOf);
  const failures = new Map<string, number>();
  const addedAt = new Map<string, number>();
  const idle = new Set<() => void>();
  const labels = { queue: name };
  let work: ((key: string) => Promise<Outcome>) | undefined;
  let free = 0;
  let stopped = false;
  let timer: Timer | undefined;

  const add = (key: string, { priority = 'resync', afterMs = 0 }: AddOptions = {}): void => {
    if (stopped) return;
    const now = clock.monotonic();
    metrics.count('workqueue_adds_total', labels);
    if (!addedAt.has(key)) addedAt.set(key, now + afterMs);
    order.add(key, priority, now + afterMs, now);
    pump();
  };

  /** Between half and the whole of the exponential time: failures of one cause must not come back together. */
  const backOff = (key: string): number => {
    const failed = failures.get(key) ?? 0;
    failures.set(key, failed + 1);
    return Math.min(longestBackOffMs, firstBackOffMs * 2 ** Math.min(failed, 30)) * (0.5 + 0.5 * random.fraction());
  };

  const settle = (key: string, outcome: Outcome): void => {
    switch (outcome.next) {
      case 'rest':
        failures.delete(key);
        break;
      case 'again':
        failures.delete(key);
        add(key, { afterMs: outcome.afterMs });
        break;
      case 'retry':
        metrics.count('workqueue_retries_total', labels);
        add(key, { afterMs: Math.max(backOff(key), outcome.afterMs ?? 0) });
        break;
      default:
        outcome satisfies never;
    }
  };

  const process = async (key: string, worker: (key: string) => Promise<Outcome>): Promise<void> => {
    const begun = clock.monotonic();
    metrics.observe('workqueue_queue_duration_seconds', Math.max(0, begun - (addedAt.get(key) ?? begun)) / 1000, labels);
    addedAt.delete(key);
    let outcome: Outcome;
    try {
      outcome = await worker(key);
    } catch (error) {
      // A bug in one pass must not stop the others (F46).
      log.error('a pass failed', { queue: name, key, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      outcome = { next: 'retry' };
    }
    metrics.observe('workqueue_work_duration_seconds', (clock.monotonic() - begun) / 1000, labels);
    // While the key still counts as processing: what the outcome wants merges with what came in meanwhile.
    if (!stopped) settle(key, outcome);
    order.finish(key, clock.monotonic());
    free++;
    pump();
  };

  const pump = (): void => {
    while (work && free > 0 && !stopped) {
      const key = order.take(clock.monotonic());
      if (key === undefined) break;
      free--;
      void process(key, work);
    }
    const counts = order.counts();
    metrics.gauge('workqueue_depth', counts.ready, labels);
    if (counts.ready === 0 && counts.processing === 0) {
      for (const resolve of idle) resolve();
      idle.clear();
    }
    timer?.cancel();
    // Whole milliseconds, rounded up: a timer that fires a fraction too early would come again at once, and again.
    const due = stopped ? undefined : order.nextDue();
    timer = due === undefined ? undefined : clock.after(Math.max(0, Math.ceil(due - clock.monotonic())), pump);
  };

  const whenIdle = (): Promise<void> => {
    const { ready, processing } = order.counts();
    return ready === 0 && processing === 0 ? Promise.resolve() : new Promise((resolve) => void idle.add(resolve));
  };

  return {
    add,
    run(worker, concurrency) {
      if (work) throw new Error(`queue ${name} runs already`);
      work = worker;
      free = concurrency;
      pump();
    },
    stop() {
      stopped = true;
      order.clear();
      pump();
      return whenIdle();
    },
    failuresOf: (key) => failures.get(key) ?? 0,
    counts: order.counts,
    whenIdle,
  };
}
