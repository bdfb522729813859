/** From the options every command shares to a cluster. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { systemClock } from '../base/clock.ts';
import { type Logger, silentLogger } from '../base/logger.ts';
import { systemRandom } from '../base/random.ts';
import { type Cluster, openCluster } from '../kube/cluster.ts';
import { type LoadedConfig, loadConfig } from '../kube/config.ts';
import type { SentRequest } from '../kube/exchange.ts';
import { CommandError, problemError } from './command-error.ts';

export interface ClusterFlags {
  kubeconfig?: string;
  context?: string;
}

/** Adds --kubeconfig and --context. */
export function clusterOptions(command: Command): Command {
  return command
    .option('--kubeconfig <file>', 'kubeconfig to use; default: $KUBECONFIG, then ~/.kube/config, then the service account of the pod')
    .option('--context <name>', 'context of the kubeconfig');
}

export interface Connection {
  cluster: Cluster;
  /** URL of the API server, for messages. */
  server: string;
  /** Namespace of the context, or `default`. */
  namespace: string;
  close(): Promise<void>;
}

const serviceAccountToken = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** Finds the configuration. Errors: CommandError that says which file is meant and what is wrong with it. */
export async function findConfig(flags: ClusterFlags, env: NodeJS.ProcessEnv = process.env): Promise<LoadedConfig> {
  const { kubeconfig, context } = flags;
  if (kubeconfig !== undefined && !existsSync(kubeconfig)) throw new CommandError(`there is no kubeconfig ${kubeconfig}`);
  const listed = env.KUBECONFIG ? env.KUBECONFIG.split(':').filter(Boolean) : [];
  if (kubeconfig === undefined && listed.length > 0 && !listed.some((path) => existsSync(path))) {
    throw new CommandError(`KUBECONFIG names ${listed.join(', ')}, which does not exist. \`npm start\` writes .lateen/kubeconfig.`);
  }
  const hasFile = kubeconfig !== undefined || listed.length > 0 || existsSync(join(homedir(), '.kube', 'config'));
  const inCluster = !hasFile && existsSync(serviceAccountToken);
  if (!hasFile && !inCluster) {
    throw new CommandError('no cluster is named: give --kubeconfig FILE or set KUBECONFIG. `npm start` starts one and prints the command.');
  }
  const loaded = await loadConfig({ kubeconfig, context, inCluster, env, clock: systemClock });
  if (!loaded.ok) throw problemError(loaded.problem);
  return loaded.value;
}

/** Opens the cluster that the options name; nothing is sent yet. */
export async function connect(
  flags: ClusterFlags,
  { log = silentLogger, onRequest }: { log?: Logger; onRequest?: (sent: SentRequest) => void } = {},
): Promise<Connection> {
  const config = await findConfig(flags);
  const cluster = openCluster(config, { clock: systemClock, random: systemRandom, log, onRequest });
  return { cluster, server: config.server, namespace: config.namespace ?? 'default', close: () => cluster.close() };
}
