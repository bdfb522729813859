/**
 * The vocabulary of `@dot-i/k8s-operator` over our informers: code written for that package ports by changing one
 * import. The words are the same; underneath there are watches that survive quiet, a queue keyed by object, retries
 * with back-off where a callback throws, and errors that are not swallowed (docs/decisions/ tells why).
 */
import { readFile } from 'node:fs/promises';
import type { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { loadAll } from 'js-yaml';
import type { KubeObject, ObjectRef } from '../api/object.ts';
import { systemClock } from '../base/clock.ts';
import { isObject } from '../base/json.ts';
import { type Logger, silentLogger } from '../base/logger.ts';
import { systemRandom } from '../base/random.ts';
import { type Cluster, openCluster } from '../kube/cluster.ts';
import { loadConfig } from '../kube/config.ts';
import { createQueue, type WorkQueue } from '../kube/queue.ts';
import type { Change } from '../kube/types.ts';
import { resourceByPlural } from './resource-by-plural.ts';

export interface OperatorLogger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export const ResourceEventType = { Added: 'ADDED', Modified: 'MODIFIED', Deleted: 'DELETED' } as const;
export type ResourceEventType = (typeof ResourceEventType)[keyof typeof ResourceEventType];

export interface ResourceMeta {
  name: string;
  namespace?: string;
  /** `plural.group/version`, the same for all objects of a watch. */
  id: string;
  resourceVersion: string;
  apiVersion: string;
  kind: string;
}

export interface ResourceEvent {
  meta: ResourceMeta;
  type: ResourceEventType;
  object: KubeObject;
}

/** What the original takes from the process; tests give their own. */
export interface OperatorOptions {
  cluster?: Cluster;
  /** Path of a kubeconfig; without it the usual places. */
  kubeconfig?: string;
  /** Events worked on at the same time; those of one object never are. */
  concurrency?: number;
}

const noLog: OperatorLogger = silentLogger;

/** Extend it, watch resources in `init`, then `start()`. */
export default abstract class Operator {
  protected logger: OperatorLogger;
  /** client-node's configuration and core API, for code that uses them; set before `init` unless a cluster was given. */
  protected kubeConfig!: KubeConfig;
  protected k8sApi!: CoreV1Api;
  readonly #options: OperatorOptions;
  #cluster: Cluster | undefined;
  readonly #pending = new Map<string, { event: ResourceEvent; onEvent: (event: ResourceEvent) => Promise<void> }>();
  readonly #releases: (() => void)[] = [];
  #queue: WorkQueue | undefined;

  constructor(logger: OperatorLogger = noLog, options: OperatorOptions = {}) {
    this.logger = logger;
    this.#options = options;
  }

  /** Add your watches here. */
  protected abstract init(): Promise<void>;

  /** Connects, calls `init` and works until `stop`. Throws when there is no usable configuration. */
  async start(): Promise<void> {
    const clock = systemClock;
    this.#cluster = this.#options.cluster ?? (await this.#connect());
    const log = toLogger(this.logger);
    this.#queue = createQueue({ name: 'operator', clock, random: systemRandom, log });
    await this.init();
    this.#queue.run((key) => this.#work(key), this.#options.concurrency ?? 1);
  }

  /** Takes no further events, lets callbacks under way end, and closes what `start` opened. */
  async stop(): Promise<void> {
    await this.#queue?.stop();
    for (const release of this.#releases.splice(0)) release();
    if (!this.#options.cluster) await this.#cluster?.close();
  }

  /** Creates or updates a CRD from a YAML file; gives what `watchResource` needs. */
  protected async registerCustomResourceDefinition(crdFile: string): Promise<{ group: string; versions: unknown[]; plural: string }> {
    const [crd] = loadAll(await readFile(crdFile, 'utf8')) as KubeObject[];
    const spec = crd && isObject(crd.spec) ? crd.spec : undefined;
    if (!crd || !spec || !isObject(spec.names)) throw new Error(`${crdFile} holds no CustomResourceDefinition`);
    const applied = await this.#kube().apply(crd, { fieldManager: 'lateen-operator', force: true });
    if (!applied.ok) throw new Error(`${crdFile}: ${applied.failure.message}`);
    this.#cluster?.kindsChanged();
    return { group: String(spec.group), versions: Array.isArray(spec.versions) ? spec.versions : [], plural: String(spec.names.plural) };
  }

  /** Path of a resource's collection below the API server. */
  protected getCustomResourceApiUri(group: string, version: string, plural: string, namespace?: string): string {
    return `${group ? `/apis/${group}` : '/api'}/${version}/${namespace ? `namespaces/${namespace}/` : ''}${plural}`;
  }

  /**
   * Calls `onEvent` for every object and every change of it, one at a time per object, the newest state where several
   * changes came meanwhile. A callback that throws is called again, later each time.
   */
  protected async watchResource(
    group: string,
    version: string,
    plural: string,
    onEvent: (event: ResourceEvent) => Promise<void>,
    namespace?: string,
  ): Promise<void> {
    const resource = await resourceByPlural(this.#kube(), group, version, plural);
    if (!resource) throw new Error(`the API server serves no ${plural} in ${group || 'core'}/${version}`);
    const id = `${plural}.${group}/${version}`;
    const { apiVersion, kind } = resource;
    const { informer, release } = this.#opened().informers.acquire({ apiVersion, kind, ...(namespace === undefined ? {} : { namespace }) });
    const unsubscribe = informer.subscribe((change) => this.#note(id, change, onEvent));
    this.#releases.push(unsubscribe, release);
  }

  /** Replaces the status. Null when the object is gone; other refusals throw. */
  protected async setResourceStatus(meta: ResourceMeta, status: unknown): Promise<ResourceMeta | null> {
    const found = await this.#kube().get(refOfMeta(meta));
    if (!found.ok) return this.#absentOrThrow(meta, found.failure);
    return this.#answer(meta, await this.#kube().replace({ ...found.value, status }, { subresource: 'status' }));
  }

  /** Merges into the status (RFC 7386). Null when the object is gone; other refusals throw. */
  protected async patchResourceStatus(meta: ResourceMeta, status: unknown): Promise<ResourceMeta | null> {
    return this.#answer(meta, await this.#kube().patch(refOfMeta(meta), { type: 'merge', body: { status } }, { subresource: 'status' }));
  }

  /**
   * Adds the finalizer, or, where the object is being deleted, calls `deleteAction` and takes it off.
   * @returns true when nothing more is to be done with this event.
   */
  protected async handleResourceFinalizer(
    event: ResourceEvent,
    finalizer: string,
    deleteAction: (event: ResourceEvent) => Promise<void>,
  ): Promise<boolean> {
    if (event.type === ResourceEventType.Deleted) return false;
    const { finalizers = [], deletionTimestamp } = event.object.metadata;
    const isHeld = finalizers.includes(finalizer);
    if (deletionTimestamp === undefined) {
      if (isHeld) return false;
      await this.setResourceFinalizers(event.meta, [...finalizers, finalizer]);
      return true;
    }
    if (!isHeld) return true;
    await deleteAction(event);
    await this.setResourceFinalizers(
      event.meta,
      finalizers.filter((other) => other !== finalizer),
    );
    return true;
  }

  /** Sets the finalizers, guarded by the resourceVersion of `meta`: somebody else's are never lost. */
  protected async setResourceFinalizers(meta: ResourceMeta, finalizers: string[]): Promise<void> {
    const body = { metadata: { resourceVersion: meta.resourceVersion, finalizers } };
    const answer = await this.#kube().patch(refOfMeta(meta), { type: 'merge', body });
    if (!answer.ok && answer.failure.httpStatus !== 404) throw new Error(answer.failure.message);
  }

  async #connect(): Promise<Cluster> {
    const { KubeConfig: Config, CoreV1Api: Core } = await import('@kubernetes/client-node');
    this.kubeConfig = new Config();
    if (this.#options.kubeconfig) this.kubeConfig.loadFromFile(this.#options.kubeconfig);
    else this.kubeConfig.loadFromDefault();
    this.k8sApi = this.kubeConfig.makeApiClient(Core);
    const config = await loadConfig({ text: this.kubeConfig.exportConfig(), clock: systemClock });
    if (!config.ok) throw new Error(config.problem.message);
    return openCluster(config.value, { clock: systemClock, random: systemRandom, log: toLogger(this.logger) });
  }

  #opened(): Cluster {
    if (!this.#cluster) throw new Error('call start() first: the operator is not connected');
    return this.#cluster;
  }

  #kube(): Cluster['client'] {
    return this.#opened().client;
  }

  #note(id: string, { type, object }: Change, onEvent: (event: ResourceEvent) => Promise<void>): void {
    const key = `${id}|${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    const before = this.#pending.get(key)?.event.type;
    // A change that comes before the addition was seen is still an addition.
    const seen =
      type === 'deleted'
        ? ResourceEventType.Deleted
        : type === 'added' || before === ResourceEventType.Added
          ? ResourceEventType.Added
          : ResourceEventType.Modified;
    this.#pending.set(key, { event: { meta: metaOf(id, object), type: seen, object }, onEvent });
    this.#queue?.add(key);
  }

  async #work(key: string): Promise<{ next: 'rest' } | { next: 'retry' }> {
    const pending = this.#pending.get(key);
    if (!pending) return { next: 'rest' };
    try {
      await pending.onEvent(pending.event);
    } catch (error) {
      this.logger.error(`${key}: ${error instanceof Error ? error.message : String(error)}`);
      return { next: 'retry' };
    }
    // What came meanwhile has a key in the queue of its own.
    if (this.#pending.get(key) === pending) this.#pending.delete(key);
    return { next: 'rest' };
  }

  #answer(meta: ResourceMeta, answer: Awaited<ReturnType<Cluster['client']['patch']>>): ResourceMeta | null {
    return answer.ok ? metaOf(meta.id, answer.value) : this.#absentOrThrow(meta, answer.failure);
  }

  #absentOrThrow(meta: ResourceMeta, failure: { httpStatus: number; message: string }): null {
    if (failure.httpStatus === 404) return null;
    throw new Error(`${meta.kind} ${meta.namespace ?? ''}/${meta.name}: ${failure.message}`);
  }
}

function metaOf(id: string, { apiVersion, kind, metadata }: KubeObject): ResourceMeta {
  const { name, namespace, resourceVersion = '' } = metadata;
  return { id, name, resourceVersion, apiVersion, kind, ...(namespace === undefined ? {} : { namespace }) };
}

function refOfMeta({ apiVersion, kind, name, namespace }: ResourceMeta): ObjectRef {
  return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

function toLogger(logger: OperatorLogger): Logger {
  const log: Logger = {
    debug: (message) => logger.debug(message),
    info: (message) => logger.info(message),
    warn: (message) => logger.warn(message),
    error: (message) => logger.error(message),
    child: () => log,
  };
  return log;
}
