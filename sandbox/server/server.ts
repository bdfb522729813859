/**
 * The embedded API server: one `handle` from request to answer, behind it the store and the resources, beside
 * it the actors that belong to the server itself (CRDs, namespaces, garbage, quotas).
 */
import { type Clock, sleep } from '../../src/base/clock.ts';
import type { Transport } from '../../src/base/http.ts';
import { type Logger, silentLogger } from '../../src/base/logger.ts';
import type { Random } from '../../src/base/random.ts';
import type { CelEvaluator } from '../../src/schema/index.ts';
import { type Answer, plainAnswer, refusalAnswer } from './answer.ts';
import { bootstrap } from './bootstrap.ts';
import { celEvaluator } from './cel.ts';
import { followCrds } from './custom/lifecycle.ts';
import type { AccessQuestion, Authorizer, Engine } from './engine.ts';
import { expireEvents } from './events.ts';
import { followGarbage } from './garbage.ts';
import { type HandlerContext, handleCall } from './handlers.ts';
import { followNamespaces } from './namespaces.ts';
import type { Identity } from './object.ts';
import { OpenApiDocuments } from './openapi.ts';
import { openApiAnswerer } from './openapi-paths.ts';
import { followProtection } from './protection.ts';
import { decodeProtobuf } from './protobuf/decode.ts';
import { followQuotas, quotaCheck } from './quota.ts';
import { forbidden, internalError, methodNotAllowed, noSuchResource, Refusal, tooLarge } from './refusal.ts';
import { type IncomingRequest, locate, parsePath, type ResourceCall, type Verb, verbOf } from './request.ts';
import { ResourceRegistry } from './resources.ts';
import { generalAnswer } from './root-paths.ts';
import { Store } from './store.ts';
import { inProcessTransport } from './transport.ts';

/** One request as hooks see it. */
export interface SeenRequest {
  user: string;
  userAgent: string;
  method: string;
  path: string;
  verb: Verb | string;
  group: string;
  version: string;
  resource: string;
  subresource: string;
  namespace: string;
  name: string;
  dryRun: boolean;
}

/** A fault to inject: an answer instead of the handling, a delay before it, or a connection that breaks before or after it. */
export interface Fault {
  status?: number;
  reason?: string;
  message?: string;
  retryAfterSeconds?: number;
  delayMs?: number;
  drop?: 'before' | 'after';
}

export interface ApiServerOptions {
  clock: Clock;
  random: Random;
  log?: Logger;
  /** Changes kept for watches to resume from; 10,000 by default. */
  historyWindow?: number;
  /** Decides over every request; everything is allowed by default. */
  authorize?: Authorizer;
  /** Looks at every request before it is handled, and may make it fail. */
  intercept?: (request: SeenRequest) => Fault | undefined | Promise<Fault | undefined>;
  /** Told of every request with its answer's status. */
  audit?: (request: SeenRequest, status: number) => void;
  evaluator?: CelEvaluator;
  watchSeconds?: number;
  bookmarkMs?: number;
  /** Identities of bearer tokens, for TokenReview and the listener. */
  tokens?: Record<string, Identity>;
}

/** Requests larger than this are refused (the real server's limit of 3 MiB). */
export const maxRequestBytes = 3 * 1024 * 1024;

export interface ApiServer {
  /** Requests of `identity` through the very handlers that HTTP uses. */
  transport(identity: Identity): Transport;
  handle(request: IncomingRequest): Promise<Answer>;
  /** Makes everything before now unreachable for watches and old lists. */
  compact(): void;
  /** Ends every open watch, as a restart would; the state stays. */
  dropWatches(): void;
  openWatches(): number;
  /** Identities by bearer token. */
  tokens: Map<string, Identity>;
  readonly engine: Engine;
  close(): void;
}

export function createServer(options: ApiServerOptions): ApiServer {
  const tokens = new Map(Object.entries(options.tokens ?? {}));
  const registry = new ResourceRegistry();
  const engine: Engine = {
    store: new Store(options.historyWindow ?? 10_000),
    registry,
    clock: options.clock,
    random: options.random,
    log: options.log ?? silentLogger,
    evaluator: options.evaluator ?? celEvaluator,
    authorize: options.authorize ?? (() => true),
    admission: [],
    watchSeconds: options.watchSeconds ?? 1800,
    bookmarkMs: options.bookmarkMs ?? 60_000,
  };
  engine.admission.push(quotaCheck(engine));
  const stops = [
    followCrds(engine),
    followNamespaces(engine),
    followGarbage(engine),
    followQuotas(engine),
    followProtection(engine),
    expireEvents(engine),
  ];
  bootstrap(engine);
  const openApi = openApiAnswerer(new OpenApiDocuments(registry), registry);
  const watches = new Set<() => void>();
  let closed = false;

  const dispatch = (request: IncomingRequest, seen: SeenRequest, call: ResourceCall | undefined): Answer => {
    if (Buffer.byteLength(request.body ?? '') > maxRequestBytes) throw tooLarge();
    if (!call) {
      authorizeOther(engine, seen, request.user);
      return openApi(request) ?? generalAnswer(engine, request) ?? nothingThere(registry, request.path);
    }
    authorizeCall(engine, seen, request.user);
    let stopWatch: (() => void) | undefined;
    const context: HandlerContext = {
      engine,
      tokens: (token) => tokens.get(token),
      onWatchClosed: () => void (stopWatch && watches.delete(stopWatch)),
    };
    const answer = handleCall(context, call);
    if (answer.stream) {
      const { stream } = answer;
      stopWatch = () => stream.close();
      watches.add(stopWatch);
    }
    return answer;
  };

  const handle = async (incoming: IncomingRequest): Promise<Answer> => {
    if (closed) return { ...plainAnswer(503, 'apiserver is shutting down\n'), broken: true };
    let answer: Answer;
    let seen: SeenRequest | undefined;
    try {
      const request = impersonated(engine, incoming.bytes ? asJson(incoming, incoming.bytes) : incoming);
      const parsed = parseCall(registry, request);
      seen = seenOf(request, parsed);
      const fault = await options.intercept?.(seen);
      if (fault?.delayMs) await sleep(engine.clock, fault.delayMs, request.signal);
      if (fault?.drop === 'before') return { ...plainAnswer(0, ''), broken: true };
      if (fault?.status) throw injected(fault);
      if (parsed.refusal) throw parsed.refusal;
      answer = dispatch(request, seen, parsed.call);
      if (fault?.drop === 'after') {
        answer.stream?.close();
        answer = { ...plainAnswer(0, ''), broken: true };
      }
    } catch (error) {
      answer = refusalAnswer(asRefusal(error, engine.log));
    }
    if (seen) options.audit?.(seen, answer.status);
    return answer;
  };

  return {
    engine,
    tokens,
    handle,
    transport: (identity) => inProcessTransport({ handle, identity, clock: engine.clock }),
    compact: () => engine.store.compact(),
    dropWatches: () => {
      for (const stop of [...watches]) stop();
    },
    openWatches: () => watches.size,
    close: () => {
      closed = true;
      for (const stop of stops) stop();
      for (const stop of [...watches]) stop();
    },
  };
}

/** A protobuf request as the JSON request it stands for. */
function asJson(request: IncomingRequest, bytes: Uint8Array): IncomingRequest {
  return {
    ...request,
    headers: { ...request.headers, 'content-type': 'application/json' },
    body: JSON.stringify(decodeProtobuf(bytes)),
    bytes: undefined,
  };
}

/** Below a built-in group the router answers with a Status, elsewhere with plain text. */
function nothingThere(registry: ResourceRegistry, path: string): Answer {
  const [root, group = ''] = path.slice(1).split('/');
  const builtin = registry.all().some((resource) => !resource.custom && resource.group === group);
  if (root === 'api' || (root === 'apis' && builtin)) throw noSuchResource();
  return plainAnswer(404, '404 page not found\n');
}

function asRefusal(error: unknown, log: Logger): Refusal {
  if (error instanceof Refusal) return error;
  const message = error instanceof Error ? error.message : String(error);
  log.error('request failed', { error: error instanceof Error ? (error.stack ?? message) : message });
  return internalError(message);
}

function injected(fault: Fault): Refusal {
  const status = fault.status ?? 500;
  const reasons: Record<number, string> = {
    409: 'Conflict',
    429: 'TooManyRequests',
    500: 'InternalError',
    503: 'ServiceUnavailable',
    504: 'Timeout',
  };
  const details = fault.retryAfterSeconds === undefined ? undefined : { retryAfterSeconds: fault.retryAfterSeconds };
  const headers: Record<string, string> = fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) };
  return new Refusal(status, fault.reason ?? reasons[status] ?? '', fault.message ?? 'injected fault', details, headers);
}

interface ParsedCall {
  call: ResourceCall | undefined;
  refusal: Refusal | undefined;
  verb: string;
}

function parseCall(registry: ResourceRegistry, request: IncomingRequest): ParsedCall {
  const question = request.path.indexOf('?');
  const path = question < 0 ? request.path : request.path.slice(0, question);
  const query = new URLSearchParams(question < 0 ? '' : request.path.slice(question + 1));
  const parsed = parsePath(path);
  const resource = parsed && locate(registry, parsed);
  if (!parsed || !resource) return { call: undefined, refusal: undefined, verb: request.method.toLowerCase() };
  const verb = verbOf(request.method, parsed, query);
  if (!verb) return { call: undefined, refusal: methodNotAllowed(), verb: request.method.toLowerCase() };
  const { namespace, name, subresource } = parsed;
  if (resource.namespaced && name !== undefined && namespace === undefined) return { call: undefined, refusal: undefined, verb };
  return { call: { verb, resource, namespace, name, subresource, query, request }, refusal: undefined, verb };
}

function seenOf(request: IncomingRequest, parsed: ParsedCall): SeenRequest {
  const { call } = parsed;
  return {
    user: request.user.user,
    userAgent: request.headers['user-agent'] ?? '',
    method: request.method,
    path: request.path,
    verb: parsed.verb,
    group: call?.resource.group ?? '',
    version: call?.resource.version ?? '',
    resource: call?.resource.plural ?? '',
    subresource: call?.subresource ?? '',
    namespace: call?.namespace ?? '',
    name: call?.name ?? '',
    dryRun: call ? call.query.getAll('dryRun').includes('All') : false,
  };
}

/** Requests in another's name, where the authoriser lets the caller impersonate. An empty name is never a licence (F48). */
function impersonated(engine: Engine, request: IncomingRequest): IncomingRequest {
  const { headers } = request;
  const user = headers['impersonate-user'];
  const groups = (headers['impersonate-group'] ?? '')
    .split(',')
    .map((group) => group.trim())
    .filter((group) => group !== '');
  if (user === undefined) {
    if (groups.length > 0 || headers['impersonate-uid'] !== undefined)
      throw new Refusal(500, 'InternalError', 'Internal error occurred: requested [{Group  system  }] without impersonating a user');
    return request;
  }
  if (user === '') throw new Refusal(500, 'InternalError', 'Internal error occurred: requested impersonation of an empty user');
  const allowed = engine.authorize({ user: request.user, verb: 'impersonate', group: '', resource: 'users', name: user });
  if (allowed !== true)
    throw forbidden(
      { group: '', plural: 'users' },
      user,
      `User "${request.user.user}" cannot impersonate resource "users" in API group "" at the cluster scope`,
    );
  return { ...request, user: { user, groups: groups.length > 0 ? groups : serviceAccountGroups(user) } };
}

function serviceAccountGroups(user: string): string[] {
  const found = /^system:serviceaccount:([^:]+):/.exec(user);
  return found ? ['system:serviceaccounts', `system:serviceaccounts:${found[1]}`, 'system:authenticated'] : ['system:authenticated'];
}

function authorizeCall(engine: Engine, seen: SeenRequest, user: Identity): void {
  const question: AccessQuestion = {
    user,
    verb: seen.verb,
    group: seen.group,
    version: seen.version,
    resource: seen.resource,
    subresource: seen.subresource,
    namespace: seen.namespace,
    name: seen.name,
  };
  const answer = engine.authorize(question);
  if (answer === true) return;
  const resource = seen.subresource ? `${seen.resource}/${seen.subresource}` : seen.resource;
  const scope = seen.namespace ? `in the namespace "${seen.namespace}"` : 'at the cluster scope';
  throw forbidden(
    { group: seen.group, plural: seen.resource },
    seen.name,
    `User "${user.user}" cannot ${seen.verb} resource "${resource}" in API group "${seen.group}" ${scope}${answer ? `: ${answer}` : ''}`,
  );
}

function authorizeOther(engine: Engine, seen: SeenRequest, user: Identity): void {
  const path = seen.path.split('?')[0] ?? '';
  const answer = engine.authorize({ user, verb: seen.method.toLowerCase(), path });
  if (answer === true) return;
  throw new Refusal(403, 'Forbidden', `forbidden: User "${user.user}" cannot ${seen.method.toLowerCase()} path "${path}"`, {});
}
