/**
 * An operator that dies at a chosen moment: after its k-th write was carried out, none of its requests is answered any
 * more and nothing it remembers is used again. What a SIGKILL does, in one process and in virtual time.
 */
import type { HttpRequest, Transport } from '../../src/base/http.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { noMetrics } from '../../src/base/metrics.ts';
import { createApplicationController } from '../../src/controllers/application/controller.ts';
import type { Settings } from '../../src/controllers/application/world.ts';
import { builtinSource } from '../../src/definitions/builtin.ts';
import { clusterInProcess } from '../../src/kube/cluster.ts';
import { type Server, settled } from './servers.ts';

export interface KillableOperator {
  /** Writes that were carried out, `METHOD path`, Events left out. */
  readonly writes: string[];
  isDead(): boolean;
  /** Dies now, if it has not yet. */
  kill(): void;
}

const silence = <T>(): Promise<T> => new Promise<T>(() => undefined);

/** @param dieAfter the write after which it dies, counted from 1; never where absent. */
export async function startKillable(
  server: Server,
  { dieAfter = Number.POSITIVE_INFINITY, settings = {} }: { dieAfter?: number; settings?: Partial<Settings> } = {},
): Promise<KillableOperator> {
  const { embedded, clock, random } = server;
  if (!embedded) throw new Error('only operators on the embedded server can be killed in process');
  const inner = embedded.transport({ user: 'lateen-operator', groups: ['system:masters'] });
  const writes: string[] = [];
  let isDead = false;
  const kill = (): void => {
    if (isDead) return;
    isDead = true;
    void inner.close();
  };
  const isCounted = ({ method, path }: HttpRequest): boolean => method !== 'GET' && !/\/events(\?|$)/.test(path);
  const transport: Transport = {
    async request(request) {
      if (isDead) return silence();
      const answer = await inner.request(request);
      if (isDead) return silence();
      if (isCounted(request)) {
        writes.push(`${request.method} ${request.path.replace(/\?.*$/, '')}`);
        if (writes.length >= dieAfter) {
          kill();
          return silence();
        }
      }
      return answer;
    },
    async stream(request) {
      if (isDead) return silence();
      const answer = await inner.stream(request);
      async function* pieces(): AsyncGenerator<string> {
        for await (const piece of answer.body) {
          if (isDead) await silence();
          yield piece;
        }
        if (isDead) await silence();
      }
      return { ...answer, body: pieces() };
    },
    close: async () => kill(),
  };
  const cluster = clusterInProcess(transport, { clock, random, log: silentLogger });
  const controller = createApplicationController({
    clock,
    random,
    log: silentLogger,
    metrics: noMetrics,
    kube: cluster.client,
    informers: cluster.informers,
    definitions: builtinSource,
    clusterVersion: { major: 1, minor: 33, gitVersion: 'v1.33.0' },
    // One at a time, so that every state between two writes is met.
    settings: { applyConcurrency: 1, ...settings },
    mayWrite: () => !isDead,
  });
  const started = controller.start();
  await settled(server, Promise.race([started, server.pass(5000)]));
  return { writes, isDead: () => isDead, kill };
}
