/** A Transport whose answers are written by the test: requests are recorded, watches are fed by hand. */
import { type HttpRequest, type HttpResponse, type HttpStream, type Transport, TransportError } from '../../../src/base/http.ts';

export type Answer = { status: number; headers?: Record<string, string>; body?: unknown } | TransportError;

/** One open watch. */
export interface FedWatch {
  readonly path: string;
  readonly closed: boolean;
  send(type: string, object: unknown): void;
  sendText(text: string): void;
  end(): void;
  break(): void;
}

export interface ScriptedTransport extends Transport {
  readonly requests: HttpRequest[];
  readonly watches: FedWatch[];
  /** The last watch that was opened. */
  lastWatch(): FedWatch;
}

/** @param answer called for every request; a watch answered with 200 and no body stays open for the test to feed. */
export function scriptedTransport(answer: (request: HttpRequest) => Answer | Promise<Answer>): ScriptedTransport {
  const requests: HttpRequest[] = [];
  const watches: FedWatch[] = [];

  const ask = async (request: HttpRequest): Promise<HttpResponse> => {
    requests.push(request);
    const given = await answer(request);
    if (given instanceof TransportError) throw given;
    const { body } = given;
    return { status: given.status, headers: given.headers ?? {}, body: typeof body === 'string' ? body : JSON.stringify(body ?? {}) };
  };

  const stream = async (request: HttpRequest): Promise<HttpStream> => {
    const { status, headers, body } = await ask(request);
    const queue: (string | Error | undefined)[] = status === 200 ? [] : [body, undefined];
    let wake: () => void = () => undefined;
    let closed = false;
    const push = (item: string | Error | undefined): void => {
      queue.push(item);
      wake();
    };
    request.signal?.addEventListener('abort', () => {
      closed = true;
      push(new TransportError('aborted', 'aborted'));
    });
    async function* read(): AsyncGenerator<string> {
      for (;;) {
        if (queue.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        const item = queue.shift();
        if (item === undefined) return;
        if (item instanceof Error) throw item;
        yield item;
      }
    }
    if (status === 200) {
      watches.push({
        path: request.path,
        get closed() {
          return closed;
        },
        send: (type, object) => push(`${JSON.stringify({ type, object })}\n`),
        sendText: push,
        end: () => push(undefined),
        break: () => push(new TransportError('broken', 'connection reset')),
      });
    }
    return { status, headers, body: read(), close: () => push(undefined) };
  };

  return {
    requests,
    watches,
    request: ask,
    stream,
    close: async () => undefined,
    lastWatch() {
      const last = watches.at(-1);
      if (!last) throw new Error('no watch is open');
      return last;
    },
  };
}

/** Discovery of what the tests use, in the aggregated form. */
export const aggregatedCore = {
  kind: 'APIGroupDiscoveryList',
  items: [
    {
      metadata: {},
      versions: [
        {
          version: 'v1',
          freshness: 'Current',
          resources: [
            { resource: 'configmaps', responseKind: { kind: 'ConfigMap' }, scope: 'Namespaced', verbs: ['get', 'list'] },
            {
              resource: 'namespaces',
              responseKind: { kind: 'Namespace' },
              scope: 'Cluster',
              verbs: ['get'],
              subresources: [{ subresource: 'status' }],
            },
          ],
        },
      ],
    },
  ],
};

export const aggregatedGroups = {
  kind: 'APIGroupDiscoveryList',
  items: [
    {
      metadata: { name: 'apps' },
      versions: [
        {
          version: 'v1',
          freshness: 'Current',
          resources: [
            {
              resource: 'deployments',
              responseKind: { kind: 'Deployment' },
              scope: 'Namespaced',
              verbs: ['get'],
              subresources: [{ subresource: 'scale' }, { subresource: 'status' }],
            },
          ],
        },
      ],
    },
    { metadata: { name: 'metrics.example.org' }, versions: [{ version: 'v1', freshness: 'Stale', resources: [] }] },
  ],
};

const aggregatedType = { 'content-type': 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' };

/** Answers discovery requests, undefined for all others. */
export function discoveryAnswer(request: HttpRequest): Answer | undefined {
  if (request.path === '/api') return { status: 200, headers: aggregatedType, body: aggregatedCore };
  if (request.path === '/apis') return { status: 200, headers: aggregatedType, body: aggregatedGroups };
  return undefined;
}

/** A metav1.Status. */
export function status(code: number, reason: string, message = reason, more: Record<string, unknown> = {}): Answer {
  return { status: code, body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, ...more } };
}

/** A ConfigMap of namespace `shop`. */
export function configMap(
  name: string,
  resourceVersion: string,
  more: { uid?: string; data?: Record<string, string>; metadata?: object } = {},
) {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'shop', uid: more.uid ?? `uid-${name}`, resourceVersion, ...more.metadata },
    data: more.data ?? {},
  };
}
