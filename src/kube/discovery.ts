/**
 * The REST mapping of one cluster: kind → resource, from the server's discovery, cached. It follows CRDs: an
 * unknown kind asks again at most once every few seconds, a change of a CRD (`invalidate`) lifts that bound.
 * A discovery that failed is a failure and never says that a kind is gone (F39).
 */
import type { Clock } from '../base/clock.ts';
import type { HttpRequest, HttpResponse } from '../base/http.ts';
import { answerOf } from './answers.ts';
import { readAggregated, readLegacy, type ServedVersion } from './discovery-documents.ts';
import type { ApiFailure, ApiResource, ApiResult } from './types.ts';

export interface Discovery {
  /** The resource behind a kind; undefined when the cluster says that it does not serve it. */
  resourceFor(apiVersion: string, kind: string): Promise<ApiResult<ApiResource | undefined>>;
  /** From the cache only. */
  knownResource(apiVersion: string, kind: string): ApiResource | undefined;
  /** Everything known, for `api-resources`-like views; asks when nothing is cached. */
  all(): Promise<ApiResult<ApiResource[]>>;
  /** A CRD or APIService changed: the next question about an unknown kind asks the server at once. */
  invalidate(): void;
}

export interface DiscoveryOptions {
  /** Sends one request; rejects never (a broken connection is a failure with httpStatus 0). */
  send: (request: HttpRequest) => Promise<ApiResult<HttpResponse>>;
  clock: Clock;
  /** Least time between two refreshes for kinds that are unknown; milliseconds. */
  refreshAfterMs?: number;
}

const accept = ['v2', 'v2beta1']
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .concat('application/json')
  .join(',');

interface Entry {
  kinds: Map<string, ApiResource>;
  /** False: what is missing here may exist all the same. */
  complete: boolean;
  readAt: number;
  /** A CRD changed since: ask before relying on it, but keep it where the answer fails. */
  stale: boolean;
}

const pathOf = (apiVersion: string): string => (apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`);

/** Creates the mapping of one cluster; nothing is asked before the first question. */
export function createDiscovery({ send, clock, refreshAfterMs = 5000 }: DiscoveryOptions): Discovery {
  const entries = new Map<string, Entry>();
  /** How the server answers; `legacy` servers are asked per group-version, only for what is needed. */
  let mode: 'unknown' | 'aggregated' | 'legacy' = 'unknown';
  let readAt = Number.NEGATIVE_INFINITY;
  /** Changes of CRDs so far, and how many of them the cache has taken in: a change during a read is not lost. */
  let changes = 0;
  let changesRead = 0;
  const running = new Map<string, Promise<ApiFailure | undefined>>();

  const once = (key: string, work: () => Promise<ApiFailure | undefined>): Promise<ApiFailure | undefined> => {
    const already = running.get(key);
    if (already) return already;
    const promise = work().finally(() => running.delete(key));
    running.set(key, promise);
    return promise;
  };

  const store = (served: ServedVersion): void => {
    const kinds = new Map<string, ApiResource>();
    for (const resource of served.resources) if (!kinds.has(resource.kind)) kinds.set(resource.kind, resource);
    const before = entries.get(served.apiVersion);
    // An aggregated API that is down answers with nothing: what was known of it stays known.
    if (!served.complete && before) for (const [kind, resource] of before.kinds) if (!kinds.has(kind)) kinds.set(kind, resource);
    entries.set(served.apiVersion, { kinds, complete: served.complete, readAt: clock.monotonic(), stale: false });
  };

  const readAll = async (): Promise<ApiFailure | undefined> => {
    const begunAt = changes;
    const [core, groups] = await Promise.all(['/api', '/apis'].map((path) => send({ method: 'GET', path, headers: { accept } })));
    if (!core || !groups) throw new Error('unreachable: two requests give two answers');
    const served: ServedVersion[] = [];
    for (const answer of [core, groups]) {
      if (!answer.ok) return answer.failure;
      const body = answerOf(answer.value);
      if (!body.ok) return body.failure;
      if (!(answer.value.headers['content-type'] ?? '').includes('as=APIGroupDiscoveryList')) {
        mode = 'legacy';
        changesRead = begunAt;
        return undefined;
      }
      served.push(...readAggregated(body.value));
    }
    mode = 'aggregated';
    readAt = clock.monotonic();
    changesRead = begunAt;
    const names = new Set(served.map((one) => one.apiVersion));
    for (const apiVersion of entries.keys()) if (!names.has(apiVersion)) entries.delete(apiVersion);
    served.forEach(store);
    return undefined;
  };

  const readVersion = async (apiVersion: string): Promise<ApiFailure | undefined> => {
    const begunAt = changes;
    const answer = await send({ method: 'GET', path: pathOf(apiVersion), headers: { accept: 'application/json' } });
    if (!answer.ok) return answer.failure;
    const { status } = answer.value;
    if (status === 404) {
      changesRead = begunAt;
      entries.set(apiVersion, { kinds: new Map(), complete: true, readAt: clock.monotonic(), stale: false });
      return undefined;
    }
    const body = answerOf(answer.value);
    if (!body.ok) return body.failure;
    changesRead = begunAt;
    store(readLegacy(apiVersion, body.value));
    return undefined;
  };

  const isLegacy = (): boolean => mode === 'legacy';

  const refresh = async (apiVersion: string): Promise<ApiFailure | undefined> => {
    const failed = isLegacy() ? undefined : await once('', readAll);
    // `readAll` may just have found out that this server only speaks the old way.
    return failed || !isLegacy() ? failed : once(apiVersion, () => readVersion(apiVersion));
  };

  const isFresh = (apiVersion: string): boolean => {
    if (changes > changesRead) return false;
    const at = mode !== 'legacy' ? readAt : (entries.get(apiVersion)?.readAt ?? Number.NEGATIVE_INFINITY);
    return clock.monotonic() - at < refreshAfterMs;
  };

  const known = (apiVersion: string, kind: string): ApiResource | undefined => entries.get(apiVersion)?.kinds.get(kind);

  return {
    knownResource: known,
    async resourceFor(apiVersion, kind) {
      const cached = known(apiVersion, kind);
      const stale = entries.get(apiVersion)?.stale === true;
      if (cached && !stale) return { ok: true, value: cached };
      if (stale || !isFresh(apiVersion)) {
        const failed = await refresh(apiVersion);
        if (failed) return cached ? { ok: true, value: cached } : { ok: false, failure: failed };
      }
      const found = known(apiVersion, kind);
      if (!found && entries.get(apiVersion)?.complete === false) {
        const message = `the API server cannot say now whether it serves ${kind} of ${apiVersion}: its API is not available`;
        return { ok: false, failure: { httpStatus: 503, reason: 'ServiceUnavailable', message } };
      }
      return { ok: true, value: found };
    },
    async all() {
      if (mode === 'unknown' || !isFresh('')) {
        const failed = mode === 'legacy' ? undefined : await once('', readAll);
        if (failed) return { ok: false, failure: failed };
      }
      return { ok: true, value: [...entries.values()].flatMap((entry) => [...entry.kinds.values()]) };
    },
    invalidate() {
      changes++;
      for (const [apiVersion, entry] of entries) if (isCustom(apiVersion)) entry.stale = true;
    },
  };
}

/** Groups that CRDs and aggregated APIs bring: those of Kubernetes have no dot or end in .k8s.io, and never change at run time. */
function isCustom(apiVersion: string): boolean {
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  return group.includes('.') && !group.endsWith('.k8s.io');
}
