/** A server in virtual time and short ways to talk to it. */

import { type ApiServerOptions, createApiServer, type EmbeddedApiServer } from '../../../sandbox/server/index.ts';
import type { HttpResponse, Transport } from '../../../src/base/http.ts';
import { isObject, type JsonObject, valueAt } from '../../../src/base/json.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { type VirtualClock, virtualClock } from '../../../src/base/virtual-clock.ts';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: JsonObject;
  at(...path: (string | number)[]): unknown;
}

export interface World {
  clock: VirtualClock;
  server: EmbeddedApiServer;
  transport: Transport;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  put(path: string, body: unknown): Promise<Answer>;
  merge(path: string, body: unknown): Promise<Answer>;
  apply(path: string, body: unknown, manager?: string, query?: string): Promise<Answer>;
  delete(path: string, body?: unknown): Promise<Answer>;
  /** Opens a watch; `events` fills as they come. */
  watch(path: string): Promise<{ events: { type: string; object: JsonObject }[]; ended: () => boolean; close(): void }>;
}

export function world(options: Partial<ApiServerOptions> = {}, seed = 1): World {
  const clock = virtualClock();
  const server = createApiServer({ clock, random: seededRandom(seed), ...options });
  const transport = server.transport({ user: 'tester', groups: ['system:masters'] });
  const send = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> =>
    read(
      await transport.request({
        method,
        path,
        headers: { 'user-agent': 'tester/1', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    );
  return {
    clock,
    server,
    transport,
    get: (path, headers) => send('GET', path, undefined, headers),
    post: (path, body) => send('POST', path, body),
    put: (path, body) => send('PUT', path, body),
    merge: (path, body) => send('PATCH', path, body, { 'content-type': 'application/merge-patch+json' }),
    apply: (path, body, manager = 'tester', query = '') =>
      send('PATCH', `${path}?fieldManager=${manager}${query}`, body, { 'content-type': 'application/apply-patch+yaml' }),
    delete: (path, body) => send('DELETE', path, body),
    async watch(path) {
      const stream = await transport.stream({ method: 'GET', path });
      const events: { type: string; object: JsonObject }[] = [];
      let done = false;
      void (async () => {
        for await (const piece of stream.body) {
          for (const line of piece.split('\n')) if (line !== '') events.push(JSON.parse(line));
        }
        done = true;
      })();
      await clock.settle();
      return { events, ended: () => done, close: () => stream.close() };
    },
  };
}

function read(response: HttpResponse): Answer {
  const parsed: unknown = response.body.startsWith('{') ? JSON.parse(response.body) : {};
  const body = isObject(parsed) ? parsed : {};
  return { status: response.status, headers: response.headers, body, at: (...path) => valueAt(body, path) };
}

export const configMaps = '/api/v1/namespaces/default/configmaps';
export const configMap = (name: string, metadata: object = {}, data: object = { a: '1' }): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});

export const deployments = '/apis/apps/v1/namespaces/default/deployments';
export const deployment = (name: string, replicas = 1): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'web', image: 'nginx:1' }] } },
  },
});

export const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
/** A CRD `widgets.demo.example.com`; `schema` is that of spec. */
export const widgetCrd = (
  schema: object = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  version: object = {},
): object => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.demo.example.com' },
  spec: {
    group: 'demo.example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget', shortNames: ['wd'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: schema, status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        },
        ...version,
      },
    ],
  },
});
export const widgets = '/apis/demo.example.com/v1/namespaces/default/widgets';
export const widget = (name: string, spec: object = {}, metadata: object = {}): object => ({
  apiVersion: 'demo.example.com/v1',
  kind: 'Widget',
  metadata: { name, ...metadata },
  spec,
});
