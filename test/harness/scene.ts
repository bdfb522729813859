/** One test's scene: a namespace of its own on a server, a user, and an operator that can be started, stopped and killed. */
import { load, loadAll } from 'js-yaml';
import type { Application } from '../../src/api/application.ts';
import type { KubeObject, ObjectRef } from '../../src/api/object.ts';
import { type Logger, silentLogger } from '../../src/base/logger.ts';
import { noMetrics } from '../../src/base/metrics.ts';
import { type ApplicationController, createApplicationController } from '../../src/controllers/application/controller.ts';
import type { Settings } from '../../src/controllers/application/world.ts';
import { builtinSource } from '../../src/definitions/builtin.ts';
import type { Cluster } from '../../src/kube/cluster.ts';
import type { SentRequest } from '../../src/kube/exchange.ts';
import type { ApiResult, KubeList } from '../../src/kube/types.ts';
import { type Server, settled } from './servers.ts';

const application = { apiVersion: 'core.oam.dev/v1beta1', kind: 'Application' } as const;

export interface Operator {
  controller: ApplicationController;
  /** Every request it sent, watches included, in order. */
  requests: SentRequest[];
  /** Ends it gracefully. */
  stop(): Promise<void>;
}

export interface Scene {
  server: Server;
  namespace: string;
  user: Cluster;
  operator: Operator;
  /** Applies YAML (one or more documents) as a user would, server-side; objects without a namespace go into the scene's. */
  apply(yaml: string): Promise<void>;
  get(ref: Omit<ObjectRef, 'namespace'> & { namespace?: string }): Promise<KubeObject | undefined>;
  list(kind: { apiVersion: string; kind: string }): Promise<KubeList>;
  app(name: string): Promise<Application | undefined>;
  /** Waits for a phase of the current generation. */
  phase(name: string, phase: string, withinMs?: number): Promise<Application>;
  remove(ref: Omit<ObjectRef, 'namespace'>): Promise<void>;
  patch(ref: Omit<ObjectRef, 'namespace'>, body: unknown, subresource?: 'status' | 'scale'): Promise<KubeObject>;
  until<T>(what: string, look: () => Promise<T | undefined> | T | undefined, withinMs?: number): Promise<T>;
  /** Awaits something of this scene's server while virtual time moves for it. */
  settled<T>(promise: Promise<T>): Promise<T>;
  /** Starts (another) operator. */
  startOperator(settings?: Partial<Settings>): Promise<Operator>;
  /** Requests of the operator since the mark, without watches and lists that open them, events apart. */
  close(): Promise<void>;
}

let scenes = 0;

/** Opens a scene. @param log gives the operator's log lines, for debugging a test. */
export async function openScene(
  server: Server,
  options: { settings?: Partial<Settings>; log?: Logger; withoutOperator?: boolean } = {},
): Promise<Scene> {
  const namespace = `scene-${process.pid}-${++scenes}`;
  const user = await server.connect('user');
  const must = async <T>(answer: Promise<ApiResult<T>>): Promise<T> => {
    const result = await settled(server, answer);
    if (!result.ok) throw new Error(`${result.failure.reason}: ${result.failure.message}`);
    return result.value;
  };
  await must(user.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }));
  const operators: Operator[] = [];
  const here = (ref: Omit<ObjectRef, 'namespace'> & { namespace?: string }): ObjectRef => ({ namespace, ...ref });

  const startOperator = async (settings: Partial<Settings> = {}): Promise<Operator> => {
    const requests: SentRequest[] = [];
    const cluster = await server.connect('lateen-operator', (sent) => requests.push(sent));
    const controller = createApplicationController({
      clock: server.clock,
      random: server.random,
      log: options.log ?? silentLogger,
      metrics: noMetrics,
      kube: cluster.client,
      informers: cluster.informers,
      kindsChanged: () => cluster.kindsChanged(),
      definitions: builtinSource,
      clusterVersion: { major: 1, minor: 33, gitVersion: 'v1.33.0' },
      settings: { ...options.settings, ...settings },
    });
    await settled(server, controller.start());
    const operator: Operator = {
      controller,
      requests,
      async stop() {
        await settled(server, controller.stop());
        await cluster.close();
        operators.splice(operators.indexOf(operator), 1);
      },
    };
    operators.push(operator);
    return operator;
  };

  const scene: Scene = {
    server,
    namespace,
    user,
    operator: options.withoutOperator ? (undefined as never) : await startOperator(),
    startOperator,
    until: (what, look, withinMs) => server.until(what, look, withinMs),
    settled: (promise) => settled(server, promise),
    async apply(yaml) {
      for (const document of loadAll(yaml) as KubeObject[]) {
        const isClusterScoped = ['Namespace', 'CustomResourceDefinition', 'ResourceTracker'].includes(document.kind);
        const object = isClusterScoped ? document : { ...document, metadata: { namespace, ...document.metadata } };
        await must(user.client.apply(object, { fieldManager: 'user', force: true }));
      }
    },
    async get(ref) {
      const answer = await settled(server, user.client.get(here(ref)));
      return answer.ok ? answer.value : undefined;
    },
    list: (kind) => must(user.client.list({ ...kind, namespace })),
    app: (name) => scene.get({ ...application, name }) as Promise<Application | undefined>,
    phase: (name, phase, withinMs) =>
      server.until(
        `application ${name} is ${phase}`,
        async () => {
          const answer = await user.client.get(here({ ...application, name }));
          const found = answer.ok ? (answer.value as Application) : undefined;
          return found?.status?.status === phase && found.status.observedGeneration === found.metadata.generation ? found : undefined;
        },
        withinMs,
      ),
    async remove(ref) {
      await must(user.client.delete(here(ref)));
    },
    patch: (ref, body, subresource) => must(user.client.patch(here(ref), { type: 'merge', body }, subresource ? { subresource } : {})),
    async close() {
      await cleanUp(scene, must);
      for (const operator of [...operators]) await operator.stop();
      await user.close();
    },
  };
  return scene;
}

/** Leaves nothing behind that the next scene's operator would meet. */
async function cleanUp({ user, namespace, server }: Scene, must: <T>(answer: Promise<ApiResult<T>>) => Promise<T>): Promise<void> {
  const { items } = await must(user.client.list({ ...application, namespace }));
  for (const item of items) {
    const ref = { ...application, namespace, name: item.metadata.name };
    await settled(server, user.client.delete(ref));
    await settled(server, user.client.patch(ref, { type: 'merge', body: { metadata: { finalizers: [] } } }));
  }
  const trackers = await must(
    user.client.list({
      apiVersion: 'core.oam.dev/v1beta1',
      kind: 'ResourceTracker',
      labelSelector: `app.oam.dev/namespace=${namespace}`,
    } as never),
  );
  for (const tracker of trackers.items) {
    if (tracker.metadata.labels?.['app.oam.dev/namespace'] === namespace) {
      await settled(server, user.client.delete({ apiVersion: tracker.apiVersion, kind: tracker.kind, name: tracker.metadata.name }));
    }
  }
  await settled(server, user.client.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace }));
}

/** What an operator sent: reads, writes and Events apart; opening watches is not counted (design.md §5). */
export function countRequests(requests: readonly SentRequest[]): { reads: string[]; writes: string[]; events: number } {
  const counted = requests.filter(({ method }) => method !== 'WATCH');
  const isEvent = ({ path }: SentRequest): boolean => /\/events(\?|$)/.test(path);
  const isOpening = ({ method, path }: SentRequest): boolean => method === 'GET' && /[?&]limit=/.test(path);
  const short = ({ method, path }: SentRequest): string => `${method} ${path.replace(/\?.*$/, '')}`;
  return {
    reads: counted
      .filter((sent) => sent.method === 'GET' && !isOpening(sent) && !/^\/(api|apis)(\/[^/]+){0,2}$/.test(sent.path))
      .map(short),
    writes: counted.filter((sent) => sent.method !== 'GET' && !isEvent(sent)).map(short),
    events: counted.filter(isEvent).length,
  };
}

export { load };
