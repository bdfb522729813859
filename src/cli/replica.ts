/**
 * One replica's life: wait for the server, refuse to work beside KubeVela, wait for our kinds, be elected, work, and
 * stop before another one begins.
 */
import { type Clock, sleep, systemClock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Metrics } from '../base/metrics.ts';
import { systemRandom } from '../base/random.ts';
import type { ClusterFacts } from '../controllers/application/render.ts';
import type { Settings } from '../controllers/application/world.ts';
import type { Cluster } from '../kube/cluster.ts';
import { createLease, type LeaderLease } from '../kube/lease.ts';
import type { ApiFailure } from '../kube/types.ts';
import { coexistenceMessage, findKubeVela } from './coexistence.ts';
import { CommandError, failureText } from './command-error.ts';
import { type Operator, startOperator } from './operator.ts';
import { readServerVersion } from './server-version.ts';

/** Name of our Lease in the system namespace. */
export const leaseName = 'lateen';
/** How soon what is missing is looked for again, in ms. */
const retryMs = 3000;

export interface ReplicaOptions {
  cluster: Cluster;
  /** URL of the API server, for messages. */
  server: string;
  log: Logger;
  metrics: Metrics;
  identity: string;
  systemNamespace: string;
  leaderElect: boolean;
  concurrency: number;
  settings: Partial<Settings>;
  clock?: Clock;
}

export interface Replica {
  /** Resolves when the replica ends by itself; it never resolves while all is well. */
  ended: Promise<{ error: CommandError }>;
  /** What is waited for; undefined when the replica works or stands by. */
  notReady(): string | undefined;
  /** Ends passes under way and gives the Lease up. */
  stop(): Promise<void>;
}

/** Begins at once; errors come through `ended`. */
export function runReplica(options: ReplicaOptions): Replica {
  const { cluster, log, metrics, clock = systemClock } = options;
  const aborter = new AbortController();
  let waitsFor: string | undefined = 'the API server';
  let lease: LeaderLease | undefined;
  let operator: Operator | undefined;
  let end: (how: { error: CommandError }) => void = () => undefined;
  const ended = new Promise<{ error: CommandError }>((resolve) => {
    end = resolve;
  });
  const fail = (error: unknown): void =>
    end({ error: error instanceof CommandError ? error : new CommandError(error instanceof Error ? error.message : String(error), 1) });

  const work = (version: ClusterFacts['version']): void => {
    // A standby that takes over looks again: KubeVela may have come meanwhile.
    waitsFor = 'the views on the cluster';
    startOperator({ ...options, version, mayWrite: () => !aborter.signal.aborted && (lease?.isLeader() ?? true) }).then((started) => {
      operator = started;
      waitsFor = undefined;
      metrics.gauge('lateen_leading', 1);
      log.info('working', { server: options.server });
    }, fail);
  };

  const begin = async (): Promise<void> => {
    const version = await untilAnswered(() => readServerVersion(cluster.client), options, aborter.signal);
    if (version === undefined) return;
    await refuseBesideKubeVela(options, clock);
    waitsFor = 'the CustomResourceDefinitions of core.oam.dev (run `lateen install`)';
    if (!(await untilInstalled(options, clock, aborter.signal))) return;
    if (!options.leaderElect) return work(version);
    await ensureNamespace(options);
    waitsFor = undefined;
    metrics.gauge('lateen_leading', 0);
    lease = createLease({
      client: cluster.leaseClient,
      namespace: options.systemNamespace,
      name: leaseName,
      identity: options.identity,
      clock,
      random: systemRandom,
      log,
      onChange: (isLeading) => {
        if (aborter.signal.aborted) return;
        if (isLeading) refuseBesideKubeVela(options, clock).then(() => work(version), fail);
        // Whoever has lost the Lease may have passes under way: a new process begins clean.
        else fail(new CommandError('the Lease is lost: nothing more is written, and the process ends to be started again', 1));
      },
    });
    log.info('standing for election', { lease: `${options.systemNamespace}/${leaseName}`, identity: options.identity });
    lease.start();
  };

  begin().catch(fail);
  return {
    ended,
    notReady: () => (waitsFor === undefined ? undefined : `waiting for ${waitsFor}`),
    async stop() {
      // Passes under way end first: they may still write what they have begun. Nothing new is taken meanwhile.
      await operator?.stop();
      aborter.abort();
      metrics.gauge('lateen_leading', 0);
      await lease?.stop();
    },
  };
}

async function refuseBesideKubeVela({ cluster, systemNamespace, log }: ReplicaOptions, clock: Clock): Promise<void> {
  const found = await findKubeVela(cluster.client, { systemNamespace, nowMs: clock.now() });
  if (!found.ok) log.warn('whether KubeVela is at work could not be seen', { why: found.failure.message });
  else if (found.value !== undefined) throw new CommandError(coexistenceMessage(found.value), 1);
}

/** Asks until there is an answer; a server that is not there yet is no reason to crash. Undefined when stopped. */
async function untilAnswered<T>(
  ask: () => Promise<{ ok: true; value: T } | { ok: false; failure: ApiFailure }>,
  { log, server, clock = systemClock }: ReplicaOptions,
  signal: AbortSignal,
): Promise<T | undefined> {
  let told = '';
  while (!signal.aborted) {
    const answer = await ask();
    if (answer.ok) return answer.value;
    if (answer.failure.httpStatus === 401) throw new CommandError(failureText(answer.failure, server));
    const text = failureText(answer.failure, server);
    if (text !== told) log.warn('waiting for the API server', { why: text });
    told = text;
    await sleep(clock, retryMs, signal);
  }
  return undefined;
}

/** Waits until the cluster serves our kinds; false when stopped. */
async function untilInstalled({ cluster, log, server }: ReplicaOptions, clock: Clock, signal: AbortSignal): Promise<boolean> {
  let isTold = false;
  while (!signal.aborted) {
    const found = await cluster.client.resourceFor('core.oam.dev/v1beta1', 'Application');
    if (found.ok && found.value !== undefined) return true;
    if (!isTold) {
      log.warn('the CustomResourceDefinitions are missing: run `lateen install`; waiting for them', {
        server,
        ...(found.ok ? {} : { why: found.failure.message }),
      });
      isTold = true;
    }
    await sleep(clock, retryMs, signal);
    cluster.client.invalidateDiscovery();
  }
  return false;
}

/** The Lease needs its namespace; where we may not make it, somebody else has to. */
async function ensureNamespace({ cluster, systemNamespace, log }: ReplicaOptions): Promise<void> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: systemNamespace } };
  const found = await cluster.client.get({ apiVersion: 'v1', kind: 'Namespace', name: systemNamespace });
  if (found.ok || found.failure.httpStatus !== 404) return;
  const made = await cluster.client.create(namespace);
  if (!made.ok && made.failure.httpStatus !== 409) {
    log.warn(`namespace ${systemNamespace} is missing and may not be made: create it, the Lease lives there`, {
      why: made.failure.message,
    });
  }
}
