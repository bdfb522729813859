/**
 * The API servers behaviour tests run against: the embedded one, in process and in virtual time, and a real
 * kube-apiserver in real time. One test text, two truths that must agree.
 */
import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { loadAll } from 'js-yaml';
import { type World as Actors, startWorld } from '../../sandbox/actors/world.ts';
import { createApiServer, type EmbeddedApiServer, type Fault, type SeenRequest } from '../../sandbox/server/index.ts';
import type { KubeObject } from '../../src/api/object.ts';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { type Random, seededRandom, systemRandom } from '../../src/base/random.ts';
import { type VirtualClock, virtualClock } from '../../src/base/virtual-clock.ts';
import { type Cluster, clusterInProcess, openCluster } from '../../src/kube/cluster.ts';
import { loadConfig } from '../../src/kube/config.ts';
import type { SentRequest } from '../../src/kube/exchange.ts';
import { realServer } from '../controlplane/launch.ts';
import { plainTransport } from './plain-transport.ts';

export interface Server {
  kind: 'embedded' | 'real';
  clock: Clock;
  random: Random;
  /** Waits until `look` gives a value; time passes meanwhile (virtually on the embedded server). */
  until<T>(what: string, look: () => Promise<T | undefined> | T | undefined, withinMs?: number): Promise<T>;
  /** Lets time pass. */
  pass(ms: number): Promise<void>;
  /** A cluster of its own for one user of the server; every request is told. */
  connect(user: string, onRequest?: (sent: SentRequest) => void): Promise<Cluster>;
  actors: Actors;
  /** Faults on the embedded server; a real one has none to order. */
  faults: { inject: ((request: SeenRequest) => Fault | undefined) | undefined };
  /** Forgets history, so that watches answer 410; embedded only. */
  embedded: EmbeddedApiServer | undefined;
  close(): Promise<void>;
}

/** The CRDs as `npm run generate` wrote them. */
export async function readCrds(): Promise<KubeObject[]> {
  const crds: KubeObject[] = [];
  for await (const path of glob('crds/*.yaml')) crds.push(...(loadAll(readFileSync(path, 'utf8')) as KubeObject[]));
  return crds.sort((a, b) => a.metadata.name.localeCompare(b.metadata.name));
}

/** A fresh embedded server with its world, CRDs installed; nothing of it outlives `close`. */
export async function embeddedServer(seed = 1, nodes = 3): Promise<Server> {
  const clock = virtualClock();
  const random = seededRandom(seed);
  const faults: Server['faults'] = { inject: undefined };
  const api = createApiServer({ clock, random, intercept: (request) => faults.inject?.(request) });
  const actors = startWorld({
    transport: api.transport({ user: 'world', groups: ['system:masters'] }),
    clock,
    random,
    log: silentLogger,
    nodes,
  });
  const server: Server = {
    kind: 'embedded',
    clock,
    random,
    faults,
    actors,
    embedded: api,
    until: (what, look, withinMs) => untilVirtual(clock, what, look, withinMs),
    pass: (ms) => clock.advance(ms),
    connect: async (user, onRequest) =>
      clusterInProcess(api.transport({ user, groups: ['system:masters'] }), { clock, random, log: silentLogger, onRequest }),
    async close() {
      actors.stop();
      api.close();
    },
  };
  await installCrds(server);
  return server;
}

/** A real kube-apiserver with the same world, or why there is none. */
export async function realServerOrReason(env: NodeJS.ProcessEnv): Promise<Server | { reason: string; wanted: boolean }> {
  const real = await realServer({ env, log: (line) => process.stderr.write(`${line}\n`) });
  if (real.kind === 'unavailable') return real;
  const actors = startWorld({
    transport: plainTransport(real.kubeconfigPath),
    clock: systemClock,
    random: systemRandom,
    log: silentLogger,
  });
  const server: Server = {
    kind: 'real',
    clock: systemClock,
    random: systemRandom,
    faults: { inject: undefined },
    actors,
    embedded: undefined,
    until: untilReal,
    pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    async connect(_user, onRequest) {
      const config = await loadConfig({ kubeconfig: real.kubeconfigPath, clock: systemClock });
      if (!config.ok) throw new Error(config.problem.message);
      return openCluster(config.value, { clock: systemClock, random: systemRandom, log: silentLogger, onRequest });
    },
    async close() {
      actors.stop();
      await real.stop();
    },
  };
  await installCrds(server);
  return server;
}

async function installCrds(server: Server): Promise<void> {
  const admin = await server.connect('installer');
  for (const crd of await readCrds()) {
    const applied = await settled(server, admin.client.apply(crd, { fieldManager: 'lateen-install', force: true }));
    if (!applied.ok) throw new Error(`${crd.metadata.name}: ${applied.failure.message}`);
    await server.until(`CRD ${crd.metadata.name}`, async () => {
      const found = await settled(server, admin.client.get({ apiVersion: crd.apiVersion, kind: crd.kind, name: crd.metadata.name }));
      const status = found.ok ? (found.value.status as { conditions?: { type: string; status: string }[] } | undefined) : undefined;
      return status?.conditions?.some(({ type, status: is }) => type === 'Established' && is === 'True') || undefined;
    });
  }
  await admin.close();
}

/** Awaits a request while virtual time may have to move for it (retries, injected latency). */
export async function settled<T>(server: Server, promise: Promise<T>): Promise<T> {
  if (server.kind === 'real') return promise;
  let isDone = false;
  const done = promise.finally(() => {
    isDone = true;
  });
  for (let step = 0; !isDone && step < 200; step++) await server.pass(step < 20 ? 0 : 50);
  return done;
}

async function untilVirtual<T>(
  clock: VirtualClock,
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  withinMs = 60_000,
): Promise<T> {
  const deadline = clock.now() + withinMs;
  for (;;) {
    const pending = Promise.resolve(look());
    let found: { value: T | undefined } | undefined;
    pending.then(
      (value) => {
        found = { value };
      },
      () => {
        found = { value: undefined };
      },
    );
    while (!found) await clock.advance(1);
    // What `look` threw is the test's own assertion: it ends the waiting.
    await pending;
    if (found.value !== undefined) return found.value;
    if (clock.now() >= deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await clock.advance(20);
  }
}

async function untilReal<T>(what: string, look: () => Promise<T | undefined> | T | undefined, withinMs = 60_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() >= deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
