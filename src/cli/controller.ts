/** `lateen controller`: the operator alone, against any cluster, as one of any number of replicas. */
import { hostname } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { systemRandom } from '../base/random.ts';
import { type Endpoints, parseAddress, serveEndpoints } from '../server/endpoints.ts';
import { createMetrics } from '../server/metrics.ts';
import { CommandError } from './command-error.ts';
import { type ClusterFlags, clusterOptions, connect } from './connect.ts';
import { createLogging, type LogFormat, type LogLevel, logFormats, logLevels } from './logging.ts';
import { countRequests } from './operator.ts';
import { type Replica, runReplica } from './replica.ts';
import { endsWithin, listenForStop } from './stopping.ts';
import type { Terminal } from './terminal.ts';

/** Kubelet's default grace period is 30 s; a margin is left for the release of the Lease. */
const stopLimitMs = 25_000;

interface Flags extends ClusterFlags {
  systemNamespace: string;
  leaderElect: boolean;
  metricsAddress: string;
  healthAddress: string;
  concurrency: number;
  revisionLimit: number;
  logLevel: LogLevel;
  logFormat?: LogFormat;
}

export function define(command: Command, terminal: Terminal): void {
  clusterOptions(command)
    .option('--system-namespace <name>', "namespace of the operator's own objects and of definitions for everybody", 'vela-system')
    .option('--no-leader-elect', 'work without a Lease; only for a single replica')
    .option('--metrics-address <address>', 'host:port of /metrics, 0 for none', address, '127.0.0.1:8080')
    .option('--health-address <address>', 'host:port of /healthz and /readyz, 0 for none', address, '127.0.0.1:9440')
    .option('--concurrency <n>', 'applications worked on at the same time', wholeNumber(1, 1000), 8)
    .option('--revision-limit <n>', 'revisions kept per application beside the one in use', wholeNumber(0, 1000), 10)
    .addOption(new Option('--log-level <level>', 'what is told').choices(logLevels).default('info'))
    .addOption(new Option('--log-format <format>', 'json for machines, text for people; default: by who watches').choices(logFormats))
    .action((flags: Flags) => controller(flags, terminal));
}

/** Checked while the command line is read, so that the message names the option. */
function address(text: string): string {
  if (parseAddress(text) === undefined)
    throw new InvalidArgumentError('expected host:port, such as 127.0.0.1:8080 or :8080, or 0 for none');
  return text;
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
    return value;
  };
}

async function controller(flags: Flags, terminal: Terminal): Promise<void> {
  const stopping = listenForStop(() => process.exit(130));
  const log = createLogging({ level: flags.logLevel, format: flags.logFormat ?? (process.stderr.isTTY ? 'text' : 'json') });
  const { metrics, read } = createMetrics();
  const { cluster, server, close } = await connect(flags, { log, onRequest: countRequests(metrics) });
  let replica: Replica | undefined;
  // The ports first: a process that cannot have them must not have begun anything.
  const endpoints = await openEndpoints(flags, () => replica?.notReady() ?? (replica ? undefined : 'starting'), read);
  replica = runReplica({
    cluster,
    server,
    log,
    metrics,
    identity: `${hostname()}_${systemRandom.uuid()}`,
    systemNamespace: flags.systemNamespace,
    leaderElect: flags.leaderElect,
    concurrency: flags.concurrency,
    settings: { systemNamespace: flags.systemNamespace, revisionLimit: flags.revisionLimit },
  });
  for (const where of endpoints.addresses) log.info('serving', { address: where });

  const ended = await Promise.race([stopping.asked.then((signal) => ({ signal })), replica.ended]);
  if ('signal' in ended) log.info('stopping', { signal: ended.signal });
  const isClean = await endsWithin(replica.stop(), stopLimitMs);
  await endpoints.close();
  await close();
  stopping.release();
  if ('error' in ended) throw ended.error;
  if (!isClean) throw new CommandError(`not every pass ended within ${stopLimitMs / 1000} s; the next start goes on from the record`, 1);
  terminal.note('stopped');
}

async function openEndpoints(
  flags: Flags,
  notReady: () => string | undefined,
  metrics: () => Promise<{ contentType: string; text: string }>,
): Promise<Endpoints> {
  try {
    return await serveEndpoints(
      { metricsAddress: parseAddress(flags.metricsAddress) ?? 'off', healthAddress: parseAddress(flags.healthAddress) ?? 'off' },
      { unhealthy: () => undefined, notReady, metrics },
    );
  } catch (error) {
    const busy = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error ? error.port : undefined;
    if (busy === undefined) throw error;
    throw new CommandError(`port ${busy} is in use: name others with --metrics-address and --health-address (0 switches one off)`);
  }
}
