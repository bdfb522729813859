/** What the rest of the product knows of a cluster: requests with their answers as values, and cached views. */
import type { KubeObject, ObjectRef } from '../api/object.ts';
import type { HttpRequest, HttpResponse } from '../base/http.ts';

/** An answer that is no success; `httpStatus` 0 means that none came (and the outcome is unknown). */
export interface ApiFailure {
  httpStatus: number;
  /** metav1.StatusReason: NotFound, AlreadyExists, Conflict, Invalid, Forbidden, …; ours: Unreachable, Timeout, NoKind. */
  reason: string;
  message: string;
  causes?: { reason?: string; message?: string; field?: string }[];
  retryAfterMs?: number;
}

export type ApiResult<T> = { ok: true; value: T; warnings?: string[] } | { ok: false; failure: ApiFailure };

/** A kind on one cluster; `namespace` absent means all namespaces (or a cluster-scoped kind). */
export interface Target {
  apiVersion: string;
  kind: string;
  namespace?: string;
}

export interface Selection {
  labelSelector?: string;
  fieldSelector?: string;
}

export interface ListOptions extends Selection {
  limit?: number;
  continue?: string;
  resourceVersion?: string;
  resourceVersionMatch?: 'Exact' | 'NotOlderThan';
  signal?: AbortSignal;
}

export interface KubeList {
  resourceVersion: string;
  continue?: string;
  items: KubeObject[];
}

export type WatchEvent =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubeObject }
  | { type: 'BOOKMARK'; resourceVersion: string; initialEventsEnd: boolean }
  | { type: 'ERROR'; failure: ApiFailure };

export interface WatchOptions extends Selection {
  resourceVersion: string;
  /** WatchList (KEP-3157): the initial state comes as events, ended by a bookmark. */
  sendInitialEvents?: boolean;
  timeoutSeconds?: number;
  signal: AbortSignal;
}

export interface WriteOptions {
  dryRun?: boolean;
  fieldManager?: string;
  subresource?: 'status' | 'scale';
  signal?: AbortSignal;
}

export interface DeleteOptions {
  uid?: string;
  resourceVersion?: string;
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  dryRun?: boolean;
}

/** A resource as discovery names it. */
export interface ApiResource {
  apiVersion: string;
  kind: string;
  /** Plural, as in the URL. */
  name: string;
  namespaced: boolean;
  verbs: string[];
  subresources: string[];
}

/** A patch body with its media type. */
export type Patch =
  | { type: 'merge'; body: unknown }
  | { type: 'strategic'; body: unknown }
  | { type: 'json'; body: { op: string; path: string; value?: unknown; from?: string }[] };

/** Requests to one cluster under one identity. No method throws for what an API server can answer. */
export interface KubeClient {
  /** Name of the cluster, `local` for the one the operator runs on. */
  readonly cluster: string;
  get(ref: ObjectRef, options?: { subresource?: 'status' | 'scale'; signal?: AbortSignal }): Promise<ApiResult<KubeObject>>;
  list(target: Target, options?: ListOptions): Promise<ApiResult<KubeList>>;
  /** The iteration ends when the server closes the watch and throws TransportError when the connection breaks. */
  watch(target: Target, options: WatchOptions): Promise<ApiResult<AsyncIterable<WatchEvent>>>;
  create(object: KubeObject, options?: WriteOptions): Promise<ApiResult<KubeObject>>;
  replace(object: KubeObject, options?: WriteOptions): Promise<ApiResult<KubeObject>>;
  /** Server-side apply; `force` takes fields over from other managers. */
  apply(object: KubeObject, options: WriteOptions & { fieldManager: string; force: boolean }): Promise<ApiResult<KubeObject>>;
  patch(ref: ObjectRef, patch: Patch, options?: WriteOptions): Promise<ApiResult<KubeObject>>;
  /** `gone` is true when the answer proves that the object no longer exists (design.md §4: Success, or no deletionTimestamp). */
  delete(ref: ObjectRef, options?: DeleteOptions): Promise<ApiResult<{ gone: boolean; object?: KubeObject }>>;
  /** The resource behind a kind; undefined when the cluster does not serve it. Discovery is cached and follows CRDs. */
  resourceFor(apiVersion: string, kind: string): Promise<ApiResult<ApiResource | undefined>>;
  /** The same from the cache only, for pure decisions; undefined when not (yet) known. */
  knownResource(apiVersion: string, kind: string): ApiResource | undefined;
  raw(request: HttpRequest): Promise<HttpResponse>;
}

/** One change in a cached view. */
export interface Change {
  type: 'added' | 'updated' | 'deleted';
  object: KubeObject;
  previous?: KubeObject;
  /** For `deleted`: true only when it is proved that the object is gone, not merely out of the selection. */
  gone?: boolean;
}

/** A cached, watched view on one kind. */
export interface Informer {
  readonly target: Target & Selection;
  hasSynced(): boolean;
  /** False after a failed or partial list, a collapse to zero or a resourceVersion that went back: freezes deletes. */
  isComplete(): boolean;
  get(namespace: string | undefined, name: string): KubeObject | undefined;
  list(): KubeObject[];
  byIndex(index: string, value: string): KubeObject[];
  /** True when the view has seen `resourceVersion` (or a later one) of this object, its deletion included. */
  hasSeen(namespace: string | undefined, name: string, resourceVersion: string): boolean;
  subscribe(listener: (change: Change) => void): () => void;
  whenSynced(): Promise<void>;
}

export interface InformerOptions {
  indexers?: Record<string, (object: KubeObject) => string[]>;
  /** Applied on receipt: strips what nobody reads, so that memory follows need. */
  transform?: (object: KubeObject) => KubeObject;
}

/** Reference-counted informers of one cluster and identity. */
export interface Informers {
  /** The same (target, selection) shares one watch; `release` closes it when nobody is left. */
  acquire(target: Target & Selection, options?: InformerOptions): { informer: Informer; release: () => void };
  stop(): Promise<void>;
}
