/** prom-client behind the product's metrics interface. Names follow Prometheus' and controller-runtime's customs. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Labels, Metrics } from '../base/metrics.ts';

/** What each metric means; one that is not here still counts, described by its name. */
const meanings: Readonly<Record<string, string>> = {
  lateen_reconcile_seconds: 'How long passes over an application took',
  lateen_requests_total: 'Requests sent to the API server; method WATCH is the opening of a watch, code 0 means no answer',
  lateen_leading: '1 while this process holds the Lease and writes',
  workqueue_adds_total: 'Keys put into a queue',
  workqueue_retries_total: 'Keys put back after a failure',
  workqueue_queue_duration_seconds: 'How long keys waited in a queue',
  workqueue_work_duration_seconds: 'How long the work on a key took',
  workqueue_depth: 'Keys waiting in a queue',
};

/** Seconds: a pass takes milliseconds, a refused one may wait for a slow server. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export interface MetricsEndpoint {
  metrics: Metrics;
  /** The text of `/metrics`, with its media type. */
  read(): Promise<{ contentType: string; text: string }>;
}

/** @param withProcess adds CPU, memory and event loop of this process. */
export function createMetrics({ withProcess = true }: { withProcess?: boolean } = {}): MetricsEndpoint {
  const registry = new Registry();
  // Event loop delay is sampled once a second: prom-client's 10 ms wake the process a hundred times a second, which was
  // nearly all the CPU of an operator at rest (1.4 s in five minutes).
  if (withProcess) collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 1000 });
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  const describe = (name: string, labels: Labels) => ({
    name,
    help: meanings[name] ?? name,
    labelNames: Object.keys(labels),
    registers: [registry],
  });
  const metrics: Metrics = {
    count(name, labels = {}, by = 1) {
      of(counters, name, () => new Counter(describe(name, labels))).inc(labels, by);
    },
    gauge(name, value, labels = {}) {
      of(gauges, name, () => new Gauge(describe(name, labels))).set(labels, value);
    },
    observe(name, seconds, labels = {}) {
      of(histograms, name, () => new Histogram({ ...describe(name, labels), buckets })).observe(labels, seconds);
    },
  };
  return { metrics, read: async () => ({ contentType: registry.contentType, text: await registry.metrics() }) };
}

function of<T>(known: Map<string, T>, name: string, make: () => T): T {
  const found = known.get(name) ?? make();
  known.set(name, found);
  return found;
}
