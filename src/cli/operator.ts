/** The operator as `start` and `controller` run it: the controllers over one cluster, with the system's clock and chance. */
import { systemClock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Metrics } from '../base/metrics.ts';
import { systemRandom } from '../base/random.ts';
import { createApplicationController } from '../controllers/application/controller.ts';
import type { ClusterFacts } from '../controllers/application/render.ts';
import type { Settings } from '../controllers/application/world.ts';
import { builtinSource } from '../definitions/builtin.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { SentRequest } from '../kube/exchange.ts';

export interface OperatorOptions {
  cluster: Cluster;
  version: ClusterFacts['version'];
  log: Logger;
  metrics: Metrics;
  concurrency?: number;
  settings?: Partial<Settings>;
  mayWrite?: () => boolean;
}

export interface Operator {
  /** Ends passes under way and closes the views. */
  stop(): Promise<void>;
}

/** Starts the controllers; resolves when they have seen every application and work. */
export async function startOperator({
  cluster,
  version,
  log,
  metrics,
  concurrency,
  settings,
  mayWrite,
}: OperatorOptions): Promise<Operator> {
  const applications = createApplicationController({
    clock: systemClock,
    random: systemRandom,
    log,
    metrics,
    kube: cluster.client,
    informers: cluster.informers,
    kindsChanged: () => cluster.kindsChanged(),
    definitions: builtinSource,
    clusterVersion: version,
    settings,
    concurrency,
    mayWrite,
  });
  await applications.start();
  return { stop: () => applications.stop() };
}

/** Counts requests, for `openCluster`. */
export function countRequests(metrics: Metrics): (sent: SentRequest) => void {
  return ({ method, status }) => metrics.count('lateen_requests_total', { method, code: String(status) });
}
