/**
 * Starts one control plane in a folder of its own, on ports of its own, and waits until it serves. Several
 * run side by side. Tests come in through launch.ts, the command line through background.ts.
 */
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Log, Part, Programs } from './binaries.ts';
import { servingAuthority, type Tokens, writeCredentials, writeKubeconfigs } from './credentials.ts';
import { apiServerFlags, controllerManagerFlags, etcdFlags, type Site, schedulerFlags, siteFiles, type World } from './flags.ts';
import { endAll, freePorts, killAll, logTail, type PartProcess, startPart } from './processes.ts';

export interface ControlPlane {
  /** User `admin` of group system:masters. */
  kubeconfigPath: string;
  /** User `lateen-operator` of group system:masters: the one whose requests are in the audit log. */
  operatorKubeconfigPath: string;
  /** One audit event per line; see audit.ts. */
  auditLogPath: string;
  world: World;
  /** False where no kube-controller-manager was found: nothing collects garbage or ends namespaces then. */
  controllers: boolean;
  /** Everything lives here, the parts' logs too. */
  folder: string;
  /** From the first process to a server that answers, in milliseconds. */
  readyMs: number;
  processes: readonly PartProcess[];
  /** Ends the processes and, where the folder is temporary, removes it. Idempotent. */
  stop(): Promise<void>;
}

export interface StartOptions {
  programs: Programs;
  world: World;
  scheduler?: boolean;
  log: Log;
  /** Where to live; without it a temporary folder that `stop` removes. */
  folder?: string;
  /** The processes go on when this one ends. */
  detached?: boolean;
}

const patienceMs = 60_000;

/** Starts and waits until ready. Throws with the tail of the log of the part that failed. */
export async function start(options: StartOptions): Promise<ControlPlane> {
  // Between finding a free port and listening on it another process may have taken it.
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      if (attempt === 3 || !String(error).includes('address already in use')) throw error;
      options.log('a port was taken in the meantime; starting again');
    }
  }
}

async function startOnce(options: StartOptions): Promise<ControlPlane> {
  const { programs, world, log } = options;
  const temporary = options.folder === undefined;
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'lateen-controlplane-')));
  if (!temporary) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  }
  const processes: PartProcess[] = [];
  // The built binary ends with its standard input; release binaries know nothing of that.
  const onExit = (): void => {
    killAll(processes);
    if (temporary) rmSync(folder, { recursive: true, force: true });
  };
  if (!options.detached) process.once('exit', onExit);
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= endAll(processes).then(async () => {
      process.off('exit', onExit);
      if (temporary) await rm(folder, { recursive: true, force: true });
    });
    return stopped;
  };
  try {
    const begun = performance.now();
    const site = await newSite(folder);
    const launch = (part: Part, args: readonly string[]): void => {
      const program = programs[part];
      if (program !== undefined) processes.push(startPart({ part, program, args, folder, detached: options.detached ?? false }));
    };
    launch('etcd', etcdFlags(site));
    const tokens = await writeCredentials(folder);
    launch('kube-apiserver', apiServerFlags(site));
    const connection = await untilServing(site, tokens, processes);
    launch('kube-controller-manager', controllerManagerFlags(site, world));
    if (options.scheduler) launch('kube-scheduler', schedulerFlags(site));
    const controllers = programs['kube-controller-manager'] !== undefined;
    // The first service account proves that the controllers work; without them the namespace is all there will be.
    await untilFound(connection, `/api/v1/namespaces/default${controllers ? '/serviceaccounts/default' : ''}`, processes);
    const readyMs = performance.now() - begun;
    log(`the control plane is ready after ${(readyMs / 1000).toFixed(1)} s`);
    const files = siteFiles(folder);
    return {
      kubeconfigPath: files.kubeconfig,
      operatorKubeconfigPath: files.operatorKubeconfig,
      auditLogPath: files.auditLog,
      world,
      controllers,
      folder,
      readyMs,
      processes,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function newSite(folder: string): Promise<Site> {
  const [apiPort = 0, etcdPort = 0, etcdPeerPort = 0] = await freePorts(3);
  return { folder, apiPort, etcdPort, etcdPeerPort };
}

interface Connection {
  port: number;
  authority: string;
  token: string;
}

async function untilServing(site: Site, tokens: Tokens, processes: readonly PartProcess[]): Promise<Connection> {
  const authority = await until('kube-apiserver makes its certificate', processes, () => servingAuthority(site.folder));
  await writeKubeconfigs(site, authority, tokens);
  const connection = { port: site.apiPort, authority, token: tokens.admin };
  await untilFound(connection, '/readyz', processes);
  return connection;
}

const untilFound = (connection: Connection, path: string, processes: readonly PartProcess[]): Promise<true> =>
  until(`GET ${path} answers 200`, processes, async () => ((await statusOf(connection, path)) === 200 ? true : undefined));

/** Asks every 50 ms until there is an answer; throws when a part has ended or patience is at its end. */
async function until<T>(what: string, processes: readonly PartProcess[], ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    const dead = processes.find((part) => part.exited() !== undefined);
    if (dead !== undefined) throw new Error(`${dead.part} ${dead.exited()}; its log ends with:\n${logTail(dead)}`);
    if (performance.now() > deadline) {
      const tails = processes.map((part) => `--- ${part.part}\n${logTail(part, 5)}`).join('\n');
      throw new Error(`The control plane was not ready after ${patienceMs / 1000} s (waited until ${what}); the logs end with:\n${tails}`);
    }
    await pause(50);
  }
}

/** The HTTP status of a GET, or 0 while nobody answers. */
function statusOf({ port, authority, token }: Connection, path: string): Promise<number> {
  return new Promise((resolve) => {
    const asking = request(
      { host: '127.0.0.1', port, path, ca: authority, agent: false, timeout: 5000, headers: { authorization: `Bearer ${token}` } },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    asking.once('error', () => resolve(0));
    asking.once('timeout', () => asking.destroy());
    asking.end();
  });
}
