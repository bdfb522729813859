/**
 * `lateen start`, behind `npm start`: API server, world and operator in one process on loopback. The one place where
 * operator and sandbox meet (design.md §3).
 */
import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { startWorld } from '../../sandbox/actors/world.ts';
import { createApiServer, type EmbeddedApiServer, type Listening } from '../../sandbox/server/index.ts';
import { systemClock } from '../base/clock.ts';
import { noMetrics } from '../base/metrics.ts';
import { systemRandom } from '../base/random.ts';
import { clusterInProcess } from '../kube/cluster.ts';
import { CommandError, failureError } from './command-error.ts';
import { installCrds, readCrds } from './crds.ts';
import { createLogging, type LogLevel, logLevels } from './logging.ts';
import { type Operator, startOperator } from './operator.ts';
import { readServerVersion } from './server-version.ts';
import { endsWithin, listenForStop, whenOrphaned } from './stopping.ts';
import type { Terminal } from './terminal.ts';

/** Beside 6443, which a real cluster on the same machine has. */
const defaultPort = 16443;
/** How many ports after the default one are tried. */
const portsTried = 20;
/** Longest wait for the parts to end, in ms. */
const stopLimitMs = 10_000;

interface Flags {
  port?: number;
  nodes: number;
  data: string;
  operator: boolean;
  logLevel: LogLevel;
}

/** What autoscalers of the demonstration world see: low enough that nothing scales by itself. */
const usualCpuPercent = 35;

export function define(command: Command, terminal: Terminal): void {
  command
    .option('--port <n>', `port on 127.0.0.1; without it ${defaultPort}, or the next free one`, portNumber)
    .option('--nodes <n>', 'nodes of the world, each in one of three zones', nodeCount, 3)
    .option('--data <folder>', 'folder for kubeconfig, certificate and token; objects live in memory', projectFolder())
    .option('--no-operator', 'only API server and world; run the operator beside it with `lateen controller`')
    .addOption(new Option('--log-level <level>', 'what the operator and the server tell').choices(logLevels).default('warn'))
    .action((flags: Flags) => start(flags, terminal));
}

function projectFolder(): string {
  return fileURLToPath(new URL('../../.lateen', import.meta.url));
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) throw new InvalidArgumentError('expected a port from 1 to 65535, or 0 for any free one');
  return port;
}

function nodeCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 1000) throw new InvalidArgumentError('expected a number from 1 to 1000');
  return count;
}

async function start(flags: Flags, terminal: Terminal): Promise<void> {
  const startedAt = systemClock.monotonic();
  const stopping = listenForStop(() => process.exit(130));
  const log = createLogging({ level: flags.logLevel, format: 'text' });
  const folder = resolve(flags.data);
  const api = createApiServer({ clock: systemClock, random: systemRandom, log });
  const listening = await openPort(api, flags.port, folder, terminal);
  const world = startWorld({
    transport: api.transport({ user: 'world', groups: ['system:masters'] }),
    clock: systemClock,
    random: systemRandom,
    log,
    nodes: flags.nodes,
    usualCpuPercent,
  });
  const cluster = clusterInProcess(api.transport({ user: 'lateen-operator', groups: ['system:masters'] }), {
    clock: systemClock,
    random: systemRandom,
    log,
  });
  const installed = await installCrds({ client: cluster.client, clock: systemClock, crds: readCrds() });
  if (!installed.ok) throw failureError(installed.failure, listening.url, `install ${installed.name}`);
  const version = await readServerVersion(cluster.client);
  if (!version.ok) throw failureError(version.failure, listening.url, 'read the version');
  const operator: Operator | undefined = flags.operator
    ? await startOperator({ cluster, version: version.value, log, metrics: noMetrics })
    : undefined;
  const kubeconfig = writeKubeconfig(folder, listening.kubeconfig());
  const seconds = ((systemClock.monotonic() - startedAt) / 1000).toFixed(1);
  terminal.note(
    `Kubernetes ${version.value.gitVersion} with ${flags.nodes} nodes on ${listening.url}, started in ${seconds} s. Ctrl-C stops it; its objects are in memory and go with it.`,
  );
  terminal.out(`ready: export KUBECONFIG=${quoted(kubeconfig)}`);

  await Promise.race([stopping.asked, parentGone()]);
  terminal.note('stopping …');
  const stopped = async (): Promise<void> => {
    await operator?.stop();
    await cluster.close();
    world.stop();
    await listening.close();
    api.close();
  };
  const isClean = await endsWithin(stopped(), stopLimitMs);
  stopping.release();
  if (!isClean) terminal.note(`not everything ended within ${stopLimitMs / 1000} s`);
}

/** Under npm the end of npm is ours; a shell that puts us into the background may go before us. */
function parentGone(): Promise<void> {
  return new Promise((resolve) => {
    if (process.env.npm_lifecycle_event !== undefined) whenOrphaned(resolve);
  });
}

/** Opens the port that was asked for, or the first free one from the default on. */
async function openPort(api: EmbeddedApiServer, asked: number | undefined, dir: string, terminal: Terminal): Promise<Listening> {
  const first = asked ?? defaultPort;
  const last = asked === undefined ? first + portsTried : first;
  for (let port = first; ; port++) {
    try {
      const listening = await api.listen({ port, dir });
      if (asked === undefined && port !== first) terminal.note(`port ${first} is in use; taking ${port}`);
      return listening;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'EADDRINUSE' && port < last) continue;
      if (code === 'EADDRINUSE') {
        throw new CommandError(
          asked === undefined
            ? `the ports ${first} to ${last} are all in use: name a free one with --port`
            : `port ${asked} is in use (another \`lateen start\`?): name another one with --port, or leave it out to take the next free one`,
        );
      }
      if (code === 'EACCES') throw new CommandError(`port ${port} or the folder ${dir} may not be used: permission denied`);
      throw error;
    }
  }
}

/** Writes the file so that nobody else ever could read it, and no reader ever sees half of it. */
function writeKubeconfig(folder: string, text: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'kubeconfig');
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, text, { mode: 0o600 });
  chmodSync(unfinished, 0o600);
  renameSync(unfinished, path);
  return path;
}

/** For a shell, only where it needs it. */
function quoted(path: string): string {
  return /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
