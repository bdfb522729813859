/**
 * Requests to one cluster under one identity, with their answers as values. Own client instead of client-node's,
 * which opens a TLS connection per request (design.md §4 "Own client on undici").
 */
import type { KubeObject, ObjectRef } from '../api/object.ts';
import { refOf } from '../api/object.ts';
import type { Clock } from '../base/clock.ts';
import type { HttpRequest, HttpStream, Transport } from '../base/http.ts';
import { isObject } from '../base/json.ts';
import type { Random } from '../base/random.ts';
import { answerOf, failureOf, failureOfTransport, warningsOf } from './answers.ts';
import { createDiscovery, type Discovery } from './discovery.ts';
import { createExchange, type SentRequest } from './exchange.ts';
import { createGate } from './gate.ts';
import { bodyJson } from './parse-json.ts';
import { collectionPath, objectPath, pathProblem, queryString } from './paths.ts';
import type { ApiFailure, ApiResource, ApiResult, KubeClient, KubeList, WriteOptions } from './types.ts';
import { asKubeObject, eventsOf } from './watch-stream.ts';

export interface ClientOptions {
  /** Name of the cluster. */
  cluster?: string;
  /** Carries requests. */
  transport: Transport;
  /** Carries watches; the same as `transport` when absent. */
  watchTransport?: Transport;
  clock: Clock;
  random: Random;
  /** Shared between the identities of one cluster; an own one when absent. */
  discovery?: Discovery;
  /** Requests in flight at most; watches do not count. */
  inFlight?: number;
  /** Deadline of a call with all its repetitions, in milliseconds. */
  timeoutMs?: number;
  /** Field manager of writes that name none. */
  fieldManager?: string;
  /** Told of every request that went out. */
  onRequest?: (sent: SentRequest) => void;
}

/** A KubeClient with what its owner needs besides. */
export interface OwnedClient extends KubeClient {
  readonly discovery: Discovery;
  /** A CRD changed: unknown kinds are asked for again at once. */
  invalidateDiscovery(): void;
  /** Requests that have gone out so far, watches included. */
  requestCount(): number;
}

const mediaTypes = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

const jsonHeaders = { accept: 'application/json' };

/** Creates a client; nothing is sent before the first call. */
export function createClient(options: ClientOptions): OwnedClient {
  const { clock, random, transport, watchTransport = transport, fieldManager = 'lateen' } = options;
  let sentCount = 0;
  const onRequest = (sent: SentRequest): void => {
    sentCount++;
    options.onRequest?.(sent);
  };
  const gate = createGate(options.inFlight ?? 64);
  const exchange = createExchange({ transport, clock, random, gate, timeoutMs: options.timeoutMs ?? 30_000, onRequest });
  const discovery = options.discovery ?? createDiscovery({ clock, send: (request) => exchange({ ...request, idempotent: true }) });

  /** The resource of a kind, or why there is no path for this name. */
  const locate = async (target: {
    apiVersion: string;
    kind: string;
    namespace?: string;
    name?: string;
  }): Promise<ApiResult<ApiResource>> => {
    // The usual case stays synchronous inside: no request, no map of promises.
    const known = discovery.knownResource(target.apiVersion, target.kind);
    const found = known ? ({ ok: true, value: known } as const) : await discovery.resourceFor(target.apiVersion, target.kind);
    if (!found.ok) return found;
    const resource = found.value;
    if (!resource) {
      return fail(
        404,
        'NoKind',
        `the cluster does not serve ${target.kind} of ${target.apiVersion} (is its CustomResourceDefinition installed?)`,
      );
    }
    const problem = pathProblem(resource, target.namespace, target.name);
    return problem === undefined ? { ok: true, value: resource } : fail(400, 'BadRequest', problem);
  };

  const send = async (request: HttpRequest, idempotent: boolean): Promise<ApiResult<unknown>> => {
    const answer = await exchange({ ...request, idempotent });
    return answer.ok ? answerOf(answer.value) : answer;
  };

  const write = async (
    method: 'POST' | 'PUT' | 'PATCH',
    ref: ObjectRef,
    payload: { body: unknown; type: string; query?: Record<string, string | boolean | undefined>; idempotent: boolean },
    writing: WriteOptions = {},
  ): Promise<ApiResult<KubeObject>> => {
    const located = await locate(ref);
    if (!located.ok) return located;
    const body = bodyJson(payload.body);
    if (!body.ok) {
      const message = `${ref.kind} ${ref.name}: ${body.path} must be an integer within ±2^53 (got ${body.got}): larger ones lose digits; write it as a string`;
      return {
        ok: false,
        failure: { httpStatus: 422, reason: 'Invalid', message, causes: [{ reason: 'UnsafeInteger', field: body.path }] },
      };
    }
    const query = queryString({
      fieldManager: writing.fieldManager ?? fieldManager,
      ...payload.query,
      dryRun: writing.dryRun ? 'All' : undefined,
    });
    const path =
      method === 'POST' && writing.subresource === undefined
        ? collectionPath(located.value, ref.namespace)
        : objectPath(located.value, ref.namespace, ref.name, writing.subresource);
    const answer = await send(
      { method, path: path + query, headers: { ...jsonHeaders, 'content-type': payload.type }, body: body.text, signal: writing.signal },
      payload.idempotent,
    );
    return asObject(answer);
  };

  return {
    cluster: options.cluster ?? 'local',
    discovery,
    invalidateDiscovery: () => discovery.invalidate(),
    requestCount: () => sentCount,
    resourceFor: (apiVersion, kind) => discovery.resourceFor(apiVersion, kind),
    knownResource: (apiVersion, kind) => discovery.knownResource(apiVersion, kind),
    raw: (request) => transport.request(request),

    async get(ref, { subresource, signal } = {}) {
      const located = await locate(ref);
      if (!located.ok) return located;
      return asObject(
        await send(
          { method: 'GET', path: objectPath(located.value, ref.namespace, ref.name, subresource), headers: jsonHeaders, signal },
          true,
        ),
      );
    },

    async list(target, { signal, labelSelector, fieldSelector, limit, continue: token, resourceVersion, resourceVersionMatch } = {}) {
      const located = await locate(target);
      if (!located.ok) return located;
      const query = queryString({ labelSelector, fieldSelector, limit, continue: token, resourceVersion, resourceVersionMatch });
      const answer = await send(
        { method: 'GET', path: collectionPath(located.value, target.namespace) + query, headers: jsonHeaders, signal },
        true,
      );
      return answer.ok ? asList(answer.value, target) : answer;
    },

    async watch(target, { signal, resourceVersion, sendInitialEvents, timeoutSeconds, labelSelector, fieldSelector }) {
      const located = await locate(target);
      if (!located.ok) return located;
      const query = queryString({
        watch: 1,
        allowWatchBookmarks: true,
        resourceVersion,
        timeoutSeconds,
        labelSelector,
        fieldSelector,
        ...(sendInitialEvents ? { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' } : {}),
      });
      const path = collectionPath(located.value, target.namespace) + query;
      const begun = clock.monotonic();
      let stream: HttpStream;
      try {
        stream = await watchTransport.stream({ method: 'GET', path, headers: jsonHeaders, signal, timeoutMs: options.timeoutMs ?? 30_000 });
      } catch (error) {
        onRequest({ method: 'WATCH', path, status: 0, durationMs: clock.monotonic() - begun });
        return { ok: false, failure: failureOfTransport(error) };
      }
      onRequest({ method: 'WATCH', path, status: stream.status, durationMs: clock.monotonic() - begun });
      if (stream.status !== 200) return { ok: false, failure: failureOf(stream, await wholeBody(stream)) };
      const warnings = warningsOf(stream.headers);
      const value = eventsOf(stream.body);
      return warnings ? { ok: true, value, warnings } : { ok: true, value };
    },

    create: (object, writing) => write('POST', refOf(object), { body: object, type: 'application/json', idempotent: false }, writing),

    replace: (object, writing) =>
      // With a resourceVersion the second PUT of two meets a 409, without one it writes the same again.
      write('PUT', refOf(object), { body: object, type: 'application/json', idempotent: true }, writing),

    apply: (object, { force, ...writing }) =>
      write('PATCH', refOf(object), { body: object, type: mediaTypes.apply, query: { force }, idempotent: true }, writing),

    patch: (ref, patch, writing) =>
      // A JSON patch that adds to a list is another patch the second time.
      write('PATCH', ref, { body: patch.body, type: mediaTypes[patch.type], idempotent: patch.type !== 'json' }, writing),

    async delete(ref, { uid, resourceVersion, propagationPolicy, dryRun } = {}) {
      const located = await locate(ref);
      if (!located.ok) return located;
      const preconditions = uid === undefined && resourceVersion === undefined ? undefined : { uid, resourceVersion };
      const body = JSON.stringify({
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        preconditions,
        propagationPolicy,
        dryRun: dryRun ? ['All'] : undefined,
      });
      const answer = await send(
        {
          method: 'DELETE',
          path: objectPath(located.value, ref.namespace, ref.name),
          headers: { ...jsonHeaders, 'content-type': 'application/json' },
          body,
        },
        // Without a uid the second delete could meet a new object of the same name.
        uid !== undefined,
      );
      return answer.ok ? deletionOf(answer.value, dryRun === true) : answer;
    },
  };
}

function fail(httpStatus: number, reason: string, message: string): { ok: false; failure: ApiFailure } {
  return { ok: false, failure: { httpStatus, reason, message } };
}

function asObject(answer: ApiResult<unknown>): ApiResult<KubeObject> {
  if (!answer.ok) return answer;
  const object = asKubeObject(answer.value);
  if (!object) return fail(0, 'Unreadable', 'the answer holds no object');
  return answer.warnings ? { ok: true, value: object, warnings: answer.warnings } : { ok: true, value: object };
}

/** A list whose items are whole objects: the API server leaves apiVersion and kind out of the items of built-in lists. */
function asList(value: unknown, target: { apiVersion: string; kind: string }): ApiResult<KubeList> {
  const metadata = isObject(value) && isObject(value.metadata) ? value.metadata : undefined;
  if (!isObject(value) || !metadata || typeof metadata.resourceVersion !== 'string')
    return fail(0, 'Unreadable', 'the answer holds no list');
  const listed: unknown = value.items;
  const items: KubeObject[] = [];
  for (const item of Array.isArray(listed) ? listed : []) {
    if (isObject(item) && item.apiVersion === undefined) {
      item.apiVersion = target.apiVersion;
      item.kind = target.kind;
    }
    const object = asKubeObject(item);
    // One object that is none makes the list partial, and a partial list proves nothing (F39).
    if (!object) return fail(0, 'Unreadable', 'the list holds an item that is no object');
    items.push(object);
  }
  const token = metadata.continue;
  const resourceVersion = metadata.resourceVersion;
  return {
    ok: true,
    value: typeof token === 'string' && token !== '' ? { resourceVersion, continue: token, items } : { resourceVersion, items },
  };
}

/** The rule of design.md §4 "Gone means": Success, or a body without deletionTimestamp; an answer with one means that finalizers still work. */
function deletionOf(value: unknown, dryRun: boolean): ApiResult<{ gone: boolean; object?: KubeObject }> {
  if (isObject(value) && value.kind === 'Status') return { ok: true, value: { gone: !dryRun && value.status === 'Success' } };
  const object = asKubeObject(value);
  if (!object) return fail(0, 'Unreadable', 'the answer to a delete is neither a Status nor an object');
  return { ok: true, value: { gone: !dryRun && object.metadata.deletionTimestamp === undefined, object } };
}

async function wholeBody(stream: Pick<HttpStream, 'body' | 'close'>): Promise<string> {
  const parts: string[] = [];
  let length = 0;
  try {
    for await (const part of stream.body) {
      parts.push(part);
      length += part.length;
      if (length > 64 * 1024) break;
    }
  } catch {
    // The status says enough when the explanation breaks off.
  } finally {
    stream.close();
  }
  return parts.join('');
}
